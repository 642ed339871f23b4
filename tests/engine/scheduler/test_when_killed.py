"""Killed in mid-run, taken over, finished late: nothing is lost, nothing happens twice, nothing is silent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kata_desktop.domain.handler import Result, RunContext, Slice
from kata_desktop.domain.notification import NotificationKind
from kata_desktop.domain.run import Delivery, Reason, RunState, Source
from kata_desktop.domain.task import RetryPolicy, TaskState
from kata_desktop.store import journal
from tests.support.sim.computer import SimComputer
from tests.support.sim.tasks import add, at, brief, daily, every, history, hourly, messages, task


async def test_killed_in_mid_run(computer: SimComputer) -> None:
    """Ended as interrupted at once, and started again, since nothing that cannot be repeated had begun."""
    computer.work[0].seconds = 600
    await add(computer, daily(9))
    await computer.run(hours=1, minutes=5)
    await computer.kill()
    await computer.boot()
    first, again = history(computer)
    assert (first.reason, first.finished_at) == (Reason.INTERRUPTED, at(9, 5))
    assert "started again" in first.detail
    assert (again.source, again.state, again.retries_used) == (Source.RETRY, RunState.QUEUED, 1)
    await computer.run(minutes=11)
    first, again = history(computer)
    assert again.reason is Reason.COMPLETED
    assert again.started_at == at(9, 5) + timedelta(seconds=10)
    assert [item.kind for item in messages(computer)] == [NotificationKind.RESULT]


@pytest.mark.parametrize("done", [False, True])
async def test_killed_after_an_effect_needs_review(computer: SimComputer, done: bool) -> None:
    """Nothing is repeated; the row says what had been done."""

    async def script(ctx: RunContext) -> Result:
        effect = await ctx.effect("Posted to #team")
        if done:
            await effect.done()
        await computer.clock.sleep(600)
        return Result()

    computer.work[0].script = script
    await add(computer, daily(9))
    await computer.run(hours=1, minutes=5)
    await computer.kill()
    await computer.boot()
    await computer.run(minutes=30)
    [run] = history(computer)
    assert run.reason is Reason.NEEDS_REVIEW
    assert "Posted to #team" in run.detail
    assert ("(begun)" in run.detail) is not done
    assert [item.kind for item in messages(computer)] == [NotificationKind.ATTENTION]
    assert len(computer.work[0].calls) == 1


async def test_killed_again_and_again_ends(computer: SimComputer) -> None:
    """A run that takes the process with it is started again as often as a failure would be retried."""
    computer.work[0].seconds = 600
    await add(computer, daily(9), retry=RetryPolicy(retries=2))
    await computer.run(hours=1, minutes=1)
    for _ in range(4):
        await computer.kill()
        await computer.boot()
        await computer.run(minutes=1)
    rows = history(computer)
    assert [run.reason for run in rows] == [Reason.INTERRUPTED] * 3
    assert "not started again" in rows[-1].detail


async def test_quit_in_mid_run_is_an_interruption_too(computer: SimComputer) -> None:
    computer.work[0].seconds = 600
    await add(computer, daily(9))
    await computer.run(hours=1, minutes=1)
    await computer.quit()
    assert [run.reason for run in history(computer)] == [Reason.INTERRUPTED, None]
    await computer.boot()
    await computer.run(minutes=11)
    assert [run.reason for run in history(computer)] == [Reason.INTERRUPTED, Reason.COMPLETED]


async def test_killed_with_the_next_occurrence_due_does_not_repeat_the_old_one(computer: SimComputer) -> None:
    computer.work[0].seconds = 600
    await add(computer, hourly())
    await computer.run(hours=1, minutes=1)
    await computer.kill()
    computer.clock.fall_asleep(3 * 3600 + 300)
    await computer.boot()
    await computer.run(minutes=11)
    assert brief(history(computer)) == [
        ("09:00", "schedule", "interrupted", 1),
        ("11:00", "schedule", "missed", 2),
        ("12:00", "catch-up", "completed", 1),
    ]


async def test_late_finish_of_an_older_boot_changes_nothing(computer: SimComputer) -> None:
    """The fence: an older process that was taken for dead brings its result when the run is another's."""
    computer.work[0].seconds = 65  # it ends before the older process looks again
    await add(computer, daily(9), retry=RetryPolicy(retries=1))
    await computer.run(hours=1, minutes=1)
    older = computer.process
    computer.living.discard(older.boot.id)  # looks dead, is not
    await computer.boot()
    [first, _again] = history(computer)
    assert first.reason is Reason.INTERRUPTED
    await computer.run(minutes=20)
    first, again = history(computer)
    assert (first.reason, first.output, first.delivery) == (Reason.INTERRUPTED, "", Delivery.NONE)
    assert again.reason is Reason.COMPLETED
    assert len(messages(computer, NotificationKind.RESULT)) == 1
    await computer.kill(older)


