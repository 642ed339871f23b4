"""What happens in between: while something is switched off, removed, paused, full or used up, and after it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from kata_desktop.channels.adapter import ChannelError
from kata_desktop.domain.channel import CANNOT_NOW, ChannelState, InboxState
from kata_desktop.domain.handler import Result, RunContext
from kata_desktop.domain.notification import DeliveryError, OutboxState
from kata_desktop.domain.run import Reason
from kata_desktop.store import waiting
from kata_desktop.store.connection import Connection
from kata_desktop.store.times import from_us
from tests.engine.channels.conftest import House
from tests.engine.channels.test_answering import echo, said_in
from tests.support.fake_channel import in_room, wrote


def held(house: House) -> asyncio.Event:
    """Answers wait until it is set."""
    gate = asyncio.Event()

    async def waits(context: RunContext) -> Result:
        await gate.wait()
        return await echo(context)

    house.answer_with(waits)
    return gate


async def test_what_is_answered_while_the_channel_is_off_is_sent_when_it_is_on_again(house: House) -> None:
    gate = held(house)
    at = house.kata.clock.now()
    await house.hear(wrote("m1", "one", at=at), wrote("m2", "two", sender="U2", at=at))
    await house.until(lambda: len(house.asked) == 2)
    await house.host.detach("ws_acme", "fake")
    house.far.write(wrote("m3", "written meanwhile", at=at))
    gate.set()
    for ident in ("m1", "m2"):
        assert (await house.kata.scheduling.wait((await house.item(ident)).run_id, 30)).reason is Reason.COMPLETED
    assert house.far.texts == []
    assert len(await house.items()) == 2, "who is switched off hears nothing"
    house.host.attach(house.wanted)
    await house.kata.database.write(lambda db: db.all("UPDATE outbox SET next_at = 0 WHERE state = 'pending'"))
    house.worker.wake()
    assert set(await house.answers(3)) == {"Heard: one", "Heard: two", "Heard: written meanwhile"}
    assert house.far.twice == []


async def test_what_came_in_before_the_channel_was_switched_off_is_decided_when_it_is_on_again(house: House) -> None:
    house.answer_with(echo)
    await house.until(lambda: house.far.connects == 1)
    await house.responder()
    await house.kata.database.write(lambda db: _refuse(db, "UPDATE OF state ON inbox"))
    house.far.write(wrote("m1", "hello", at=house.kata.clock.now()))
    await house.until(lambda: house.far.acknowledged == ["m1"])
    await house.host.detach("ws_acme", "fake")
    assert (await house.item("m1")).state is InboxState.RECEIVED
    await house.kata.database.write(_allow)
    house.host.attach(house.wanted)
    assert await house.answers(1) == ["Heard: hello"]


def _refuse(db: Connection, what: str) -> None:
    db.all(f"CREATE TRIGGER full BEFORE {what} BEGIN SELECT raise(ABORT, 'disk full'); END")


def _allow(db: Connection) -> None:
    db.all("DROP TRIGGER full")


async def test_a_full_disk_under_decisions_loses_nothing_and_answers_once(house: House) -> None:
    house.answer_with(echo)
    await house.responder()
    await house.kata.database.write(lambda db: _refuse(db, "INSERT ON runs"))
    house.far.write(wrote("m1", "hello", at=house.kata.clock.now()))
    await house.until(lambda: house.far.acknowledged == ["m1"])
    await asyncio.sleep(0)
    assert (await house.item("m1")).state is InboxState.RECEIVED
    await house.kata.database.write(_allow)
    await house.kata.database.write(lambda db: db.all("UPDATE inbox SET next_at = 0 WHERE state = 'received'"))
    await house.host.detach("ws_acme", "fake")
    house.host.attach(house.wanted)
    assert await house.answers(1) == ["Heard: hello"]
    assert house.far.twice == []


async def test_a_workspace_that_is_removed_while_it_answers_leaves_nothing_behind(house: House) -> None:
    held(house)
    at = house.kata.clock.now()
    await house.hear(wrote("m1", "one", at=at), wrote("m2", "queued behind it", at=at))
    await house.until(lambda: len(house.asked) == 1)
    await house.kata.workspaces.remove("ws_acme", confirmed=True)
    await house.host.detach("ws_acme", "fake")
    assert await house.items() == []
    assert await house.outbox() == []
    await house.until(lambda: not house.kata.engine.running)
    assert house.far.texts == []


async def test_new_in_the_middle_of_an_answer(house: House) -> None:
    gate = held(house)
    at = house.kata.clock.now()
    await house.hear(wrote("m1", "one", at=at))
    await house.until(lambda: len(house.asked) == 1)
    await house.hear(wrote("m2", "/new", at=at), wrote("m3", "two", at=at))
    await house.until(lambda: len(house.asked) == 2)
    gate.set()
    texts = await house.answers(3)
    assert texts[0].startswith("We begin anew.")
    assert sorted(texts[1:]) == ["Heard: one", "Heard: two"], "what was asked is answered, in its own session"
    before, after = (await house.run_of("m1")).session_id, (await house.run_of("m3")).session_id
    assert before != after
    closed = {session.id: session.closed for session in await house.kata.sessions.listed("ws_acme")}
    assert closed == {before: True, after: False}


async def test_a_pause_of_schedules_holds_no_answer_back(house: House) -> None:
    house.answer_with(echo)
    await house.responder()
    await house.kata.scheduling.pause_all()
    await house.hear(wrote("m1", "hello", at=house.kata.clock.now()))
    assert await house.answers(1) == ["Heard: hello"]
    task = await house.responder()
    await house.kata.scheduling.pause(task.id)
    await house.kata.scheduling.resume_all()
    await house.hear(wrote("m2", "hello?", at=house.kata.clock.now()))
    assert (await house.item("m2")).state is InboxState.IGNORED, "the task alone decides about answers"


async def test_who_cannot_be_answered_is_told_once_and_so_is_the_owner(house: House) -> None:
    house.answer_with(echo)
    await house.responder()
    await house.kata.workspaces.set("ws_acme", "quota-runs-per-hour", "1")
    at = house.kata.clock.now()
    await house.hear(wrote("m0", "first", at=at))
    assert await house.answers(1) == ["Heard: first"]
    await house.until(lambda: not house.kata.engine.running)
    late = [wrote(f"m{number}", "x", at=at) for number in range(1, 6)]
    house.far.write(*late, in_room("r1", "x", at=at), in_room("r2", "x", sender="U2", at=at))
    await _decided(house, 8)
    assert [item.state for item in await house.items()] == [InboxState.QUEUED] + [InboxState.FAILED] * 7
    await house.answers(3)
    assert house.far.to("D-U1") == ["Heard: first", CANNOT_NOW]
    assert house.far.to("R1") == [CANNOT_NOW]
    await house.until(lambda: bool(house.desktop.shown))
    told = [item for item in house.desktop.shown if "runs an hour" in item.body]
    assert [item.title for item in told] == ["Answer messages in Fake failed"]

    await house.kata.workspaces.set("ws_acme", "quota-runs-per-hour", "2")
    await house.hear(wrote("m8", "again", at=at))
    await house.answers(4)
    await house.until(lambda: not house.kata.engine.running)
    house.far.write(wrote("m9", "x", at=at))
    await _decided(house, 10)
    assert (await house.answers(5))[-2:] == ["Heard: again", CANNOT_NOW], "there was an answer in between"


async def _decided(house: House, number: int) -> None:
    """So many messages are decided about for good; the waits between their tries are over at once."""

    async def ended() -> bool:
        await house.kata.database.write(lambda db: db.all("UPDATE inbox SET next_at = 0 WHERE state = 'received'"))
        house.host.route("ws_acme", "fake")
        items = await house.items()
        return len(items) == number and all(item.state is not InboxState.RECEIVED for item in items)

    await house.until(ended)


async def test_a_clock_that_is_set_back_lets_no_message_wait_for_it(house: House) -> None:
    await house.until(lambda: house.far.connects == 1)
    await house.responder()
    await house.kata.workspaces.set("ws_acme", "quota-runs-per-hour", "1")
    await house.hear(wrote("m0", "first", at=house.kata.clock.now()))
    await house.answers(1)
    house.far.write(wrote("m1", "hello", at=house.kata.clock.now()))

    async def tried() -> bool:
        return len(await house.items()) == 2 and (await house.item("m1")).tries >= 1

    await house.until(tried)
    house.far.send_errors.append(DeliveryError("Slow down.", retry_after=timedelta(minutes=9)))
    await house.hear(wrote("m2", "/status", sender="U2", at=house.kata.clock.now()))

    async def refused() -> bool:
        return any(item.last_error == "Slow down." for item in await house.outbox())

    await house.until(refused)
    back, now = timedelta(hours=5), house.kata.clock.now()
    await house.kata.database.write(lambda db: waiting.hasten_waiting(db, back, now - back))
    waits = await house.kata.database.read(
        lambda db: db.all(
            "SELECT next_at FROM inbox WHERE state = 'received' UNION ALL "
            "SELECT next_at FROM outbox WHERE state = 'pending'"
        )
    )
    assert len(waits) == 2
    assert all(from_us(row[0]) - (now - back) < timedelta(minutes=10) for row in waits)


def state_of(house: House, workspace_id: str) -> ChannelState | None:
    """How the channel fares in a workspace."""
    status = house.host.status(workspace_id, "fake")
    return None if status is None else status.state


@pytest.mark.parametrize("state", [OutboxState.PENDING, OutboxState.FAILED])
async def test_an_answer_that_nobody_could_send_is_not_lost(house: House, state: OutboxState) -> None:
    gate = held(house)
    await house.hear(wrote("m1", "hello", at=house.kata.clock.now()))
    await house.until(lambda: len(house.asked) == 1)
    final = state is OutboxState.FAILED
    house.far.connect_errors.append(ChannelError("Revoked.", final=True) if final else ChannelError("Down."))
    house.far.connect_errors.extend(ChannelError("Down.") for _ in range(100))
    house.far.lose()
    wanted = ChannelState.REJECTED if final else ChannelState.RECONNECTING
    await house.until(lambda: state_of(house, "ws_acme") is wanted)
    gate.set()

    async def waits() -> bool:
        found = [item for item in await house.outbox() if item.run_id]
        return bool(found) and found[0].state is OutboxState.PENDING and bool(found[0].last_error)

    await house.until(waits)
    house.far.connect_errors.clear()
    house.host.retry("ws_acme", "fake")
    await house.until(lambda: state_of(house, "ws_acme") is ChannelState.CONNECTED)
    await house.kata.database.write(lambda db: db.all("UPDATE outbox SET next_at = 0 WHERE state = 'pending'"))
    house.worker.wake()
    assert await house.answers(1) == [f"Heard: {said_in(house.asked[0])}"]
