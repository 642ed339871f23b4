"""A look that nothing can have changed is left out; whatever could bring work makes the next one a real look again."""

from __future__ import annotations

from kata_desktop.domain.run import Reason
from kata_desktop.domain.trigger import SYSTEM_ZONE
from kata_desktop.scheduler.engine.stillness import SKIPPED_MOST
from kata_desktop.store import boots
from kata_desktop.store.times import to_us
from tests.support.sim.computer import SimComputer
from tests.support.sim.tasks import add, at, daily, history, hourly, task


async def statements_of(computer: SimComputer, minutes: int) -> int:
    """Statements that were run in so many minutes."""
    before = computer.disk.connection.statements
    await computer.run(minutes=minutes)
    return computer.disk.connection.statements - before


async def test_nine_of_ten_idle_looks_read_nothing(computer: SimComputer) -> None:
    await add(computer, daily(21))
    await computer.run(minutes=5)
    one_look = max([await statements_of(computer, 1) for _ in range(SKIPPED_MOST + 1)])
    assert one_look
    assert await statements_of(computer, 10 * (SKIPPED_MOST + 1)) == 10 * one_look


async def test_what_comes_due_while_nothing_happens_runs_on_time(computer: SimComputer) -> None:
    await add(computer, hourly(7))
    await computer.run(hours=3)
    assert [(run.slot, run.started_at, run.reason) for run in history(computer)] == [
        (at(hour, 7), at(hour, 7), Reason.COMPLETED) for hour in (8, 9, 10)
    ]


async def test_an_edit_behind_everybodys_back_is_seen_within_a_minute(computer: SimComputer) -> None:
    await add(computer, daily(21))
    await computer.run(minutes=5)
    due = to_us(computer.clock.now())
    computer.write(lambda db: db.execute("UPDATE tasks SET next_slot = ?, due_at = ?", (due, due)).rowcount)
    await computer.run(seconds=61)
    assert len(history(computer)) == 1


async def test_a_new_zone_moves_what_is_planned(computer: SimComputer) -> None:
    await add(computer, daily(21, zone=SYSTEM_ZONE))
    await computer.run(minutes=5)
    before = task(computer).next_slot
    computer.clock.zone = "Asia/Tokyo"  # nobody rings
    await computer.run(seconds=61)
    assert task(computer).next_slot != before


async def test_another_process_is_watched_over(computer: SimComputer) -> None:
    """One that dies without a word writes nothing any more; the other settles it all the same."""
    other = await computer.boot()
    await computer.run(minutes=5)
    await computer.kill(other)
    await computer.run(seconds=61)
    assert [boot.id for boot in computer.read(boots.not_ended)] == [computer.boots[0].boot.id]
