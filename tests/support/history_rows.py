"""Runs as they are in a history: ended, going on or waiting, with steps, attempts and messages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from kata_desktop.domain.notification import NotificationKind, OutboxItem, OutboxState
from kata_desktop.domain.run import Delivery, Reason, Run, RunState, Source, Usage
from kata_desktop.domain.task import Mode
from kata_desktop.domain.trigger import Cron
from kata_desktop.store import journal, outbox, runs
from kata_desktop.store.connection import Connection
from kata_desktop.store.times import to_us
from tests.support.store_rows import add_task

NOW = datetime(2026, 3, 24, 9, 42, 10, tzinfo=UTC)
"""Tuesday, 10:42 in Berlin."""
NEXT = datetime(2026, 3, 24, 11, tzinfo=UTC)
"""When every task comes due: 12:00 in Berlin."""
WORKSPACE = "ws_acme"
"""Where everything here belongs."""


def put_run(db: Connection, run: Run) -> Run:
    """Store a run just as it is, whatever its state."""
    assert runs.insert(db, replace(run, state=RunState.QUEUED, reason=None), runs.Placement())
    running = run.state is RunState.RUNNING
    db.execute(
        "UPDATE runs SET state = ?, reason = ?, status = ?, error_kind = ?, attempt = ?, started_at = ?, "
        "finished_at = ?, working_us = ?, progress = ?, progress_text = ?, input_tokens = ?, output_tokens = ?, "
        "cost = ?, delivery = ?, model = ?, output = ?, boot_id = ?, lease_until = ? WHERE id = ?",
        (
            run.state.value,
            run.reason.value if run.reason else None,
            "waiting" if run.state is RunState.PARKED else run.status,
            run.error_kind,
            run.attempt,
            to_us(run.started_at),
            to_us(run.finished_at),
            round(run.working_seconds * 1e6),
            run.progress,
            run.progress_text,
            run.usage.input_tokens,
            run.usage.output_tokens,
            run.usage.cost_microdollars,
            run.delivery.value,
            run.model,
            run.output,
            "boot-of-the-test" if running else None,
            to_us(run.slot + timedelta(days=1)) if running else None,
            run.id,
        ),
    )
    return run


def a_run(ident: str, task: str, name: str, slot: datetime, **changes: object) -> Run:
    """A run that succeeded in its first attempt; changes name fields of `Run`."""
    run = Run(
        id=ident,
        task_id=task,
        task_name=name,
        workspace_id=WORKSPACE,
        revision=1,
        slot=slot,
        source=Source.SCHEDULE,
        state=RunState.DONE,
        reason=Reason.COMPLETED,
        attempt=1,
        available_at=slot,
        created_at=slot,
        started_at=slot,
        finished_at=slot + timedelta(seconds=48),
        working_seconds=48,
        model="Claude",
        usage=Usage(input_tokens=1804, output_tokens=420, cost_microdollars=11_700),
    )
    return replace(run, **changes)  # type: ignore[arg-type]


def put_message(db: Connection, run: Run, kind: NotificationKind, state: OutboxState, **changes: object) -> OutboxItem:
    """A message about a run, in a state."""
    ident = f"out-{run.id}-{changes.get('target_kind', 'desktop')}"
    item = OutboxItem(
        id=ident, key=ident, kind=kind, target_kind="desktop", title=run.task_name, body="", workspace_id=WORKSPACE,
        task_id=run.task_id, run_id=run.id, created_at=run.finished_at or run.slot,
    )  # fmt: skip
    item = replace(item, **changes)  # type: ignore[arg-type]
    outbox.add(db, item)
    at = to_us(run.finished_at) if state is OutboxState.DELIVERED else None
    db.execute(
        "UPDATE outbox SET state = ?, delivered_at = ?, last_error = ? WHERE id = ?",
        (state.value, at, item.last_error, ident),
    )
    return item


REVENUE = """## Revenue, week 12

Revenue was **$184,200**, 6.1 % more than in week 11.

- EMEA +9 %, driven by two renewals
- US flat; the pipeline slipped by 3 deals
- New business: 4 contracts, the largest at $12,400

