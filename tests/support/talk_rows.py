"""A morning's conversations and messages: what people asked in a channel, what went out, what came in."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from kata_desktop.domain.channel import ConversationKind, InboxItem, InboxState, Message
from kata_desktop.domain.notification import NotificationKind, OutboxItem, OutboxState
from kata_desktop.domain.run import Reason, RunState, Source
from kata_desktop.domain.trigger import Event
from kata_desktop.store import inbox, outbox, sessions
from kata_desktop.store.connection import Connection
from kata_desktop.store.times import to_us
from tests.support.history_rows import NEXT, NOW, REVENUE, WORKSPACE, a_run, put_run
from tests.support.store_rows import add_task

MINUTE = timedelta(minutes=1)
ANSWERS = "answers"
"""The task that answers in Slack."""

Said = tuple[str, str, datetime]
"""(user or kata, text, when)."""


def stored(turns: list[Said]) -> bytes:
    """A conversation as the model libraries write it."""
    made = []
    for who, text, at in turns:
        kind, part = ("request", "user-prompt") if who == "user" else ("response", "text")
        stamp = at.isoformat()
        made.append({"kind": kind, "timestamp": stamp, "parts": [{"part_kind": part, "content": text,
                                                                  "timestamp": stamp}]})  # fmt: skip
    return json.dumps(made).encode()


def put_session(
    db: Connection, ident: str, title: str, turns: list[Said], *, task: str = "", channel: str = "", room: str = "",
    closed: bool = False,
) -> None:  # fmt: skip
    """A conversation, stored; `room` is what the channel calls it."""
    sessions.save(db, ident, WORKSPACE, task, title, stored(turns), turns[-1][2])
    db.execute(
        "UPDATE sessions SET channel = ?, conversation = ?, closed = ?, created_at = ? WHERE id = ?",
        (channel, room, closed, to_us(turns[0][2]), ident),
    )


def from_person(name: str, text: str, room: str = "#growth", kind: str = "group") -> str:
    """The arguments of a run that answers somebody."""
    return json.dumps(
        {"reply": text, "to": {"kind": "slack", "address": "C42"}, "message": "i1",
         "from": {"id": "U1", "name": name, "where": room, "kind": kind, "owner": False}}
    )  # fmt: skip


GROUP: list[tuple[str, str, str]] = [
    ("Ann Berg", "How did revenue go last week?",
     "Revenue was **$184,200**, 6.1 % more than the week before.\n\n- EMEA +9 %, driven by two renewals\n"
     "- US flat; the pipeline slipped by 3 deals"),
    ("Bo Lind", "And which renewals were those?", "Two of them: *Nordlicht* ($12,400) and *Hafen AG* ($9,800)."),
]  # fmt: skip


def a_talkative_morning(db: Connection) -> None:
    """Conversations in Slack and with tasks, as seen at `NOW`."""
    add_task(db, ANSWERS, workspace=WORKSPACE, name="Answer messages in Slack", prompt="Be brief.", due_at=None,
             next_slot=None, targets=(), trigger=Event(type="conversation", source="slack"))  # fmt: skip
    add_task(db, "weekly", workspace=WORKSPACE, name="Revenue of the week", prompt="Sum up the week.",
             next_slot=NEXT, due_at=NEXT)  # fmt: skip
    _in_group(db)
    _with_task(db)
    _direct(db)


def _in_group(db: Connection) -> None:
    began = NOW - 34 * MINUTE
    turns: list[Said] = []
    for number, (name, asked, answer) in enumerate(GROUP):
        at = began + 6 * number * MINUTE
        run = a_run(f"g-{number}", ANSWERS, "Answer messages in Slack", at, source=Source.MESSAGE, output=answer,
                    session_id="s-group", arguments=from_person(name, asked))  # fmt: skip
        put_run(db, run)
        turns += [("user", f"{name} wrote:\n{asked}", at), ("kata", answer, at + MINUTE)]
    put_session(db, "s-group", "How did revenue go last week?", turns, task=ANSWERS, channel="slack", room="#growth")


def _with_task(db: Connection) -> None:
    at = NOW - timedelta(hours=2)
    put_run(db, a_run("w-0", "weekly", "Revenue of the week", at, output=REVENUE, session_id="s-weekly"))
    asked = json.dumps({"reply": "Draft a mail to the board."})
    failed = a_run("w-1", "weekly", "Revenue of the week", at + 20 * MINUTE, source=Source.MESSAGE,
                   reason=Reason.FAILED, error_kind="rate-limited", session_id="s-weekly", arguments=asked,
                   detail="Claude asks for patience until 10:20; ask again then.")  # fmt: skip
    put_run(db, failed)
    put_session(db, "s-weekly", "Summarise the revenue of the week.", [
        ("user", "Summarise the revenue of the week.", at), ("kata", REVENUE, at + MINUTE),
    ], task="weekly")  # fmt: skip


def _direct(db: Connection) -> None:
    at = NOW - timedelta(days=1, hours=3)
    put_run(db, a_run("d-0", ANSWERS, "Answer messages in Slack", at, source=Source.MESSAGE, session_id="s-direct",
                      output="It is at 14:00 in the blue room.",
                      arguments=from_person("Cem Kaya", "When is the review?", "", "direct")))  # fmt: skip
    put_session(db, "s-direct", "When is the review?", [
        ("user", "When is the review?", at), ("kata", "It is at 14:00 in the blue room.", at + MINUTE),
    ], task=ANSWERS, channel="slack", room="Cem Kaya", closed=True)  # fmt: skip


def add_going(db: Connection) -> str:
    """Somebody asks one more thing, and it is being answered; returns the run's id."""
    run = a_run("g-9", ANSWERS, "Answer messages in Slack", NOW - MINUTE, source=Source.MESSAGE,
                state=RunState.RUNNING, reason=None, finished_at=None, session_id="s-group",
                arguments=from_person("Ann Berg", "Write to both of them?"))  # fmt: skip
    put_run(db, run)
    return run.id


