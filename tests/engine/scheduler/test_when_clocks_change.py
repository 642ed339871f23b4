"""The clock is set, the zone changes, hours are active, jitter delays: the slot stays what it was."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from kata_desktop.domain.handler import Result, RunContext
from kata_desktop.domain.run import Reason, Source
from kata_desktop.domain.task import ActiveHours, CatchUp, OutsideHours, RetryPolicy
from kata_desktop.domain.trigger import Cron, Once
from tests.support.sim.computer import SimComputer
from tests.support.sim.tasks import DAY, HOUR, add, at, brief, daily, every, history, hourly, task


async def test_clock_set_back(computer: SimComputer) -> None:
    """Recomputed from now; a slot that has run never runs again."""
    await add(computer, hourly())
    await computer.run(hours=3, minutes=10)  # 11:10
    await computer.set_clock(hours=-2)  # 09:10
    assert task(computer).next_slot is not None
    await computer.run(hours=3)
    assert brief(history(computer)) == [(f"{hour:02}:00", "schedule", "completed", 1) for hour in (9, 10, 11, 12)]


async def test_clock_set_back_before_the_task_had_run(computer: SimComputer) -> None:
    """The slots that come again and have no row, run."""
    await computer.run(hours=4)  # 12:00
    await add(computer, daily(13))
    assert task(computer).next_slot == at(13)
    await computer.set_clock(days=-3)
    assert task(computer).next_slot == at(13, day=27, month=2)


async def test_clock_set_back_a_year_over_a_task_of_every_minute(computer: SimComputer) -> None:
    """No endless search, and nothing twice."""
    await add(computer, every(computer, timedelta(minutes=1)))
    await computer.run(hours=12)
    await computer.set_clock(hours=-11)
    await computer.run(hours=12)
    rows = history(computer)
    assert len({run.slot for run in rows}) == len(rows) == 13 * 60
    assert len(computer.work[0].calls) == 13 * 60


async def test_clock_set_back_while_off(computer: SimComputer) -> None:
    """It had been years ahead: tasks do not wait for years."""
    await add(computer, daily(9))
    await computer.set_clock(days=3650)
    await computer.run(minutes=10)
    await computer.quit()
    computer.clock.set_wall(timedelta(days=-3650))
    await computer.boot()
    assert task(computer).next_slot == at(9)


async def test_clock_set_back_leaves_short_waits_short(computer: SimComputer) -> None:
    computer.work[0].script = _fail
    await add(computer, daily(9), retry=RetryPolicy(retries=1, base_delay=timedelta(minutes=10)))
    await computer.run(hours=1, minutes=1)
    await computer.set_clock(hours=-5)
    await computer.run(minutes=10)
    assert history(computer)[0].attempt == 2


async def _fail(_: RunContext) -> Result:
    raise ValueError("no")


async def test_clock_set_forward_counts_as_sleep(computer: SimComputer) -> None:
    await add(computer, hourly())
    await computer.set_clock(hours=5, minutes=30)
    await computer.run(minutes=1)
    assert brief(history(computer)) == [("12:00", "schedule", "missed", 4), ("13:00", "catch-up", "completed", 1)]


async def test_small_corrections_of_the_clock_are_nothing(computer: SimComputer) -> None:
    await add(computer, hourly())
    await computer.run(minutes=50)
    for _ in range(4):
        await computer.set_clock(3)
        await computer.set_clock(-4)
    await computer.run(hours=2)
    assert brief(history(computer)) == [("09:00", "schedule", "completed", 1), ("10:00", "schedule", "completed", 1)]


async def test_laptops_zone_changes(computer: SimComputer) -> None:
    """ "system" tasks are recomputed, others are untouched."""
    await add(computer, daily(18, zone="system"), ident="follows")  # Berlin: 17:00 UTC
    await add(computer, daily(18, zone="Europe/Berlin"), ident="stays")
    await add(computer, every(computer, HOUR), ident="interval")
    before = task(computer, "interval").next_slot
    await computer.travel("America/New_York")
    assert task(computer, "follows").next_slot == at(23)
    assert task(computer, "stays").next_slot == at(17)
    assert task(computer, "interval").next_slot == before


async def test_same_local_time_fires_once_flying_west(computer: SimComputer) -> None:
    await add(computer, daily(10, zone="system"))  # 09:00 UTC
    await computer.run(hours=2)
    await computer.travel("America/New_York")  # 05:00 there; 10:00 comes again
    await computer.run(hours=30)
    assert [run.slot for run in history(computer)] == [at(9), at(15, day=3)]


async def test_flying_east_over_an_occurrence_it_is_caught_up(computer: SimComputer) -> None:
    """The local time was jumped over: nothing is lost."""
    await add(computer, daily(12, zone="system"))  # 11:00 UTC
    await computer.run(minutes=10)
    await computer.travel("Asia/Tokyo")  # 17:10 there
    await computer.run(minutes=1)
    [run] = history(computer)
    assert (run.source, run.reason, run.slot) == (Source.CATCH_UP, Reason.COMPLETED, at(3))
    assert task(computer).next_slot == at(3, day=3)


@pytest.mark.parametrize("zone, slot", [("America/New_York", at(14, day=3)), ("Asia/Tokyo", at(0, day=3))])
async def test_zone_changes_while_off(computer: SimComputer, zone: str, slot: datetime) -> None:
    """Started elsewhere, tasks run at the local time there, not at that of home."""
    await add(computer, daily(9, zone="system"))  # next: 3 March, 08:00 UTC
    await computer.quit()
    computer.clock.zone = zone
    await computer.boot()
    await computer.run(hours=60)
    assert [run.slot for run in history(computer)] == [slot, slot + DAY]


async def test_one_shot_in_system_zone_flying_east(computer: SimComputer) -> None:
    await add(computer, Once(local=at(12).replace(tzinfo=None)))
    await computer.travel("Asia/Tokyo")
    await computer.run(minutes=1)
    assert [run.reason for run in history(computer)] == [Reason.COMPLETED]


async def test_asleep_while_travelling(computer: SimComputer) -> None:
    """What was missed is caught up at the other end; nothing is lost on the way."""
    await add(computer, daily(9, zone="system"))
    await computer.settle()
    computer.clock.fall_asleep(timedelta(hours=30).total_seconds())  # Tuesday, 14:00 UTC
    await computer.travel("Asia/Tokyo")  # 23:00 there; Tuesday 09:00 has passed
    await computer.run(minutes=1)
    assert [(run.source, run.reason) for run in history(computer)] == [(Source.CATCH_UP, Reason.COMPLETED)]


async def test_jitter_is_stable_and_small(computer: SimComputer) -> None:
    """Below min(jitter, gap/10); the slot stays nominal; none on catch-up."""
    await add(computer, hourly(), jitter=timedelta(hours=1))
    due = task(computer).due_at
    assert due is not None
    assert timedelta(0) < due - at(9) < timedelta(minutes=6)
    await computer.run(hours=2)
    run = history(computer)[0]
    assert (run.slot, run.started_at) == (at(9), due)
    await computer.sleep(hours=3, minutes=30)
    await computer.run(minutes=1)
    late = history(computer)[-1]
    assert late.source is Source.CATCH_UP
    assert late.started_at == at(13, 30) + timedelta(seconds=10)


async def test_jitter_parts_tasks_of_the_same_time(computer: SimComputer) -> None:
    for ident in ("one", "other"):
        await add(computer, hourly(), ident=ident, jitter=timedelta(hours=1))
    assert task(computer, "one").due_at != task(computer, "other").due_at


async def test_active_hours_defer_to_the_windows_start(computer: SimComputer) -> None:
    """A slot outside moves to the window's start; those of the night become one row, the newest runs."""
    hours = ActiveHours(start=time(8), end=time(20))
    await add(computer, hourly(30), active_hours=hours)
    await computer.run(hours=24)
    rows = history(computer)
    assert [run.slot.hour for run in rows[:12]] == list(range(8, 20))
    skipped, first = rows[12], rows[13]
    assert (skipped.reason, skipped.count) == (Reason.SKIPPED_HOURS, 11)
    assert (first.slot, first.started_at, first.source) == (at(7, 30, day=3), at(8, day=3), Source.SCHEDULE)


