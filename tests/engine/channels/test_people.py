"""Strangers, codes and the owner's decision; sessions that are reset from the app."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from kata_desktop.channels.adapter import ChannelError
from kata_desktop.domain.channel import ChannelRules, InboxState, Sender, SenderState
from kata_desktop.domain.errors import NotFound, Refused
from kata_desktop.domain.events import InboxChanged, SendersChanged, SessionsChanged
from kata_desktop.domain.handler import Result, RunContext
from kata_desktop.domain.notification import OutboxState
from kata_desktop.domain.run import RunState
from kata_desktop.domain.session import Speaker, TurnState
from kata_desktop.store import senders
from tests.engine.channels.conftest import House
from tests.engine.channels.test_answering import echo
from tests.support.channel_house import think_for_ever
from tests.support.fake_channel import in_room, wrote


async def test_strangers_reach_no_model_and_get_no_answer(house: House) -> None:
    house.answer_with(echo)
    at = house.kata.clock.now()
    await house.hear(
        wrote("m1", "hi", sender="U9", at=at),
        in_room("m2", "hi", sender="U9", at=at),
        wrote("m3", "/tasks", sender="U9", at=at),
    )
    assert {item.state for item in await house.items()} == {InboxState.IGNORED}
    assert house.asked == []
    assert await house.outbox() == []


async def test_a_stranger_gets_one_code_and_the_owner_decides(house: House) -> None:
    house.answer_with(echo)
    house.wanted.given = ChannelRules(pairing=True)
    changes: list[SendersChanged] = []
    house.kata.bus.subscribe(SendersChanged, changes.append)
    at = house.kata.clock.now()
    await house.hear(*(wrote(f"m{number}", "let me in", sender="U9", at=at) for number in range(4)))
    (said,) = await house.answers(1)
    found = re.search(r"code is (\w{8});", said)
    assert found is not None
    (sender,) = await house.verbs.senders("ws_acme")
    assert (sender.state, sender.id, sender.code) == (SenderState.PENDING, "U9", found[1])
    await house.until(lambda: len(house.desktop.shown) == 1)
    assert found[1] in house.desktop.shown[0].body
    assert "U9" in house.desktop.shown[0].body
    assert house.asked == [], "the message is not processed"

    await house.verbs.allow(sender, direct=True, group=False)
    await house.hear(wrote("m9", "hello", sender="U9", at=at), in_room("m10", "hello", sender="U9", at=at))
    assert (await house.answers(2))[1] == "Heard: hello"
    assert (await house.item("m10")).state is InboxState.IGNORED
    assert len(changes) == 2


async def test_the_inbox_tells_what_came_in_and_what_became_of_it(house: House) -> None:
    changes: list[InboxChanged] = []
    house.kata.bus.subscribe(InboxChanged, changes.append)
    await house.hear(wrote("m1", "hi", sender="U9", at=house.kata.clock.now()))
    assert changes == [InboxChanged(workspace_id="ws_acme", channel="fake")] * 2, "it came, and it was decided about"
    assert await house.verbs.inbox_counts("ws_acme") == {InboxState.IGNORED: 1}
    assert await house.verbs.inbox_counts("ws_home") == {}
    await house.verbs.retry((await house.item("m1")).id)
    await house.until(lambda: len(changes) == 4)


async def test_where_somebody_wrote_from_is_offered_as_a_target(house: House) -> None:
    house.answer_with(echo)
    await house.hear(in_room("m1", "hi", at=house.kata.clock.now()))
    (found,) = await house.verbs.targets("ws_acme")
    assert (found.target, found.label) == ("fake:R1", "#R1")


async def test_no_more_than_three_wait_at_a_time(house: House) -> None:
    house.wanted.given = ChannelRules(pairing=True)
    at = house.kata.clock.now()
    await house.hear(*(wrote(f"m{number}", "hi", sender=f"X{number}", at=at) for number in range(6)))
    assert len(await house.verbs.senders("ws_acme")) == 3
    await house.answers(3)
    assert (await house.item("m5")).reason == "3 others wait for your decision already."


async def test_a_code_runs_out(house: House) -> None:
    house.wanted.given = ChannelRules(pairing=True)
    at = house.kata.clock.now()
    await house.hear(wrote("m1", "hi", sender="U9", at=at))
    (sender,) = await house.verbs.senders("ws_acme")
    over = replace(sender, expires_at=at - timedelta(seconds=1))
    await house.kata.database.write(lambda db: senders.put(db, over, at))
    assert await house.verbs.senders("ws_acme") == []
    await house.hear(wrote("m2", "hi", sender="U9", at=at))
    (again,) = await house.verbs.senders("ws_acme")
    assert again.code != sender.code
    assert len(await house.answers(2)) == 2
    await house.until(lambda: len(house.desktop.shown) == 1)


async def test_who_is_blocked_is_never_asked_about_again_until_forgotten(house: House) -> None:
    house.wanted.given = ChannelRules(pairing=True, allow=("U9",))
    blocked = Sender(workspace_id="ws_acme", channel="fake", account="A1", id="U9", state=SenderState.BLOCKED)
    await house.verbs.block(blocked)
    at = house.kata.clock.now()
    await house.hear(wrote("m1", "hi", sender="U9", at=at))
    assert (await house.item("m1")).state is InboxState.IGNORED
    await house.verbs.forget(blocked)
    await house.hear(wrote("m2", "hi", sender="U9", at=at))
    assert (await house.item("m2")).state is InboxState.QUEUED
    with pytest.raises(Refused, match="Nothing was allowed"):
        await house.verbs.allow(blocked, direct=False, group=False)


async def keep(context: RunContext) -> Result:
    answer = await echo(context)
    return replace(answer, session_title="First words", session_state=b"[]")


async def test_a_session_says_where_it_is_held_and_is_reset_from_the_app(house: House) -> None:
    house.answer_with(keep)
    changed: list[SessionsChanged] = []
    house.kata.bus.subscribe(SessionsChanged, changed.append)
    at = house.kata.clock.now()
    await house.hear(in_room("m1", "hello", at=at))
    await house.answers(1)
    (session,) = await house.kata.sessions.listed("ws_acme")
    assert (session.title, session.channel, session.conversation) == ("First words", "fake", "#R1")
    await house.verbs.reset(session.id)
    await house.hear(in_room("m2", "hello again", at=at))
    await house.answers(2)
    newer, older = await house.kata.sessions.listed("ws_acme")
    assert (older.id, older.closed) == (session.id, True)
    assert newer.id != older.id
    await house.until(lambda: len(changed) >= 5)
    taken, answered, was_reset = (session.id,) * 3
    assert [event.session_id for event in changed] == [taken, answered, was_reset, newer.id, newer.id]
    with pytest.raises(NotFound):
        await house.verbs.reset("ses_none")


async def test_a_conversation_is_there_before_its_first_answer(house: House) -> None:
    gate = asyncio.Event()

    async def slowly(context: RunContext) -> Result:
        await gate.wait()
        return await echo(context)

    house.answer_with(slowly)
    changed: list[SessionsChanged] = []
    house.kata.bus.subscribe(SessionsChanged, changed.append)
    at = house.kata.clock.now()
    await house.hear(in_room("m1", "How did\n revenue go?", at=at))
    await house.until(lambda: bool(changed))
    (row,) = await house.kata.sessions.rows("ws_acme")
    assert (row.session.title, row.session.conversation) == ("How did revenue go?", "#R1")
    assert row.run_state in (RunState.QUEUED, RunState.RUNNING)
    asked, answer = await house.kata.sessions.turns(row.session.id)
    assert (asked.text, asked.speaker) == ("How did\n revenue go?", Speaker.PERSON)
    assert answer.state in (TurnState.WAITING, TurnState.GOING)
    gate.set()
    await house.answers(1)
    _, answer = await house.kata.sessions.turns(row.session.id)
    assert (answer.text, answer.state) == ("Heard: How did\n revenue go?", TurnState.SAID), "kept without a model too"


async def test_a_reset_before_the_first_answer_closes_the_conversation(house: House) -> None:
    at = house.kata.clock.now()
    house.answer_with(think_for_ever)
    await house.hear(in_room("m1", "hello", at=at), in_room("m2", "/new", at=at))
    await house.answers(1)
    (session,) = await house.kata.sessions.listed("ws_acme")
    assert session.closed


async def test_where_people_wrote_from_is_offered_as_a_target(house: House) -> None:
    at = house.kata.clock.now()
    await house.hear(wrote("m1", "hello", at=at), in_room("m2", "hello", at=at), in_room("m3", "hi", thread="T", at=at))
    offered = {each.target: each.label for each in await house.host.targets("ws_acme")}
    assert offered == {"fake:D-U1": "U1", "fake:R1": "#R1"}


async def test_a_message_that_was_answered_is_not_taken_on_again(house: House) -> None:
    await house.hear(wrote("m1", "hello", at=house.kata.clock.now()))
    item = await house.item("m1")
    with pytest.raises(Refused, match="taken on already"):
        await house.verbs.retry(item.id)
    with pytest.raises(NotFound):
        await house.verbs.retry("in_none")


async def test_what_is_to_be_sent_waits_for_the_connection_without_using_up_attempts(house: House) -> None:
    await house.until(lambda: house.far.connects == 1)
    house.far.connect_errors.extend(ChannelError("Down.") for _ in range(9))
    house.far.lose()
    house.answer_with(echo)
    await house.until(lambda: house.far.connects >= 3)
    task = await house.responder()
    arguments = '{"reply": "hi", "to": {"kind": "fake", "address": "D-U1"}}'
    run = await house.kata.scheduling.run_now(task.id, arguments=arguments)
    assert (await house.kata.scheduling.wait(run.id, 5)).state is RunState.DONE
    seen = []

    async def told() -> bool:
        (item,) = await house.outbox()
        seen.append(item)
        return "waits for the connection" in item.last_error or item.state is OutboxState.DELIVERED

    await house.until(told)
    house.far.connect_errors.clear()
    house.host.retry("ws_acme", "fake")
    await house.answers(1)

    async def delivered() -> bool:
        (item,) = await house.outbox()
        return item.state is OutboxState.DELIVERED and item.attempts <= 1

    await house.until(delivered)
    assert any("waits for the connection" in item.last_error and item.attempts == 0 for item in seen)
