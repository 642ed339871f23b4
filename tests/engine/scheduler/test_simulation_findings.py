"""What only thousands of simulated lives found, as small as it can be told."""

from __future__ import annotations

import pytest

from kata_desktop.domain.handler import RunContext, Slice
from kata_desktop.domain.run import Run
from kata_desktop.domain.trigger import Once
from kata_desktop.store import leases
from tests.support.sim.clock import START
from tests.support.sim.computer import SimComputer
from tests.support.sim.ledger import Broken, Ledger
from tests.support.sim.tasks import MINUTE, add, at, brief, daily, every, history, hourly, task
from tests.support.sim.work import Script, Work


async def test_clock_set_back_while_the_disk_is_full(computer: SimComputer) -> None:
    """What comes again before the store works is caught up: the clock was seen to be set back before."""
    await add(computer, daily(9))
    await computer.run(minutes=10)
    computer.process.database.full = True
    await computer.set_clock(days=-1)
    await computer.run(hours=2)
    computer.process.database.full = False
    await computer.run(minutes=2)
    assert [run.slot for run in history(computer)] == [at(9, day=1)]
    assert brief(history(computer)) == [("09:00", "catch-up", "completed", 1)]
    assert task(computer).next_slot == at(9)


async def test_clock_set_back_over_rows_while_the_disk_is_full(computer: SimComputer) -> None:
    """What had its row before the clock was set back gets no second one."""
    await add(computer, hourly())
    await computer.sleep(hours=4, minutes=10)
    await computer.run(minutes=1)
    before = brief(history(computer))
    assert before == [("11:00", "schedule", "missed", 3), ("12:00", "catch-up", "completed", 1)]
    computer.process.database.full = True
    await computer.set_clock(hours=-3)
    await computer.run(hours=1)
    computer.process.database.full = False
    await computer.run(minutes=2)
    assert brief(history(computer)) == before


async def test_another_process_went_on_after_the_clock_was_set_back(computer: SimComputer) -> None:
    """What it told of is not told of again when the first one's store works at last."""
    first = computer.process
    await add(computer, hourly())
    await computer.run(minutes=10)
    first.database.full = True
    await computer.set_clock(days=-1)
    await computer.run(hours=2)
    await computer.boot()
    await computer.sleep(hours=3)
    await computer.run(minutes=2)
    before = brief(history(computer))
    assert before == [("12:00", "schedule", "missed", 2), ("13:00", "catch-up", "completed", 1)]
    first.database.full = False
    await computer.run(minutes=2)
    assert brief(history(computer)) == before


async def test_a_run_starts_as_soon_as_a_step_is_stored_after_trouble() -> None:
    """Nothing is claimed while a step waits for the disk; when it is stored, waiting runs start at once."""
    computer = SimComputer()
    computer.work.append(Work(clock=computer.clock, name="sliced", script=_step(computer), sliced=True))
    await computer.boot()
    await add(computer, Once(local=(START + MINUTE).replace(tzinfo=None), zone="UTC"), ident="long", handler="sliced")
    await computer.run(minutes=2)
    await add(computer, every(computer, MINUTE), ident="waiting")
    computer.process.database.full = True
    await computer.run(minutes=61, seconds=10)
    computer.process.database.full = False
    held = False
    while computer.engine.trouble:
        await computer.step(1)
        held = held or (bool(computer.engine.trouble) and bool(_ready(computer)))
    assert held, "nothing waited for the step: this proves nothing"
    assert not _ready(computer)
    await computer.switch_off()


def _ready(computer: SimComputer) -> list[Run]:
    return computer.read(lambda db: leases.claimable(db, computer.clock.now(), 10, places=3))


def _step(computer: SimComputer) -> Script:
    async def script(ctx: RunContext) -> Slice:
        number = int(ctx.cursor or "0") + 1
        await computer.clock.sleep(210)
        return Slice(cursor=str(number), input_hash="same", text=f"Step {number}")

    return script


@pytest.mark.parametrize("zone, owed", [("system", False), ("Europe/Berlin", True)])
async def test_travelling_is_no_excuse_for_tasks_of_a_zone_of_their_own(
    zone: str, owed: bool, computer: SimComputer
) -> None:
    """The simulation's own books: what a journey does not touch is owed all the same."""
    ledger = Ledger()
    ledger.open(await add(computer, hourly(30, zone=zone)), computer.clock.now())
    computer.process.database.full = True
    await computer.travel("Asia/Kathmandu")
    ledger.travelled()
    await computer.run(hours=2)
    computer.write(lambda db: db.execute("UPDATE tasks SET next_slot = next_slot + 7200000000"))

    def settle() -> None:
        computer.read(lambda db: ledger.check(computer, db))

    if owed:
        with pytest.raises(Broken, match="nothing tells"):
            settle()
    else:
        settle()