async def test_active_hours_skip(computer: SimComputer) -> None:
    hours = ActiveHours(start=time(8), end=time(20), outside=OutsideHours.SKIP)
    await add(computer, hourly(30, zone="UTC"), active_hours=hours)
    await computer.run(hours=25)
    rows = history(computer)
    assert [run.slot.hour for run in rows if run.reason is Reason.COMPLETED] == [*range(8, 20), 8]
    [night] = [run for run in rows if run.reason is Reason.SKIPPED_HOURS]
    assert night.count == 12


async def test_active_hours_wrap_midnight(computer: SimComputer) -> None:
    hours = ActiveHours(start=time(22), end=time(6), outside=OutsideHours.SKIP)
    await add(computer, hourly(30, zone="UTC"), active_hours=hours)
    await computer.run(hours=24)
    ran = [run.slot.hour for run in history(computer) if run.reason is Reason.COMPLETED]
    assert ran == [22, 23, 0, 1, 2, 3, 4, 5]


async def test_asleep_over_the_night_of_a_task_that_skips_it(computer: SimComputer) -> None:
    """What is caught up is the newest slot inside the hours, not one that would have been skipped."""
    hours = ActiveHours(start=time(8), end=time(20), outside=OutsideHours.SKIP)
    await add(computer, hourly(30, zone="UTC"), active_hours=hours)
    await computer.run(hours=10)  # 18:00
    await computer.sleep(hours=14, minutes=5)  # 08:05
    await computer.run(minutes=1)
    late = history(computer)[-2:]
    assert {(run.slot, run.reason) for run in late} >= {(at(19, 30), Reason.COMPLETED)}
    assert sum(run.count for run in history(computer)) == 24


