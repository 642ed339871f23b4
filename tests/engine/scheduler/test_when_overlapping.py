"""Longer than its interval, cancelled, out of time: what happens to the run that goes and to the one that comes."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from kata_desktop.domain.errors import Refused
from kata_desktop.domain.events import RunChanged
from kata_desktop.domain.handler import Result, RunContext
from kata_desktop.domain.run import Reason, RunState
from kata_desktop.domain.task import Overlap, RetryPolicy
from tests.support.sim.clock import SimClock
from tests.support.sim.computer import SimComputer
from tests.support.sim.tasks import add, at, brief, daily, every, history, task

TEN = timedelta(minutes=10)


async def test_longer_than_its_interval_skip(computer: SimComputer) -> None:
    """The default; recorded, neighbours in one row."""
    computer.work[0].seconds = 25 * 60
    await add(computer, every(computer, TEN), timeout=timedelta(hours=1))
    await computer.run(minutes=39)
    assert brief(history(computer)) == [
        ("08:10", "schedule", "completed", 1),
        ("08:30", "schedule", "skipped: still running", 2),
    ]
    await computer.run(minutes=5)
    assert history(computer)[-1].state is RunState.RUNNING


async def test_longer_than_its_interval_queue_one(computer: SimComputer) -> None:
    computer.work[0].seconds = 35 * 60
    await add(computer, every(computer, TEN), overlap=Overlap.QUEUE, timeout=timedelta(hours=1))
    await computer.run(minutes=46)
    first, queued, skipped = history(computer)
    assert (first.reason, first.slot) == (Reason.COMPLETED, at(8, 10))
    assert (queued.slot, queued.started_at) == (at(8, 20), at(8, 45))
    assert (skipped.reason, skipped.count) == (Reason.SKIPPED_RUNNING, 2)


async def test_longer_than_its_interval_restart(computer: SimComputer) -> None:
    """The running one is cancelled; the new one starts when it has ended."""
    computer.work[0].seconds = 25 * 60
    await add(computer, every(computer, TEN), overlap=Overlap.RESTART, timeout=timedelta(hours=1))
    await computer.run(minutes=31)
    assert [run.reason for run in history(computer)] == [Reason.SUPERSEDED, Reason.SUPERSEDED, None]
    assert history(computer)[-1].started_at == at(8, 30)


async def test_restart_ends_waiting_runs_too(computer: SimComputer) -> None:
    """A run that waits for a place is replaced as well, not started beside the newer one."""
    computer.work[0].seconds = 55 * 60
    for number in range(2):
        await add(computer, every(computer, TEN), ident=f"busy{number}", timeout=timedelta(hours=1))
    await computer.run(minutes=5)
    await add(computer, every(computer, TEN), overlap=Overlap.RESTART)
    await computer.run(minutes=31)
    rows = history(computer)
    assert [run.reason for run in rows] == [Reason.SUPERSEDED, Reason.SUPERSEDED, None]
    assert rows[-1].state is RunState.QUEUED


async def test_restart_in_another_process(computer: SimComputer) -> None:
    """Whoever records the newer occurrence leaves word for whoever drives the older one."""
    computer.work[0].seconds = 25 * 60
    await add(computer, every(computer, TEN), overlap=Overlap.RESTART, timeout=timedelta(hours=1))
    await computer.run(minutes=11)
    first = computer.process
    await computer.boot()
    first.alarm.deaf = True  # it looks every 20 s only
    await computer.run(minutes=11)
    older, newer = history(computer)[:2]
    assert older.reason is Reason.SUPERSEDED
    assert newer.started_at is not None
    assert newer.started_at - at(8, 20) <= timedelta(seconds=21)


async def test_longer_than_its_interval_parallel(computer: SimComputer) -> None:
    """Beside it, within the caps: two of one workspace."""
    computer.work[0].seconds = 25 * 60
    await add(computer, every(computer, TEN), overlap=Overlap.PARALLEL, timeout=timedelta(hours=1))
    await computer.run(minutes=31)
    assert [run.state for run in history(computer)] == [RunState.RUNNING, RunState.RUNNING, RunState.QUEUED]


async def stubborn(ctx: RunContext) -> Result:
    """It does not heed cancellation."""
    while True:
        try:
            await STUBBORN[0].sleep(30)
            break
        except asyncio.CancelledError:
            task_now = asyncio.current_task()
            assert task_now is not None
            task_now.uncancel()
    return Result(output=f"late {ctx.attempt}")


STUBBORN: list[SimClock] = []


async def test_handler_ignores_cancellation(computer: SimComputer) -> None:
    """Cancel, 10 s, abandoned; the late result is fenced off."""
    STUBBORN[:] = [computer.clock]
    computer.work[0].script = stubborn
    await add(computer, daily(9), retry=RetryPolicy(retries=0))
    await computer.run(hours=1, seconds=5)
    [run] = history(computer)
    await computer.scheduling.cancel(run.id)
    await computer.run(9)
    assert history(computer)[0].state is RunState.RUNNING
    await computer.run(2)
    [run] = history(computer)
    assert run.reason is Reason.ABANDONED
    assert task(computer).failures_in_row == 0, "a person stopped it"
    await computer.run(minutes=5)
    assert computer.work[0].ended == [run.id], "it came to its end after all"
    assert (history(computer)[0].reason, history(computer)[0].output) == (Reason.ABANDONED, "")


async def test_cancelled_by_a_person(computer: SimComputer) -> None:
    computer.work[0].seconds = 3600
    await add(computer, daily(9))
    await computer.run(hours=1, minutes=1)
    [run] = history(computer)
    await computer.scheduling.cancel(run.id)
    await computer.run(1)
    [run] = history(computer)
    assert (run.reason, run.detail, run.finished_at) == (Reason.CANCELLED, "You stopped it.", at(9, 1))
    assert (await computer.scheduling.cancel(run.id)).reason is Reason.CANCELLED, "harmless when repeated"


async def test_timeouts_use_the_monotonic_clock(computer: SimComputer) -> None:
    """Neither sleep nor a clock that is set eats up a run's time."""
    computer.work[0].seconds = 8 * 60
    await add(computer, daily(9), timeout=timedelta(minutes=10))
    await computer.run(hours=1, minutes=1)
    await computer.sleep(hours=2)
    await computer.set_clock(hours=5)
    await computer.run(minutes=8)
    assert history(computer)[0].reason is Reason.COMPLETED