async def test_expired_lease_is_taken_back(computer: SimComputer) -> None:
    """A living process that no longer answers loses its run, once the clocks have run evenly for a lease's time."""
    computer.work[0].seconds = 3600
    await add(computer, daily(9), timeout=timedelta(hours=2), retry=RetryPolicy(retries=0))
    await computer.run(hours=1, minutes=1)
    frozen = computer.process
    frozen.spawner.spawn(computer.clock.sleep(0), name="nothing")
    for pending in [name for name in frozen.spawner.names if name == "scheduler"]:
        assert pending
    engine_loop = frozen.engine._loop
    assert engine_loop is not None
    engine_loop.cancel()  # it renews no lease any more
    second = await computer.boot()
    await computer.run(minutes=5)
    [run] = history(computer)
    assert run.reason is Reason.INTERRUPTED
    assert "no longer answered" in run.detail
    await computer.run(hours=1)
    assert history(computer)[0].reason is Reason.INTERRUPTED, "its late result is refused"
    assert second.engine.trouble == ""


async def test_leases_survive_sleep(computer: SimComputer) -> None:
    """After sleep every lease looks expired; the other process must not take what is merely about to be renewed."""
    computer.work[0].seconds = 3600
    await add(computer, daily(9), timeout=timedelta(hours=2))
    await computer.run(hours=1, minutes=1)
    first = computer.process
    await computer.boot()
    await computer.run(minutes=3)
    await computer.sleep(hours=5)
    await computer.run(hours=1)
    [run] = history(computer)
    assert run.reason is Reason.COMPLETED
    await computer.kill(first)


async def test_two_engines_on_one_store_take_disjoint_runs(computer: SimComputer) -> None:
    computer.work[0].seconds = 30
    for number in range(12):
        await add(computer, hourly(), ident=f"t{number}")
    await computer.boot()
    await computer.run(hours=3, minutes=30)
    calls = [(call.task, call.slot) for call in computer.work[0].calls]
    assert len(calls) == len(set(calls)) == 36
    for number in range(12):
        assert [run.reason for run in history(computer, f"t{number}")] == [Reason.COMPLETED] * 3


async def test_cancelled_from_another_process(computer: SimComputer) -> None:
    computer.work[0].seconds = 3600
    await add(computer, daily(9), timeout=timedelta(hours=2))
    await computer.run(hours=1, minutes=1)
    other = await computer.boot()
    [run] = history(computer)
    await other.scheduling.cancel(run.id)
    await computer.run(minutes=1)
    [run] = history(computer)
    assert (run.reason, run.detail) == (Reason.CANCELLED, "You stopped it.")


async def test_sliced_work_resumes_after_a_crash(computer: SimComputer) -> None:
    """From the last committed step: nothing of it is done twice, and it is the same row."""
    done: list[str] = []

    async def script(ctx: RunContext) -> Slice:
        number = int(ctx.cursor or "0") + 1
        await computer.clock.sleep(60)
        done.append(f"step {number}")
        result = Result(output="all five") if number == 5 else None
        return Slice(cursor=str(number), input_hash="same", text=f"Step {number}", progress=number * 20, result=result)

    computer.work[0].script, computer.work[0].sliced = script, True
    await computer.quit()
    await computer.boot()
    await add(computer, daily(9))
    await computer.run(hours=1, minutes=3, seconds=30)
    await computer.kill()
    await computer.boot()
    await computer.run(minutes=10)
    [run] = history(computer)
    assert (run.reason, run.output, run.attempt, run.progress) == (Reason.COMPLETED, "all five", 2, 100)
    assert done == ["step 1", "step 2", "step 3", "step 4", "step 5"]
    texts = [step.text for step in computer.read(lambda db: journal.steps(db, run.id))]
    assert any("goes on from the last step" in text for text in texts)