| Region | Week 11 | Week 12 |
|---|---|---|
| EMEA | $71,300 | $77,700 |
| US | $88,900 | $89,100 |
| APAC | $13,400 | $17,400 |
"""


def a_workday(db: Connection) -> None:
    """Six tasks and what they did in the last days, as seen at `NOW`."""
    _tasks(db)
    _today(db)
    _before(db)


def _tasks(db: Connection) -> None:
    for ident, name, prompt, cron in (
        ("inbox", "Inbox triage", "Sort my unread mail.", "0 12 * * 1-5"),
        ("pulls", "Review open pull requests", "List the pull requests that wait for me.", "24 8-20/2 * * *"),
        ("brief", "Competitor brief", "Write one page about our competitors.", "40 10 * * 1-5"),
        ("revenue", "Weekly revenue report", "Summarise the revenue of the week.", "30 10 * * 2"),
        ("news", "Morning headlines", "The five headlines that matter to me.", "15 7 * * *"),
    ):
        when = Cron(expressions=(cron,))
        add_task(db, ident, workspace=WORKSPACE, name=name, prompt=prompt, trigger=when, mode=Mode.ASK,
                 next_slot=NEXT, due_at=NEXT)  # fmt: skip


def _today(db: Connection) -> None:
    slot = datetime(2026, 3, 24, 9, 40, tzinfo=UTC)
    going = a_run("r-brief", "brief", "Competitor brief", slot, state=RunState.RUNNING,
                  reason=None, finished_at=None, working_seconds=0, progress=60,
                  progress_text="Step 3 · reading 4 pages", usage=Usage())  # fmt: skip
    put_run(db, going)
    journal.add_step(db, going.id, 1, "Started on schedule", at=slot)
    journal.add_step(db, going.id, 1, "Prompt sent", at=slot + timedelta(seconds=2))
    parked = a_run("r-revenue", "revenue", "Weekly revenue report", slot - timedelta(minutes=9), state=RunState.PARKED,
                   reason=None, finished_at=None, detail="It asks to post to #leadership")  # fmt: skip
    put_run(db, parked)
    for number, hours in enumerate((0, 2)):
        _failed(db, f"r-pulls{number}", datetime(2026, 3, 24, 9, 24, tzinfo=UTC) - timedelta(hours=hours))
    news = a_run("r-news", "news", "Morning headlines", datetime(2026, 3, 24, 6, 15, tzinfo=UTC),
                 output="**Five headlines** for this morning", working_seconds=31, session_id="s-news",
                 delivery=Delivery.FAILED)  # fmt: skip
    put_run(db, news)
    put_message(db, news, NotificationKind.RESULT, OutboxState.FAILED, target_kind="slack", target_address="#growth",
                last_error="Slack refused the message (channel_not_found); choose another channel.")  # fmt: skip


def _failed(db: Connection, ident: str, slot: datetime) -> None:
    end = slot + timedelta(minutes=3, seconds=11)
    run = a_run(ident, "pulls", "Review open pull requests", slot, reason=Reason.FAILED, error_kind="bad-key",
                detail="Claude refused the key; enter a valid one in Settings, Models.", attempt=3, working_seconds=6,
                finished_at=end, usage=Usage(input_tokens=1204, cost_microdollars=3_600))  # fmt: skip
    put_run(db, run)
    for seconds, text, ok in (
        (0, "Started on schedule", True),
        (2, "Prompt sent to Claude", True),
        (3, "Claude refused the key (401)", False),
        (63, "Claude refused the key (401)", False),
        (191, "Gave up after 3 attempts", False),
    ):
        journal.add_step(db, ident, 1, text, at=slot + timedelta(seconds=seconds), ok=ok)
    for number, seconds in enumerate((0, 61, 189), start=1):
        at = slot + timedelta(seconds=seconds)
        db.execute(
            "INSERT INTO attempts (run_id, number, boot_id, started_at, finished_at, outcome, error_kind, error) "
            "VALUES (?, ?, 'b', ?, ?, 'failed', 'bad-key', 'Claude refused the key (401)')",
            (ident, number, to_us(at), to_us(at + timedelta(seconds=2))),
        )
    journal.add_log(db, ident, [(slot, "info", "POST /v1/messages"), (slot, "error", "401 token sk-abcdef1234567890")])
    put_message(db, run, NotificationKind.FAILURE, OutboxState.DELIVERED)


def _before(db: Connection) -> None:
    yesterday = datetime(2026, 3, 23, tzinfo=UTC)
    triage = a_run("r-inbox", "inbox", "Inbox triage", yesterday + timedelta(hours=11), delivery=Delivery.DELIVERED,
                   output="12 mails sorted, 3 need an answer today", session_id="s-inbox")  # fmt: skip
    put_run(db, triage)
    put_message(db, triage, NotificationKind.RESULT, OutboxState.DELIVERED)
    put_run(db, a_run("r-test", "revenue", "Weekly revenue report", yesterday + timedelta(hours=10, minutes=15),
                      source=Source.TEST, test=True, output=REVENUE, session_id="s-test"))  # fmt: skip
    put_run(db, a_run("r-caught", "brief", "Competitor brief", yesterday + timedelta(hours=9, minutes=58),
                      source=Source.CATCH_UP, output="Two rivals cut prices", working_seconds=51))  # fmt: skip
    put_run(db, a_run("r-missed", "pulls", "Review open pull requests", yesterday + timedelta(hours=6),
                      reason=Reason.MISSED, count=12, first_slot=yesterday - timedelta(hours=16), attempt=0,
                      started_at=None, working_seconds=0, usage=Usage(), model="",
                      detail="The computer was asleep, off or busy; only the newest one is caught up."))  # fmt: skip
    for day in range(2, 7):
        for hour in range(7, 7 + (3 * day) % 7 + 2):
            at = yesterday - timedelta(days=day - 1) + timedelta(hours=hour)
            bad = (day + hour) % 6 == 0
            put_run(db, a_run(f"r-{day}-{hour}", "inbox", "Inbox triage", at, working_seconds=20 + 7 * hour,
                              reason=Reason.FAILED if bad else Reason.COMPLETED, detail="No network" if bad else "",
                              error_kind="offline" if bad else "", output="" if bad else "All sorted"))  # fmt: skip
