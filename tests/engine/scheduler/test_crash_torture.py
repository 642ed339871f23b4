"""The process ends at every statement of a scenario, the edges of effects included: nothing is lost or doubled."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from kata_desktop.domain.handler import HandlerError, Result, RunContext, Slice
from kata_desktop.domain.run import Reason, RunState, Source
from kata_desktop.domain.task import RetryPolicy
from tests.support.sim.computer import SimComputer
from tests.support.sim.disk import Crash, SimConnection, SimDatabase
from tests.support.sim.invariants import check
from tests.support.sim.ledger import Ledger
from tests.support.sim.tasks import MINUTE, add, at, every, history, task
from tests.support.sim.work import Work


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


class Scenario:
    """A plain task, one that fails once, one with an effect, sliced work, and a chain, over six minutes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.computer = SimComputer(path=path)
        self.sent: list[str] = []
        self.computer.work = [
            Work(clock=self.computer.clock, script=self._work),
            Work(clock=self.computer.clock, name="sliced", script=self._slice, sliced=True),
        ]
        self.ledger = Ledger()

    async def _work(self, ctx: RunContext) -> Result:
        await self.computer.clock.sleep(5)
        if ctx.task_id == "failing" and ctx.attempt == 1 and ctx.source is not Source.RETRY:
            raise HandlerError("Not yet.", kind="down")
        if ctx.task_id == "sending":
            effect = await ctx.effect("Sent the letter")
            self.sent.append(str(ctx.slot))
            await effect.done()
        return Result(output="done")

    async def _slice(self, ctx: RunContext) -> Slice:
        await self.computer.clock.sleep(5)
        number = int(ctx.cursor or "0") + 1
        return Slice(cursor=str(number), input_hash="x", result=Result(output="all") if number == 3 else None)

    async def prepare(self) -> None:
        """Four tasks that come due every two minutes."""
        await self.computer.boot()
        for ident in ("plain", "failing", "sending", "sliced"):
            handler = "sliced" if ident == "sliced" else "prompt"
            retry = RetryPolicy(retries=2, base_delay=MINUTE / 6)
            made = await add(self.computer, every(self.computer, 2 * MINUTE), ident=ident, handler=handler, retry=retry)
            self.ledger.open(made, self.computer.clock.now())

    async def crash_at(self, statement: int) -> bool:
        """Live until the process ends before that statement, then start again on the file; False if it did not end."""
        connection = self.computer.disk.connection
        connection.crash_at = connection.statements + statement
        with contextlib.suppress(Crash):
            await self.computer.run(minutes=5)
        crashed = connection.crashed
        await self.computer.switch_off()
        connection.crashed, connection.crash_at = False, 0
        connection.close()  # as the end of a process does: what was not committed is gone
        self.computer.disk = SimDatabase(SimConnection(self.path))
        await self.computer.boot()
        check(self.computer, self.ledger)
        await self.computer.run(minutes=3)
        check(self.computer, self.ledger)
        return crashed


def verdict(scenario: Scenario) -> None:
    """Every row is settled, and what cannot be repeated was not."""
    computer = scenario.computer
    assert len(scenario.sent) == len(set(scenario.sent)), "sent twice"
    for ident in ("plain", "failing", "sending", "sliced"):
        rows = history(computer, ident)
        early = [run for run in rows if run.slot <= at(8, 4)]
        assert len(early) >= 1
        assert all(run.state is RunState.DONE for run in early), "left in the middle"
        assert task(computer, ident).started_runs == sum(
            run.started_at is not None and run.source.value in {"schedule", "catch-up"} for run in rows
        )
        assert not [run for run in rows if run.reason is Reason.FAILED]
    for run in history(computer, "sending"):
        if str(run.slot) in scenario.sent:
            assert run.reason in {Reason.COMPLETED, Reason.NEEDS_REVIEW, None}


async def killed_before(statements: range, folder: Path) -> int:
    """Kill before each of these statements until the scenario is over; returns how far it went."""
    for statement in statements:
        scenario = Scenario(folder / f"{statement}.db")
        await scenario.prepare()
        crashed = await scenario.crash_at(statement)
        verdict(scenario)
        await scenario.computer.switch_off()
        scenario.computer.disk.connection.close()
        scenario.path.unlink()
        if not crashed:
            return statement
    raise AssertionError("the scenario never ends")


@pytest.mark.slow
async def test_killed_at_every_sixty_first_statement(tmp_path: Path) -> None:
    assert await killed_before(range(1, 100_000, 61), tmp_path) > 500, "the scenario is as long as it was"


@pytest.mark.torture
async def test_killed_at_every_statement(tmp_path: Path) -> None:
    assert await killed_before(range(1, 100_000), tmp_path) > 500