async def test_caught_up_inside_active_hours_only(computer: SimComputer) -> None:
    hours = ActiveHours(start=time(8), end=time(20))
    await add(computer, daily(9, zone="UTC"), active_hours=hours)
    await computer.sleep(hours=14)  # 22:00
    await computer.run(hours=11)
    run = history(computer)[0]
    assert (run.source, run.started_at) == (Source.CATCH_UP, at(8, day=3))


async def test_all_with_active_hours_catches_up_what_was_inside(computer: SimComputer) -> None:
    hours = ActiveHours(start=time(8), end=time(20))
    await add(computer, hourly(30, zone="UTC"), active_hours=hours, catch_up=CatchUp.ALL)
    await computer.run(hours=9)  # 17:00
    await computer.sleep(hours=13)  # 06:00
    await computer.run(hours=2, minutes=5)
    rows = history(computer)[9:]
    assert [run.slot.hour for run in rows if run.reason is Reason.COMPLETED] == [17, 18, 19]
    assert {run.reason for run in rows[3:]} == {Reason.SKIPPED_HOURS, Reason.SKIPPED_RUNNING}
    assert sum(run.count for run in rows) == 15


async def test_clocks_go_forward_and_back(computer: SimComputer) -> None:
    """A fixed time runs once where the wall clock jumps, and once where it repeats."""
    spring = SimComputer(start=datetime(2026, 3, 28, 12, tzinfo=UTC))
    await spring.boot()
    await add(spring, Cron(expressions=("30 2 * * *",)))
    await spring.run(days=2)
    assert [run.slot for run in history(spring)] == [
        datetime(2026, 3, 29, 1, tzinfo=UTC),
        datetime(2026, 3, 30, 0, 30, tzinfo=UTC),
    ]
    await spring.switch_off()
    autumn = SimComputer(start=datetime(2026, 10, 24, 12, tzinfo=UTC))
    await autumn.boot()
    await add(autumn, Cron(expressions=("30 2 * * *",)))
    await autumn.run(days=2)
    assert [run.slot for run in history(autumn)] == [
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 26, 1, 30, tzinfo=UTC),
    ]
    await autumn.switch_off()
    assert computer.engine.trouble == ""