async def test_out_of_time(computer: SimComputer) -> None:
    computer.work[0].seconds = 3600
    await add(computer, daily(9), timeout=timedelta(minutes=10), retry=RetryPolicy(retries=0))
    await computer.run(hours=1, minutes=11)
    [run] = history(computer)
    assert (run.reason, run.finished_at, run.error_kind) == (Reason.TIMED_OUT, at(9, 10), "timeout")
    assert "10 min" in run.detail


async def test_abandoned_after_its_time_is_a_failure_of_the_task(computer: SimComputer) -> None:
    STUBBORN[:] = [computer.clock]
    computer.work[0].script = stubborn
    await add(computer, daily(9), timeout=timedelta(seconds=10))
    await computer.run(hours=1, minutes=1)
    [run] = history(computer)
    assert run.reason is Reason.ABANDONED
    assert task(computer).failures_in_row == 1


async def test_concurrency(computer: SimComputer) -> None:
    """Three at once by default, two of one workspace; waiting runs are visible as queued."""
    computer.work[0].seconds = 600
    other = await computer.boot()
    computer.add_workspace("two")
    for number in range(4):
        await add(computer, daily(9), ident=f"h{number}")
        await add(computer, daily(9), ident=f"i{number}", workspace_id="two")
    await computer.run(hours=1, minutes=1)
    states = [history(computer, f"{kind}{number}")[0].state for kind in "hi" for number in range(4)]
    assert states.count(RunState.RUNNING) == 3
    assert states.count(RunState.QUEUED) == 5
    status = await computer.scheduling.status()
    assert (status.running, status.queued) == (3, 5)
    await computer.run(minutes=40)
    assert {history(computer, f"{kind}{number}")[0].reason for kind in "hi" for number in range(4)} == {
        Reason.COMPLETED
    }
    assert other.engine.trouble == ""


async def test_a_full_workspace_holds_up_nobody_else(computer: SimComputer) -> None:
    """However many runs of it wait in front."""
    computer.work[0].seconds = 600
    computer.add_workspace("two")
    for number in range(100):
        await add(computer, daily(9), ident=f"t{number}")
    await add(computer, daily(9, 1), ident="other", workspace_id="two")
    await computer.run(hours=1, minutes=1, seconds=5)
    assert history(computer, "other")[0].started_at == at(9, 1)


async def test_run_now_is_refused_while_it_runs(computer: SimComputer) -> None:
    computer.work[0].seconds = 600
    await add(computer, daily(9))
    await computer.scheduling.run_now("task")
    await computer.run(1)
    with pytest.raises(Refused, match="still running"):
        await computer.scheduling.run_now("task")


async def test_whoever_asked_may_go_away(computer: SimComputer) -> None:
    """A caller that is cancelled does not keep the others from hearing what was stored."""
    await add(computer, daily(9))
    asking = computer.process.spawner.spawn(computer.scheduling.run_now("task"), name="caller")
    await asyncio.sleep(0)
    asking.cancel()
    await computer.run(2)
    assert [run.reason for run in history(computer)] == [Reason.COMPLETED]
    assert computer.process.told(RunChanged)[0].state is RunState.QUEUED
