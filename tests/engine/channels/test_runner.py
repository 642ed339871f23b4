"""A connection is kept: lost and found again, given up only where a person has to do something."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from kata_desktop.channels.accounts import Accounts
from kata_desktop.channels.adapter import ChannelAdapter, ChannelError
from kata_desktop.channels.inbox import Inbox
from kata_desktop.channels.runner import Runner
from kata_desktop.domain.channel import ChannelState, ChannelStatus
from kata_desktop.store.database import Database
from kata_desktop.store.inbox import Place
from tests.support.eventually import eventually
from tests.support.fake_channel import FarEnd, WantedFake, wrote
from tests.support.hand_clock import HandClock
from tests.support.store_rows import add_workspace


async def everybody_had_a_turn() -> None:
    """Whoever was woken by what happened has acted on it; time stands still meanwhile."""
    for _ in range(100):
        await asyncio.sleep(0)


class Bench:
    """Runners on a clock that the test moves."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = HandClock()
        self.accounts = Accounts()
        self.seen: list[ChannelState] = []
        self.news = 0
        self._runners: list[Runner] = []

    def runner(self, wanted: WantedFake) -> Runner:
        runner = Runner(
            wanted,
            database=self.database,
            clock=self.clock,
            accounts=self.accounts,
            on_new=self._on_new,
            on_status=self._on_status,
            jitter=lambda: 1.0,
        )
        self._runners.append(runner)
        runner.start()
        return runner

    def _on_new(self) -> None:
        self.news += 1

    def _on_status(self, _: ChannelStatus, after: ChannelStatus) -> None:
        self.seen.append(after.state)

    async def is_in(self, runner: Runner, state: ChannelState) -> ChannelStatus:
        await eventually(f"{state}", lambda: runner.status.state is state)
        return runner.status

    async def passes(self, seconds: float) -> None:
        """Let time pass once everybody sleeps."""
        await eventually("sleepers", self.clock.sleeping)
        self.clock.advance(seconds)

    async def close(self) -> None:
        for runner in self._runners:
            await runner.stop()


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    database = Database.open(tmp_path / "kata.db")
    await database.write(lambda db: add_workspace(db, "ws_acme", "Acme"))
    await database.write(lambda db: add_workspace(db, "ws_home", "Home"))
    bench = Bench(database)
    yield bench
    await bench.close()
    await database.aclose()


async def test_it_connects_and_receives(bench: Bench, far: FarEnd) -> None:
    far.write(wrote("m1", "hi"))
    runner = bench.runner(WantedFake(far=far))
    status = await bench.is_in(runner, ChannelState.CONNECTED)
    assert (status.sentence, status.account) == ("Connected as @kata", "A1")
    await eventually("the message", lambda: far.acknowledged == ["m1"])
    assert bench.news == 1
    await runner.stop()
    assert far.closes == 1
    assert runner.status.state is ChannelState.OFF
    assert runner.adapter is None