async def test_sliced_work_whose_input_changed_asks_for_review(computer: SimComputer) -> None:
    inputs = ["a", "a", "b"]

    async def script(ctx: RunContext) -> Slice:
        await computer.clock.sleep(60)
        return Slice(cursor=str(int(ctx.cursor or "0") + 1), input_hash=inputs.pop(0), text="Step")

    computer.work[0].script, computer.work[0].sliced = script, True
    await computer.quit()
    await computer.boot()
    await add(computer, daily(9))
    await computer.run(hours=1, minutes=2, seconds=30)
    await computer.quit()
    await computer.boot()
    await computer.run(minutes=10)
    [run] = history(computer)
    assert run.reason is Reason.NEEDS_REVIEW
    assert "has changed since its last step" in run.detail


async def test_sliced_work_goes_on_when_asked_for_again_after_a_cancellation(computer: SimComputer) -> None:
    started_at: list[str] = []

    async def script(ctx: RunContext) -> Slice:
        started_at.append(ctx.cursor)
        await computer.clock.sleep(60)
        number = int(ctx.cursor or "0") + 1
        return Slice(cursor=str(number), input_hash="x", result=Result(output="end") if number == 3 else None)

    computer.work[0].script, computer.work[0].sliced = script, True
    await computer.quit()
    await computer.boot()
    await add(computer, daily(9))
    await computer.run(hours=1, minutes=1, seconds=30)
    [run] = history(computer)
    await computer.scheduling.cancel(run.id)
    await computer.run(20)
    again = await computer.scheduling.retry(run.id)
    await computer.run(minutes=5)
    assert [row.reason for row in history(computer)] == [Reason.CANCELLED, Reason.COMPLETED]
    assert started_at == ["", "1", "1", "2"]
    assert (await computer.scheduling.run(again.id)).output == "end"


async def test_slice_lasts_five_minutes_at_most(computer: SimComputer) -> None:
    async def script(_: RunContext) -> Slice:
        await computer.clock.sleep(3600)
        return Slice(cursor="1", input_hash="x")

    computer.work[0].script, computer.work[0].sliced = script, True
    await computer.quit()
    await computer.boot()
    await add(computer, daily(9), retry=RetryPolicy(retries=0))
    await computer.run(hours=1, minutes=6)
    [run] = history(computer)
    assert (run.reason, run.finished_at) == (Reason.TIMED_OUT, at(9, 5))


async def test_runs_lost_by_an_error_of_our_own_are_settled(computer: SimComputer) -> None:
    """No run stays "running" for good because storing its end met a bug."""

    async def script(_: RunContext) -> Result:
        return Result(output="x", metrics="{}", session_id="s", session_state=7)  # type: ignore[arg-type]

    computer.work[0].script = script
    await add(computer, daily(9), retry=RetryPolicy(retries=0))
    await computer.run(hours=1, minutes=2)
    [run] = history(computer)
    assert run.state is RunState.DONE
    assert run.reason is not Reason.COMPLETED


async def test_a_crash_of_one_run_does_not_touch_the_counters(computer: SimComputer) -> None:
    computer.work[0].seconds = 600
    await add(computer, every(computer, timedelta(hours=1)), max_runs=1)
    await computer.run(hours=1, minutes=1)
    await computer.kill()
    await computer.boot()
    await computer.run(minutes=20)
    assert [run.reason for run in history(computer)] == [Reason.INTERRUPTED, Reason.COMPLETED]
    assert (task(computer).started_runs, task(computer).state) == (1, TaskState.FINISHED)


@pytest.mark.parametrize("end", ["killed", "quit"])
async def test_an_interrupted_run_tells_how_long_it_worked(computer: SimComputer, end: str) -> None:
    """Killed, at least until its last sign of life; not the days until somebody found out."""
    computer.work[0].seconds = 600
    await add(computer, daily(9), retry=RetryPolicy(retries=0))
    await computer.run(hours=1, minutes=5)
    await (computer.kill() if end == "killed" else computer.quit())
    await computer.run(hours=3)
    await computer.boot()
    [run] = history(computer)
    assert run.reason is Reason.INTERRUPTED
    assert 270 <= run.working_seconds <= 310
    [attempt] = computer.read(lambda db: journal.attempts(db, run.id))
    assert attempt.finished_at is not None
    assert at(9, 4) < attempt.finished_at <= at(9, 6)
