"""Retries, alerts, the disk: what fails is tried again with measure, told once, and never hidden."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from kata_desktop.domain.errors import Refused
from kata_desktop.domain.events import NetworkChanged, OutboxChanged, SchedulerChanged, TaskChange, TaskChanged
from kata_desktop.domain.handler import HandlerError, Result, RunContext, Slice
from kata_desktop.domain.notification import NotificationKind
from kata_desktop.domain.run import Delivery, Reason, RunState
from kata_desktop.domain.task import RetryPolicy, TaskState
from kata_desktop.domain.trigger import Once
from kata_desktop.store import journal
from tests.support.sim.computer import SimComputer
from tests.support.sim.tasks import add, at, daily, every, history, hourly, messages, task

NEVER = RetryPolicy(retries=0)


def failing(computer: SimComputer, outcomes: str) -> None:
    """Every call takes the next letter: x fails, . succeeds; the last one stays."""
    left = list(outcomes)

    async def script(_: RunContext) -> Result:
        await computer.clock.sleep(1)
        letter = left.pop(0) if len(left) > 1 else left[0]
        if letter == "x":
            raise HandlerError("The model did not answer; try again later.", kind="down")
        return Result(output="fine")

    computer.work[0].script = script


async def test_retries(computer: SimComputer) -> None:
    """Base delay, doubling; attempts are kept."""
    failing(computer, "xx.")
    await add(computer, daily(9), retry=RetryPolicy(retries=2, base_delay=timedelta(minutes=1)))
    await computer.run(hours=1, minutes=10)
    [run] = history(computer)
    assert (run.reason, run.attempt, run.retries_used) == (Reason.COMPLETED, 3, 2)
    starts = [attempt.started_at for attempt in computer.read(lambda db: journal.attempts(db, run.id))]
    assert starts == [at(9), at(9, 1) + timedelta(seconds=1), at(9, 3) + timedelta(seconds=2)]
    assert [attempt.outcome for attempt in await computer.scheduling.attempts(run.id)] == [
        "failed",
        "failed",
        "completed",
    ]
    assert task(computer).failures_in_row == 0


async def test_what_waits_to_be_tried_again_is_not_called_running(computer: SimComputer) -> None:
    failing(computer, "x.")
    await add(computer, daily(9), retry=RetryPolicy(retries=1, base_delay=timedelta(minutes=5)))
    await computer.run(hours=1, minutes=1)
    [run] = history(computer)
    waits = "is tried again at 10:05; wait for that, or stop that run and then run it now"
    with pytest.raises(Refused, match=waits):
        await computer.scheduling.run_now("task")
    with pytest.raises(Refused, match=waits):
        await computer.scheduling.retry(run.id)
    await computer.scheduling.cancel(run.id)
    assert (await computer.scheduling.run_now("task")).state is RunState.QUEUED, "as the sentence says"


async def test_what_was_put_off_to_another_day_says_which(computer: SimComputer) -> None:
    await add(computer, daily(9))
    await computer.run(hours=1, minutes=1)
    [run] = history(computer)
    await computer.scheduling.retry(run.id, after=timedelta(hours=16))
    with pytest.raises(Refused, match="starts at 2026-03-03 02:01"):
        await computer.scheduling.run_now("task")


async def test_retries_are_capped_at_an_hour(computer: SimComputer) -> None:
    failing(computer, "x")
    await add(computer, daily(9), retry=RetryPolicy(retries=3, base_delay=timedelta(minutes=50)))
    await computer.run(hours=6)
    [run] = history(computer)
    starts = [attempt.started_at for attempt in await computer.scheduling.attempts(run.id)]
    gaps = [(later - earlier).total_seconds() // 60 for earlier, later in pairwise(starts)]
    assert gaps == [50, 60, 60]
    assert (run.reason, run.error_kind) == (Reason.FAILED, "down")


async def test_retries_never_go_past_the_next_slot(computer: SimComputer) -> None:
    failing(computer, "x.")
    await add(
        computer, every(computer, timedelta(minutes=5)), retry=RetryPolicy(retries=2, base_delay=timedelta(minutes=6))
    )
    await computer.run(minutes=11)
    first, second = history(computer)
    assert first.reason is Reason.SUPERSEDED
    assert first.status == "failed", "it ran and failed: it was not skipped"
    assert computer.read(lambda db: db.value("SELECT status FROM runs WHERE id = ?", (first.id,))) == "failed"
    assert "takes its place" in first.detail
    assert second.reason is Reason.COMPLETED


async def test_a_retry_that_sleep_carried_past_the_next_slot_is_superseded(computer: SimComputer) -> None:
    failing(computer, "x.")
    await add(computer, hourly(), retry=RetryPolicy(retries=2, base_delay=timedelta(minutes=10)))
    await computer.run(hours=1, minutes=1)
    await computer.sleep(hours=3)
    await computer.run(minutes=1)
    rows = history(computer)
    assert [run.reason for run in rows] == [Reason.SUPERSEDED, Reason.MISSED, Reason.COMPLETED]
    assert computer.read(lambda db: db.value("SELECT status FROM runs WHERE id = ?", (rows[0].id,))) == "failed"


async def test_retries_never_follow_an_effect(computer: SimComputer) -> None:
    async def script(ctx: RunContext) -> Result:
        effect = await ctx.effect("Sent the mail")
        await effect.done()
        raise HandlerError("The second mail was refused; look at the address.", kind="refused")

    computer.work[0].script = script
    await add(computer, daily(9))
    await computer.run(hours=2)
    [run] = history(computer)
    assert (run.reason, run.attempt) == (Reason.FAILED, 1)


async def test_failure_that_cannot_be_retried(computer: SimComputer) -> None:
    async def script(_: RunContext) -> Result:
        raise HandlerError("The key is wrong; set another one.", kind="bad-key", retryable=False)

    computer.work[0].script = script
    await add(computer, daily(9))
    await computer.run(hours=2)
    [run] = history(computer)
    assert (run.reason, run.attempt, run.detail) == (Reason.FAILED, 1, "The key is wrong; set another one.")


async def test_waiting_for_the_network_uses_no_retry(computer: SimComputer) -> None:
    online: list[bool] = []

    async def script(_: RunContext) -> Result:
        if not online:
            raise HandlerError("There is no network.", kind="offline", wait_for_network=True)
        return Result(output="here")

    computer.work[0].script = script
    await add(computer, daily(9), retry=NEVER)
    await computer.run(hours=3)
    [run] = history(computer)
    assert (run.state, run.retries_used) == (RunState.QUEUED, 0)
    assert (await computer.scheduling.status()).offline
    online.append(True)
    computer.process.news.append(NetworkChanged(online=True))
    computer.engine.poke()
    await computer.run(1)
    assert history(computer)[0].reason is Reason.COMPLETED


async def test_waiting_for_the_network_ends_when_the_run_would_be_too_late(computer: SimComputer) -> None:
    """A service that is gone for good, while there is a network, is told of some day; until then it is asked rarely."""

    async def script(_: RunContext) -> Result:
        raise HandlerError("The service cannot be reached.", kind="offline", wait_for_network=True)

    computer.work[0].script = script
    once = Once(local=at(9).replace(tzinfo=None), zone="UTC")
    await add(computer, once, window=timedelta(days=2))
    await computer.run(days=2, hours=2)
    [run] = history(computer)
    assert (run.state, run.reason) == (RunState.DONE, Reason.FAILED)
    assert run.detail == "The service cannot be reached. It has waited for as long as the task may be late."
    assert run.finished_at is not None
    assert timedelta(days=2) < run.finished_at - run.slot < timedelta(days=2, minutes=20)
    assert run.attempt < 250
    assert not (await computer.scheduling.status()).offline


async def test_two_failed_runs_in_a_row_alert_once_and_recovery_is_told(computer: SimComputer) -> None:
    failing(computer, "xxxx.")
    await add(computer, hourly(), retry=NEVER)
    await computer.run(hours=1, minutes=1)
    assert messages(computer, NotificationKind.FAILURE) == []
    await computer.run(hours=3)
    [alert] = messages(computer, NotificationKind.FAILURE)
    assert alert.title == "task failed"
    assert alert.body.startswith("2 times in a row: ")
    await computer.run(hours=2)
    assert len(messages(computer, NotificationKind.FAILURE)) == 1
    [recovery] = messages(computer, NotificationKind.RECOVERY)
    assert recovery.title == "task works again"
    assert computer.process.told(OutboxChanged), "whoever delivers hears of it"


async def test_alerts_cool_down_for_an_hour(computer: SimComputer) -> None:
    """A second incident within the hour is not told until the hour is over."""
    failing(computer, "xx.xx.xxxx.")
    await add(computer, every(computer, timedelta(minutes=10)), retry=NEVER)
    await computer.run(minutes=62)  # fails 10, 20, works 30, fails 40, 50, works 60
    assert len(messages(computer, NotificationKind.FAILURE)) == 1
    assert len(messages(computer, NotificationKind.RECOVERY)) == 1, "what was not told needs no recovery"
    await computer.run(minutes=50)  # fails 70, 80, 90, 100
    assert len(messages(computer, NotificationKind.FAILURE)) == 2


async def test_the_only_run_of_a_day_is_told_at_once(computer: SimComputer) -> None:
    failing(computer, "x")
    await add(computer, every(computer, timedelta(days=2)), retry=NEVER)
    await computer.run(days=2, minutes=1)
    assert len(messages(computer, NotificationKind.FAILURE)) == 1


async def test_five_failures_pause_the_task_with_the_reason(computer: SimComputer) -> None:
    failing(computer, "x")
    await add(computer, hourly(), retry=NEVER)
    await computer.run(hours=8, minutes=1)
    paused = task(computer)
    assert paused.state is TaskState.PAUSED
    assert "failed 5 times in a row" in paused.state_reason
    assert "did not answer" in paused.state_reason
    rows = history(computer)
    assert [run.reason for run in rows] == [Reason.FAILED] * 5 + [Reason.SKIPPED_PAUSED]
    assert [item.title for item in messages(computer, NotificationKind.FAILURE)] == ["task failed", "task was paused"]


async def test_a_handler_that_crashes_or_returns_nonsense(computer: SimComputer) -> None:
    async def crash(_: RunContext) -> Result:
        raise ZeroDivisionError("half a pair \ud83d")

    computer.work[0].script = crash
    await add(computer, daily(9), retry=NEVER)
    await computer.run(hours=1, minutes=1)
    assert history(computer)[0].error_kind == "crashed"
    assert "ZeroDivisionError: half a pair ?" in history(computer)[0].detail

    async def nonsense(_: RunContext) -> Result:
        return "text"  # type: ignore[return-value]

    computer.work[0].script = nonsense
    await computer.run(days=1)
    assert history(computer)[1].error_kind == "bad-result"


async def test_disk_full_at_completion(computer: SimComputer) -> None:
    """Retried 1 → 60 s, nothing new claimed, said so; nothing is sent before it is stored."""
    computer.work[0].seconds = 30
    await add(computer, daily(9))
    await add(computer, daily(9, 1), ident="other")
    await computer.run(hours=1, seconds=10)
    computer.process.database.full = True
    await computer.run(minutes=10)
    assert "disk is full" in computer.engine.trouble
    assert (await computer.scheduling.status()).trouble
    assert computer.process.told(SchedulerChanged)
    assert history(computer)[0].state is RunState.RUNNING
    assert history(computer, "other") == []
    assert messages(computer) == []
    computer.process.database.full = False
    await computer.run(minutes=1, seconds=5)
    assert computer.engine.trouble == ""
    assert history(computer)[0].reason is Reason.COMPLETED
    await computer.run(minutes=2)
    assert history(computer, "other")[0].reason is Reason.COMPLETED
    assert len(computer.work[0].calls) == 2
    assert len(messages(computer, NotificationKind.RESULT)) == 2


async def test_nothing_new_is_claimed_before_what_ended_is_stored(computer: SimComputer) -> None:
    """The disk has room again, but the result still waits for its next try: whatever looks meanwhile starts nothing."""
    computer.work[0].seconds = 30
    await add(computer, daily(9))
    await add(computer, daily(9, 1), ident="other")
    await computer.run(hours=1, seconds=10)
    computer.process.database.full = True
    await computer.run(minutes=10)
    computer.process.database.full = False
    looks = 0
    while history(computer)[0].reason is None:
        assert all(run.attempt == 0 for run in history(computer, "other"))
        computer.engine.poke()
        await computer.run(1)
        looks += 1
    assert looks > 5
    await computer.run(minutes=2)
    assert history(computer, "other")[0].reason is Reason.COMPLETED


async def test_disk_full_at_start(computer: SimComputer) -> None:
    """Somebody logs in and the disk is full: it says so, and begins by itself once there is room."""
    computer.work[0].seconds = 600
    await add(computer, daily(9))
    await computer.run(hours=1, seconds=5)
    await computer.kill()
    process = await computer.boot(full=True)
    await computer.run(minutes=10)
    assert "disk is full" in computer.engine.trouble
    assert history(computer)[0].state is RunState.RUNNING, "nothing of it could be stored"
    process.database.full = False
    await computer.run(minutes=1, seconds=5)
    assert computer.engine.trouble == ""
    assert history(computer)[0].reason is Reason.INTERRUPTED
    await computer.run(days=1, hours=1)
    assert history(computer)[-1].reason is Reason.COMPLETED


async def test_disk_full_while_a_step_is_committed(computer: SimComputer) -> None:
    async def script(ctx: RunContext) -> Slice:
        await computer.clock.sleep(30)
        number = int(ctx.cursor or "0") + 1
        return Slice(cursor=str(number), input_hash="x", result=Result(output="end") if number == 3 else None)

    computer.work[0].script, computer.work[0].sliced = script, True
    await computer.quit()
    await computer.boot()
    await add(computer, daily(9))
    await computer.run(hours=1, seconds=20)
    computer.process.database.full = True
    await computer.run(minutes=5)
    computer.process.database.full = False
    await computer.run(minutes=5)
    [run] = history(computer)
    assert (run.reason, run.attempt) == (Reason.COMPLETED, 1)
    assert len(computer.work[0].calls) == 3


async def test_news_of_the_world_survives_a_full_disk(computer: SimComputer) -> None:
    """The network came back while nothing could be stored: the run that waited for it still starts."""

    async def script(_: RunContext) -> Result:
        if computer.clock.now() < at(9, 1):
            raise HandlerError("There is no network.", kind="offline", wait_for_network=True)
        return Result()

    computer.work[0].script = script
    await add(computer, daily(9))
    await computer.run(hours=1, seconds=30)
    computer.process.database.full = True
    computer.process.news.append(NetworkChanged(online=True))
    computer.engine.poke()
    await computer.run(minutes=2)
    assert computer.process.told(NetworkChanged) == []
    computer.process.database.full = False
    await computer.run(minutes=2)
    assert computer.process.told(NetworkChanged)
    assert history(computer)[0].reason is Reason.COMPLETED


async def test_progress_log_and_live_output(computer: SimComputer) -> None:
    async def script(ctx: RunContext) -> Result:
        for percent in (10, 50, 90):
            ctx.progress(percent, f"{percent} done")
            ctx.log("info", f"at {percent}")
            ctx.emit(f"{percent} ")
            await computer.clock.sleep(60)
        await ctx.note("Looked twice")
        ctx.log("warning", "last words")
        return Result(output="ok")

    computer.work[0].script = script
    await add(computer, daily(9))
    await computer.run(hours=1, minutes=1, seconds=30)
    [run] = history(computer)
    assert (run.progress, run.progress_text) == (50, "50 done")
    assert computer.scheduling.live_output(run.id) == "10 50 "
    await computer.run(minutes=3)
    lines = await computer.scheduling.log(run.id)
    assert [(line.number, line.level, line.text) for line in lines] == [
        (1, "info", "at 10"),
        (2, "info", "at 50"),
        (3, "info", "at 90"),
        (4, "warning", "last words"),
    ]
    assert [step.text for step in await computer.scheduling.steps(run.id)] == [
        "Started on schedule",
        "Looked twice",
        "Completed",
    ]


async def test_log_lines_wait_for_the_disk(computer: SimComputer) -> None:
    async def script(ctx: RunContext) -> Result:
        ctx.log("info", "first")
        await computer.clock.sleep(60)
        return Result()

    computer.work[0].script = script
    await add(computer, daily(9))
    await computer.run(minutes=59, seconds=59)
    await computer.run(1)
    computer.process.database.full = True
    await computer.run(minutes=3)
    computer.process.database.full = False
    await computer.run(minutes=3)
    [run] = history(computer)
    assert [line.text for line in await computer.scheduling.log(run.id)] == ["first"]


async def test_a_flood_of_log_lines_is_cut_off(computer: SimComputer) -> None:
    async def script(ctx: RunContext) -> Result:
        for number in range(12_000):
            ctx.log("debug", str(number))
        return Result()

    computer.work[0].script = script
    await add(computer, daily(9))
    await computer.run(hours=1, minutes=1)
    lines = await computer.scheduling.log(history(computer)[0].id)
    assert len(lines) == 10_000
    assert "not kept" in lines[-1].text


@pytest.mark.parametrize("same", [True, False])
async def test_only_when_changed(computer: SimComputer, same: bool) -> None:
    outputs = ["a", "a" if same else "b"]

    async def script(_: RunContext) -> Result:
        return Result(output=outputs.pop(0))

    computer.work[0].script = script
    await add(computer, hourly(), only_when_changed=True)
    await computer.run(hours=2, minutes=1)
    assert history(computer)[1].delivery is (Delivery.SUPPRESSED if same else Delivery.PENDING)
    assert len(messages(computer)) == (1 if same else 2)


async def test_one_unreadable_task_does_not_stop_the_others(computer: SimComputer) -> None:
    """A spec that a hand or another version broke: its task is paused, the rest goes on."""
    await add(computer, hourly())
    await add(computer, hourly(), ident="broken")
    computer.write(lambda db: db.execute("UPDATE task_revisions SET spec = '{}' WHERE task_id = 'broken'").rowcount)
    await computer.run(hours=2, minutes=1)
    assert [run.reason for run in history(computer)] == [Reason.COMPLETED] * 2
    assert computer.engine.trouble == ""
    state = computer.read(lambda db: db.one("SELECT state, state_reason FROM tasks WHERE id = 'broken'"))
    assert state is not None
    assert state[0] == "paused"
    assert "could not be worked out" in state[1]
    [told] = messages(computer, NotificationKind.FAILURE)
    assert (told.title, told.task_id) == ("broken was paused", "broken")
    assert told.body == state[1]
    paused = [event for event in computer.process.told(TaskChanged) if event.change is TaskChange.PAUSED]
    assert [event.task_id for event in paused] == ["broken"]