async def test_a_lost_connection_is_tried_again_later_and_later(
    bench: Bench, far: FarEnd, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    far.connect_errors.extend(ChannelError("The network is down.") for _ in range(12))
    runner = bench.runner(WantedFake(far=far))
    waits: list[float] = []
    for tries in range(1, 13):
        await eventually(f"{tries} tries", lambda tries=tries: far.connects == tries)  # type: ignore[misc]
        await bench.is_in(runner, ChannelState.RECONNECTING)
        await eventually(
            "the wait", lambda: runner.status.until is not None and runner.status.until > bench.clock.now()
        )
        assert runner.status.sentence == "The network is down."
        assert runner.status.never_connected
        assert runner.status.until is not None
        waits.append((runner.status.until - bench.clock.now()).total_seconds())
        await bench.passes(waits[-1])
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    await bench.is_in(runner, ChannelState.CONNECTED)
    told = [record.getMessage() for record in caplog.records if record.name.endswith("runner")]
    assert told == ["Fake: The network is down.", "Fake works again"], "the first failure and the recovery alone"


async def test_dead_is_not_quiet(bench: Bench, far: FarEnd) -> None:
    runner = bench.runner(WantedFake(far=far))
    await bench.is_in(runner, ChannelState.CONNECTED)
    for _ in range(20):  # five quiet minutes
        await bench.passes(15)
    assert far.connects == 1
    far.healthy = False
    await bench.passes(15)
    status = await bench.is_in(runner, ChannelState.RECONNECTING)
    assert status.sentence == "Nothing is heard from Fake any more."
    assert not status.never_connected
    assert far.closes == 1
    far.healthy = True
    await bench.passes(1)
    await bench.is_in(runner, ChannelState.CONNECTED)


@pytest.mark.parametrize(
    "error,state",
    [
        (ChannelError("Token refused.", final=True), ChannelState.REJECTED),
        (ChannelError("No token.", needs="set-up"), ChannelState.NEEDS_SETUP),
        (ChannelError("No device.", needs="pairing"), ChannelState.NEEDS_PAIRING),
        (ChannelError("Locked.", needs="keyring"), ChannelState.WAITING_KEYRING),
    ],
)
async def test_what_only_a_person_can_repair_waits_for_one(
    bench: Bench, far: FarEnd, error: ChannelError, state: ChannelState
) -> None:
    far.connect_errors.append(error)
    runner = bench.runner(WantedFake(far=far))
    status = await bench.is_in(runner, state)
    assert status.sentence == error.sentence
    bench.clock.advance(86_400)
    await everybody_had_a_turn()
    assert far.connects == 1
    runner.retry()
    await bench.is_in(runner, ChannelState.CONNECTED)


async def test_the_other_side_may_ask_for_patience(bench: Bench, far: FarEnd) -> None:
    far.connect_errors.append(ChannelError("Slow down.", retry_after=timedelta(seconds=90)))
    runner = bench.runner(WantedFake(far=far))
    status = await bench.is_in(runner, ChannelState.RATE_LIMITED)
    assert status.until == bench.clock.now() + timedelta(seconds=90)
    runner.retry()
    await everybody_had_a_turn()
    assert far.connects == 1, "not even a person or the network makes it hurry"
    await bench.passes(89)
    await everybody_had_a_turn()
    assert far.connects == 1
    await bench.passes(1)
    await bench.is_in(runner, ChannelState.CONNECTED)


async def test_the_network_that_came_back_ends_the_wait(bench: Bench, far: FarEnd) -> None:
    far.connect_errors.extend(ChannelError("Down.") for _ in range(3))
    runner = bench.runner(WantedFake(far=far))
    for tries in range(1, 4):
        await eventually("a try", lambda tries=tries: far.connects == tries)  # type: ignore[misc]
        await bench.is_in(runner, ChannelState.RECONNECTING)
        await eventually("the wait", bench.clock.sleeping)
        runner.retry()
    await bench.is_in(runner, ChannelState.CONNECTED)


async def test_one_account_is_connected_once(bench: Bench, far: FarEnd) -> None:
    first = bench.runner(WantedFake(far=far))
    await bench.is_in(first, ChannelState.CONNECTED)
    second = bench.runner(WantedFake(far=far, workspace_id="ws_home"))
    status = await bench.is_in(second, ChannelState.TAKEN)
    assert "in the workspace “Acme” already" in status.sentence
    bench.accounts.on_release(second.retry)
    await first.stop()
    await bench.is_in(second, ChannelState.CONNECTED)


async def test_errors_of_the_adapter_s_own_are_contained(bench: Bench, far: FarEnd) -> None:
    far.connect_errors.append(ZeroDivisionError("oops"))
    runner = bench.runner(WantedFake(far=far))
    status = await bench.is_in(runner, ChannelState.RECONNECTING)
    assert "ZeroDivisionError" in status.sentence
    await bench.passes(1)
    await bench.is_in(runner, ChannelState.CONNECTED)
    far.lose(RuntimeError("in the middle"))
    await bench.is_in(runner, ChannelState.RECONNECTING)
    await bench.passes(2)
    await bench.is_in(runner, ChannelState.CONNECTED)


class Unbuilt(WantedFake):
    """A plugin whose adapter needs a setting."""

    @property
    def build(self) -> Callable[[], ChannelAdapter]:
        def missing() -> ChannelAdapter:
            raise ChannelError("Name a server first.", needs="set-up")

        return missing


async def test_an_adapter_that_cannot_be_built_says_what_is_missing(bench: Bench, far: FarEnd) -> None:
    runner = bench.runner(Unbuilt(far=far))
    status = await bench.is_in(runner, ChannelState.NEEDS_SETUP)
    assert status.sentence == "Name a server first."


async def test_what_the_store_does_not_take_is_not_acknowledged(bench: Bench, far: FarEnd) -> None:
    await bench.database.write(
        lambda db: db.execute(
            "CREATE TRIGGER full BEFORE INSERT ON inbox BEGIN SELECT raise(ABORT, 'disk full'); END"
        ).close()
    )
    far.write(wrote("m1", "hi"))
    runner = bench.runner(WantedFake(far=far))
    await bench.is_in(runner, ChannelState.RECONNECTING)
    assert far.acknowledged == []
    await bench.database.write(lambda db: db.execute("DROP TRIGGER full").close())
    await bench.passes(1)
    await eventually("the message", lambda: far.acknowledged == ["m1"])


async def lost(bench: Bench, far: FarEnd, runner: Runner) -> float:
    """Lose the connection and let the wait that follows pass; returns how many seconds that was."""
    far.lose()
    await bench.is_in(runner, ChannelState.RECONNECTING)
    assert runner.status.until is not None
    wait = (runner.status.until - bench.clock.now()).total_seconds()
    await bench.passes(wait)
    return wait


async def test_a_connection_that_breaks_at_once_is_not_tried_in_a_hot_loop(bench: Bench, far: FarEnd) -> None:
    runner = bench.runner(WantedFake(far=far))
    waits = []
    for tries in range(1, 6):
        await eventually("a connection", lambda tries=tries: far.connects == tries)  # type: ignore[misc]
        await bench.is_in(runner, ChannelState.CONNECTED)
        waits.append(await lost(bench, far, runner))
    assert waits == [1, 2, 4, 8, 16]


async def test_a_connection_that_held_is_opened_again_soon(bench: Bench, far: FarEnd) -> None:
    """Who was connected in between waits a second, not what the losses before add up to."""
    runner = bench.runner(WantedFake(far=far))
    waits = []
    for tries, held in enumerate((0.0, 0.0, 9.0, 10.0, 0.0), start=1):
        await eventually("a connection", lambda tries=tries: far.connects == tries)  # type: ignore[misc]
        await bench.is_in(runner, ChannelState.CONNECTED)
        await bench.passes(held)
        waits.append(await lost(bench, far, runner))
    assert waits == [1, 2, 4, 1, 2]


async def test_a_connection_that_brought_something_new_is_opened_again_soon(bench: Bench, far: FarEnd) -> None:
    """What was known already, such as a message that breaks the connection each time, does not count."""
    runner = bench.runner(WantedFake(far=far))
    waits = []
    for tries, message in enumerate(("m1", "m1", "m1", "m2", "m2"), start=1):
        await eventually("a connection", lambda tries=tries: far.connects == tries)  # type: ignore[misc]
        await bench.is_in(runner, ChannelState.CONNECTED)
        far.write(wrote(message, "hi"))
        await eventually("the message", lambda tries=tries: len(far.acknowledged) == tries)  # type: ignore[misc]
        waits.append(await lost(bench, far, runner))
    assert waits == [1, 2, 4, 1, 2]


async def test_a_message_is_told_of_though_the_line_broke_while_it_was_stored(bench: Bench) -> None:
    """It is stored all the same, and comes again; decided about it must be then, not with the next one."""
    told: list[str] = []
    inbox = Inbox(
        bench.database, bench.clock, Place(workspace_id="ws_acme", channel="fake"), lambda: told.append("new")
    )
    taking = asyncio.get_running_loop().create_task(inbox.take(wrote("m1", "hi")))
    await asyncio.sleep(0)  # it is handed in
    taking.cancel()
    await asyncio.wait({taking})
    assert taking.cancelled()
    assert told == []
    assert await inbox.take(wrote("m1", "hi")) is False
    assert told == ["new"]
