"""Asleep or off over occurrences: what is caught up, what is skipped, and that each is told."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from kata_desktop.domain.notification import NotificationKind
from kata_desktop.domain.run import Reason, Source
from kata_desktop.domain.task import CatchUp, TaskState
from kata_desktop.domain.trigger import Once
from tests.support.sim.computer import SimComputer
from tests.support.sim.tasks import HOUR, add, at, brief, daily, every, history, hourly, messages, task


async def away(computer: SimComputer, how: str, **units: float) -> None:
    if how == "asleep":
        await computer.sleep(timedelta(**units).total_seconds())
        return
    await (computer.quit() if how == "off" else computer.kill())
    computer.clock.fall_asleep(timedelta(**units).total_seconds())
    await computer.boot()


@pytest.mark.parametrize("how", ["asleep", "off", "killed"])
async def test_asleep_or_off_over_several_occurrences(computer: SimComputer, how: str) -> None:
    """Run once: the newest missed slot, 10 s after wake, slot nominal; the older ones in one row with a count."""
    await add(computer, hourly())
    await away(computer, how, hours=5, minutes=30)  # 13:30; the newest missed one is 13:00
    await computer.run(minutes=1)
    assert brief(history(computer)) == [
        ("12:00", "schedule", "missed", 4),
        ("13:00", "catch-up", "completed", 1),
    ]
    missed, run = history(computer)
    assert missed.first_slot == at(9)
    assert missed.detail.startswith("The computer was asleep, off or busy")
    assert run.slot == at(13)
    assert run.started_at == at(13, 30) + timedelta(seconds=10)
    assert task(computer).next_slot == at(14)
    [digest] = messages(computer, NotificationKind.MISSED)
    assert digest.body == "While you were away: 1 run starts late, 4 were missed."


async def test_asleep_and_nobody_tells_of_it(computer: SimComputer) -> None:
    """The chunk of sixty seconds notices it."""
    await add(computer, hourly())
    await computer.sleep(hours=2, minutes=30, rings=False)
    await computer.run(minutes=2)
    assert brief(history(computer)) == [("09:00", "schedule", "missed", 1), ("10:00", "catch-up", "completed", 1)]


async def test_asleep_with_skip(computer: SimComputer) -> None:
    await add(computer, hourly(), catch_up=CatchUp.SKIP)
    await computer.sleep(hours=3, minutes=30)
    await computer.run(hours=1)
    assert brief(history(computer)) == [("11:00", "schedule", "missed", 3), ("12:00", "schedule", "completed", 1)]
    assert "skips what it missed" in history(computer)[0].detail


async def test_asleep_with_all(computer: SimComputer) -> None:
    """Oldest first, at most ten, one after the other; what is beyond is one row."""
    await add(computer, hourly(), catch_up=CatchUp.ALL)
    await computer.sleep(hours=13, minutes=30)
    await computer.run(minutes=2)
    rows = history(computer)
    assert brief(rows[:1]) == [("11:00", "schedule", "missed", 3)]
    assert [run.slot for run in rows[1:]] == [at(12) + HOUR * n for n in range(10)]
    assert {(run.source, run.reason) for run in rows[1:]} == {(Source.CATCH_UP, Reason.COMPLETED)}
    starts = [run.started_at for run in rows[1:] if run.started_at]
    assert starts == sorted(starts)
    assert all(later - earlier >= timedelta(seconds=1) for earlier, later in pairwise(starts))


async def test_asleep_with_all_and_the_newest_on_time(computer: SimComputer) -> None:
    """The older ones are caught up although the newest one is just due; it takes its turn after them."""
    await add(computer, hourly(), catch_up=CatchUp.ALL)
    await computer.sleep(hours=3, seconds=20)
    await computer.run(minutes=1)
    assert brief(history(computer)) == [
        ("09:00", "catch-up", "completed", 1),
        ("10:00", "catch-up", "completed", 1),
        ("11:00", "schedule", "completed", 1),
    ]
    starts = [run.started_at for run in history(computer) if run.started_at]
    assert starts == sorted(starts)


async def test_asleep_longer_than_the_window(computer: SimComputer) -> None:
    """Missed by more than seven days: nothing is caught up."""
    await add(computer, daily(9), window=timedelta(days=7))
    await add(computer, Once(local=at(9).replace(tzinfo=None), zone="UTC"), ident="once")
    await computer.sleep(days=8)
    await computer.run(minutes=1)
    assert brief(history(computer))[0] == ("09:00", "schedule", "missed", 7) or task(computer).next_slot
    assert history(computer, "once")[0].reason is Reason.EXPIRED


async def test_asleep_over_the_window_of_a_weekly_task(computer: SimComputer) -> None:
    await add(computer, every(computer, timedelta(days=20)), window=timedelta(days=7))
    await computer.sleep(days=28)
    await computer.run(minutes=1)
    [row] = history(computer)
    assert row.reason is Reason.MISSED
    assert "8 days late" in row.detail


async def test_catch_ups_are_staggered(computer: SimComputer) -> None:
    """10 s after wake, then one every 2 s over all tasks."""
    for number in range(3):
        await add(computer, hourly(), ident=f"t{number}")
    await computer.sleep(hours=1, minutes=30)
    await computer.run(minutes=1)
    starts = [history(computer, f"t{number}")[0].started_at for number in range(3)]
    woke = at(9, 30)
    assert sorted(start - woke for start in starts if start) == [timedelta(seconds=s) for s in (10, 12, 14)]


async def test_a_short_nap_is_no_absence(computer: SimComputer) -> None:
    """Noticed within sixty seconds it is on time, and nobody is welcomed back."""
    await add(computer, hourly())
    await computer.run(minutes=59, seconds=50)
    await computer.sleep(40)
    await computer.run(5)
    [run] = history(computer)
    assert (run.source, run.reason) == (Source.SCHEDULE, Reason.COMPLETED)
    assert messages(computer, NotificationKind.MISSED) == []


@pytest.mark.parametrize("how", ["asleep", "off"])
async def test_one_shot_whose_time_passed_while_off(computer: SimComputer, how: str) -> None:
    """As catch-up; then the task is finished, never deleted."""
    await add(computer, Once(local=at(9).replace(tzinfo=None), zone="UTC"))
    await away(computer, how, hours=20)
    await computer.run(minutes=1)
    assert brief(history(computer)) == [("09:00", "catch-up", "completed", 1)]
    assert task(computer).state is TaskState.FINISHED


async def test_one_shot_beyond_the_window_is_expired(computer: SimComputer) -> None:
    await add(computer, Once(local=at(9).replace(tzinfo=None), zone="UTC"), window=timedelta(days=2))
    await away(computer, "off", days=3)
    await computer.run(minutes=1)
    [row] = history(computer)
    assert row.reason is Reason.EXPIRED
    assert "3 days late" in row.detail
    assert task(computer).state is TaskState.FINISHED


async def test_one_shot_that_skips(computer: SimComputer) -> None:
    await add(computer, Once(local=at(9).replace(tzinfo=None), zone="UTC"), catch_up=CatchUp.SKIP)
    await computer.sleep(hours=3)
    await computer.run(minutes=1)
    assert brief(history(computer)) == [("09:00", "schedule", "missed", 1)]
    assert task(computer).state is TaskState.FINISHED


async def test_years_of_minutes_are_one_row(computer: SimComputer) -> None:
    await add(computer, every(computer, timedelta(minutes=1)))
    await computer.quit()
    computer.clock.fall_asleep(timedelta(days=730).total_seconds())
    await computer.boot()
    await computer.run(20)
    missed = history(computer)[0]
    assert missed.count == 730 * 24 * 60 - 1
    assert len(history(computer)) == 2