def put_outgoing(db: Connection, ident: str, state: OutboxState, minutes: int, **changes: object) -> OutboxItem:
    """A message that was queued some minutes before `NOW`; changes name fields of `OutboxItem`."""
    facts: dict[str, object] = {
        "id": ident, "key": ident, "kind": NotificationKind.RESULT, "target_kind": "slack",
        "target_address": "#growth", "title": "Weekly revenue report", "body": REVENUE, "workspace_id": WORKSPACE,
        "created_at": NOW - minutes * MINUTE, "next_at": NOW - minutes * MINUTE,
    }  # fmt: skip
    item = OutboxItem(**(facts | changes))  # type: ignore[arg-type]
    assert outbox.add(db, item)
    at = to_us(NOW - minutes * MINUTE + MINUTE) if state is OutboxState.DELIVERED else None
    db.execute(
        "UPDATE outbox SET state = ?, attempts = ?, last_error = ?, delivered_at = ?, parts_sent = ?, ask = ? "
        "WHERE id = ?",
        (state.value, item.attempts, item.last_error, at, item.parts_sent, item.ask, ident),
    )
    return item


def a_mixed_outbox(db: Connection) -> None:
    """One message in every state, and two that failed."""
    put_outgoing(db, "o-waits", OutboxState.PENDING, 2, title="Inbox triage", body="12 mails sorted",
                 last_error="It waits for the connection to Slack; it is sent as soon as that is there.")  # fmt: skip
    put_outgoing(db, "o-unknown", OutboxState.UNKNOWN, 9, attempts=1, run_id="w-0", task_id="weekly",
                 last_error="Slack did not confirm it within 60 s; look whether it arrived.")  # fmt: skip
    put_outgoing(db, "o-failed", OutboxState.FAILED, 25, title="Competitor brief", attempts=8, run_id="g-0",
                 target_address="#rivals", body="Two rivals cut their prices.",
                 last_error="Slack does not know the channel #rivals; invite Kata or choose another.")  # fmt: skip
    put_outgoing(db, "o-failed2", OutboxState.FAILED, 31, title="Morning headlines", attempts=1, body="Five of them",
                 target_kind="desktop", target_address="", last_error="No notification service answers.")  # fmt: skip
    put_outgoing(db, "o-retry", OutboxState.PENDING, 33, title="Answer messages in Slack", attempts=3,
                 kind=NotificationKind.ANSWER, next_at=NOW + 4 * MINUTE, body="Two of them.",
                 last_error="Slack answers 503; it is tried again.")  # fmt: skip
    put_outgoing(db, "o-sent", OutboxState.DELIVERED, 34, attempts=1, kind=NotificationKind.ANSWER,
                 title="Answer messages in Slack", body=GROUP[0][2], run_id="g-0")  # fmt: skip
    put_outgoing(db, "o-dropped", OutboxState.DROPPED, 120, title="Old digest")


def put_incoming(db: Connection, ident: str, state: InboxState, minutes: int, **changes: object) -> InboxItem:
    """A message that came in some minutes before `NOW`; changes name fields of `Message`, or reason and run_id."""
    at = NOW - minutes * MINUTE
    reason, run_id = str(changes.pop("reason", "")), str(changes.pop("run_id", ""))
    facts: dict[str, object] = {
        "id": ident, "channel": "slack", "account": "T1:U0", "sender": "U07K2", "sender_name": "Ann Berg",
        "conversation": "C42", "conversation_name": "#growth", "kind": ConversationKind.GROUP,
        "text": "How did revenue go last week?", "at": at, "reply_address": "C42",
    }  # fmt: skip
    item = InboxItem(id=ident, workspace_id=WORKSPACE, message=Message(**(facts | changes)), state=state)  # type: ignore[arg-type]
    assert inbox.add(db, item, at)
    if state is not InboxState.RECEIVED:
        assert inbox.settle(db, ident, state, reason=reason, run_id=run_id)
    return item


def a_mixed_inbox(db: Connection) -> None:
    """One message of every fate."""
    put_incoming(db, "i-new", InboxState.RECEIVED, 1, text="Are you there?")
    put_incoming(db, "i-failed", InboxState.FAILED, 8, sender_name="Bo Lind", text="Make a plan for May.",
                 reason="“Answer messages in Slack” could not be started: its model is gone; choose another.",
                 run_id="g-1")  # fmt: skip
    put_incoming(db, "i-stranger", InboxState.IGNORED, 12, sender="U99", sender_name="Dora", conversation="D9",
                 conversation_name="", kind=ConversationKind.DIRECT, text="Hello?",
                 reason="Its sender was told a code and waits for your decision.")  # fmt: skip
    put_incoming(db, "i-answered", InboxState.QUEUED, 34, run_id="g-0")
    put_incoming(db, "i-status", InboxState.HANDLED, 40, text="/status")
