"""A conversation as people read it: who said what, what is being answered, and what found no answer."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from kata_desktop.agent.turns import turns_of
from kata_desktop.domain.run import Reason, Run, RunState, Source
from kata_desktop.domain.session import Session, Speaker, TurnState

NOW = datetime(2026, 3, 24, 9, tzinfo=UTC)
TALK = Session(id="s", workspace_id="w", title="Talk", task_id="t", created_at=NOW, updated_at=NOW)
IN_SLACK = replace(TALK, channel="slack", conversation="#team")


def stored(*turns: tuple[str, str]) -> bytes:
    """A conversation as the model libraries write it: (who, text) in turn."""
    made = []
    for who, text in turns:
        kind, part = ("request", "user-prompt") if who == "user" else ("response", "text")
        made.append({"kind": kind, "parts": [{"part_kind": part, "content": text, "timestamp": NOW.isoformat()}]})
    return json.dumps(made).encode()


def run(ident: str, arguments: dict[str, object] | None = None, **changes: object) -> Run:
    asked = Run(
        id=ident, task_id="t", task_name="Talk", workspace_id="w", revision=1, slot=NOW, source=Source.MESSAGE,
        state=RunState.DONE, reason=Reason.COMPLETED, created_at=NOW, started_at=NOW,
        finished_at=NOW + timedelta(minutes=1), arguments=json.dumps(arguments) if arguments else "",
    )  # fmt: skip
    return replace(asked, **changes)  # type: ignore[arg-type]


def from_person(name: str, text: str, **more: object) -> dict[str, object]:
    facts = {"id": "U1", "name": name, "where": "#team", "kind": "group"} | more
    return {"reply": text, "to": {"kind": "slack", "address": "C1"}, "from": facts}


def test_a_task_and_its_owner_are_told_apart() -> None:
    state = stored(("user", "Sum up the week"), ("kata", "All **well**"), ("user", "And money?"), ("kata", "Enough"))
    turns = turns_of(TALK, state, [run("r1"), run("r2", {"reply": "And money?"})])
    assert [(turn.speaker, turn.text, turn.run_id) for turn in turns] == [
        (Speaker.TASK, "Sum up the week", "r1"),
        (Speaker.KATA, "All **well**", "r1"),
        (Speaker.OWNER, "And money?", "r2"),
        (Speaker.KATA, "Enough", "r2"),
    ]
    assert {turn.state for turn in turns} == {TurnState.SAID}


def test_people_in_a_room_have_their_names_and_their_words_alone() -> None:
    state = stored(("user", "Ann wrote:\nWho is in?"), ("kata", "Bo"), ("user", "Thanks"), ("kata", "Welcome"))
    turns = turns_of(IN_SLACK, state, [run("r1", from_person("Ann", "Who is in?")), run("r2", {"reply": "Thanks"})])
    assert [(turn.speaker, turn.name, turn.text) for turn in turns[::2]] == [
        (Speaker.PERSON, "Ann", "Who is in?"),
        (Speaker.OWNER, "", "Thanks"),
    ]


def test_the_owners_own_chat_is_the_owner() -> None:
    state = stored(("user", "Remind me"), ("kata", "Done"))
    (asked, _) = turns_of(IN_SLACK, state, [run("r1", from_person("Me", "Remind me", kind="own", owner=True))])
    assert asked.speaker is Speaker.OWNER


def test_what_is_not_kept_any_more_is_still_readable() -> None:
    state = stored(("user", "Old"), ("kata", "Answer"), ("user", "New"), ("kata", "Again"))
    turns = turns_of(TALK, state, [run("r2", {"reply": "New"})])
    assert [(turn.speaker, turn.run_id) for turn in turns] == [
        (Speaker.TASK, ""), (Speaker.KATA, ""), (Speaker.OWNER, "r2"), (Speaker.KATA, "r2"),
    ]  # fmt: skip


def test_what_is_being_answered_stands_at_the_end() -> None:
    going = run("r2", {"reply": "And money?"}, state=RunState.RUNNING, reason=None, finished_at=None)
    waits = run("r3", {"reply": "Hello?"}, state=RunState.QUEUED, reason=None, finished_at=None, detail="No network")
    turns = turns_of(TALK, stored(("user", "Sum up"), ("kata", "Well")), [run("r1"), going, waits])
    assert [(turn.speaker, turn.text, turn.state) for turn in turns[2:]] == [
        (Speaker.OWNER, "And money?", TurnState.SAID),
        (Speaker.KATA, "", TurnState.GOING),
        (Speaker.OWNER, "Hello?", TurnState.SAID),
        (Speaker.KATA, "No network", TurnState.WAITING),
    ]


def test_a_failure_stands_where_it_happened_and_the_second_try_after_it() -> None:
    failed = run("r2", {"reply": "And money?"}, reason=Reason.FAILED, detail="Claude refused the key.")
    again = run("r3", {"reply": "And money?"}, source=Source.RETRY)
    state = stored(("user", "Sum up"), ("kata", "Well"), ("user", "And money?"), ("kata", "Enough"))
    turns = turns_of(TALK, state, [run("r1"), failed, again])
    assert [(turn.run_id, turn.text, turn.state) for turn in turns[2:]] == [
        ("r2", "And money?", TurnState.SAID),
        ("r2", "Claude refused the key.", TurnState.FAILED),
        ("r3", "And money?", TurnState.SAID),
        ("r3", "Enough", TurnState.SAID),
    ]


def test_a_conversation_without_a_stored_form_is_told_by_its_runs() -> None:
    answered = run("r1", from_person("Ann", "Who is in?"), output="Bo")
    waits = run("r2", from_person("Bo", "Still?"), state=RunState.QUEUED, reason=None, finished_at=None)
    assert [(turn.name, turn.text, turn.state) for turn in turns_of(IN_SLACK, b"", [answered, waits])] == [
        ("Ann", "Who is in?", TurnState.SAID),
        ("", "Bo", TurnState.SAID),
        ("Bo", "Still?", TurnState.SAID),
        ("", "", TurnState.WAITING),
    ]


def test_a_damaged_conversation_still_shows_what_its_runs_know() -> None:
    failed = run("r1", {"reply": "Hello"}, reason=Reason.FAILED, detail="It broke.")
    assert [turn.text for turn in turns_of(TALK, b"{nonsense", [failed])] == ["Hello", "It broke."]
    assert turns_of(TALK, b"", []) == []
