"""The gear of the simulation: processes end whole, and a life that hangs is noticed and named."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import pytest

from kata_desktop.domain.handler import Result, RunContext
from kata_desktop.domain.run import Reason
from kata_desktop.runtime.spawn import Spawner
from tests.engine.scheduler import simulate
from tests.support.sim.burial import bury
from tests.support.sim.computer import SimComputer, SimProcess
from tests.support.sim.program import Program
from tests.support.sim.tasks import HOUR, add, every, history
from tests.support.sim.watchdog import Hung, watchdog

ENDS = {"killed": SimComputer.kill, "quit": SimComputer.quit}


def stubborn(computer: SimComputer) -> Callable[[RunContext], Awaitable[Result]]:
    """A handler that ignores every cancellation for a simulated hour."""

    async def script(_: RunContext) -> Result:
        end = computer.clock.monotonic() + 3600
        while computer.clock.monotonic() < end:
            with contextlib.suppress(asyncio.CancelledError):
                await computer.clock.sleep(end - computer.clock.monotonic())
        return Result(output="too late")

    return script


@pytest.mark.parametrize("end", ENDS)
async def test_a_stubborn_handler_ends_with_its_process_while_another_lives(end: str, computer: SimComputer) -> None:
    computer.work[0].script = stubborn(computer)
    first = computer.process
    await add(computer, every(computer, HOUR))
    await computer.run(minutes=61)
    [run] = history(computer)
    second = await computer.boot()
    before = computer.clock.monotonic()

    await ENDS[end](computer, first)

    assert _left(first) == []
    assert _left(second) == ["scheduler"]
    assert computer.clock.monotonic() == before
    await computer.run(hours=2)
    assert run.id not in computer.work[0].ended, "what a dead process was doing went on"


@pytest.mark.parametrize("end", ENDS)
async def test_an_abandoned_handler_ends_with_its_process(end: str, computer: SimComputer) -> None:
    computer.work[0].script = stubborn(computer)
    await add(computer, every(computer, HOUR))
    await computer.run(minutes=61)
    [run] = history(computer)
    await computer.scheduling.cancel(run.id)
    await computer.run(11)
    assert history(computer)[0].reason is Reason.ABANDONED
    assert f"handler of {run.id}" in _left(computer.process)

    await ENDS[end](computer, computer.process)

    assert _left(computer.process) == []


def _left(process: SimProcess) -> list[str]:
    return process.spawner.names


async def test_what_outlives_its_process_is_named(computer: SimComputer) -> None:
    spawner, let_go = Spawner(), asyncio.Event()

    async def immortal() -> None:
        while not let_go.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                await let_go.wait()

    task = spawner.spawn(immortal(), name="the undead")
    await computer.settle()
    with pytest.raises(AssertionError, match="the undead"):
        await bury([task], computer.clock, computer.settle)
    let_go.set()
    await task


def test_a_life_that_waits_for_ever_is_noticed() -> None:
    with pytest.raises(Hung), watchdog(0.2):
        asyncio.run(asyncio.Event().wait())


def test_a_life_that_never_gives_way_is_noticed() -> None:
    async def busy() -> None:
        while True:
            pass

    with pytest.raises(Hung), watchdog(0.2):
        asyncio.run(busy())


def test_a_hang_that_one_task_swallowed_is_noticed() -> None:
    async def swallowed() -> None:
        with contextlib.suppress(Hung):
            while True:
                pass

    with pytest.raises(Hung), watchdog(0.2):
        asyncio.run(swallowed())


def test_a_hanging_seed_is_named_and_the_next_one_is_lived(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Hanging(Program):
        def __init__(self, seed: int) -> None:
            super().__init__(seed)
            self.hangs = seed == 1

        async def run(self) -> None:
            if self.hangs:
                await asyncio.Event().wait()
            await super().run()

    monkeypatch.setattr(simulate, "Program", Hanging)
    monkeypatch.setattr("sys.argv", ["simulate", "--seeds", "3", "--patience", "3"])
    assert simulate.main() == 1
    said = capsys.readouterr().out
    assert "seed 1\n" in said
    assert "3 seeds" in said
    assert "1 broken: [1]" in said
