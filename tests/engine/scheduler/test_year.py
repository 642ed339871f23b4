"""A whole year of fifty tasks in seconds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kata_desktop.domain.run import Reason
from kata_desktop.domain.task import Overlap
from kata_desktop.domain.trigger import Cron
from kata_desktop.scheduler.occurrences.slots import count_between
from tests.support.sim.clock import START
from tests.support.sim.computer import SimComputer
from tests.support.sim.tasks import add, every, history


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_a_simulated_year_of_fifty_tasks() -> None:
    """Both clock changes, fixed times in four zones, intervals, a cap of three at once: nothing lost, nothing twice."""
    computer = SimComputer()
    computer.clock.watchdog = False
    await computer.boot()
    zones = ("system", "Europe/Berlin", "America/New_York", "Asia/Kathmandu")
    for number in range(46):
        text = f"{number} {number % 24} * * {'*' if number % 3 else '1-5'}"
        await add(
            computer,
            Cron(expressions=(text,), zone=zones[number % 4]),
            ident=f"t{number}",
            overlap=Overlap.PARALLEL,
            targets=(),
        )
    for number in range(4):
        await add(computer, every(computer, timedelta(hours=30 + number)), ident=f"i{number}", targets=())
    await computer.run(days=365)
    end = computer.clock.now()
    for ident in [*(f"t{number}" for number in range(46)), *(f"i{number}" for number in range(4))]:
        rows = history(computer, ident)
        spec = await computer.scheduling.get(ident)
        assert len(rows) == count_between(spec.spec.trigger, START, end, system_zone="Europe/Berlin")
        assert {run.reason for run in rows[:-1]} == {Reason.COMPLETED}
        assert all(run.started_at and run.started_at - run.slot < timedelta(seconds=30) for run in rows)
    await computer.switch_off()
