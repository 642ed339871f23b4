"""Edited, deleted, paused, switched off, ended, over budget: what happens to what runs and to what comes."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import time, timedelta

import pytest

from kata_desktop.domain.errors import InvalidInput, NotFound, Refused, StaleRevision
from kata_desktop.domain.handler import Result, RunContext
from kata_desktop.domain.notification import NotificationKind
from kata_desktop.domain.run import Reason, RunState, Source, Usage
from kata_desktop.domain.task import ActiveHours, CatchUp, Overlap, Task, TaskState
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.domain.trigger import Once
from kata_desktop.domain.workspace import Quotas, Workspace
from kata_desktop.scheduler.workspaces import Workspaces
from kata_desktop.store import outbox_lanes, pauses, tasks, workspaces
from kata_desktop.store.connection import Connection
from kata_desktop.store.errors import StoreTrouble
from tests.support.sim.computer import SimComputer
from tests.support.sim.tasks import add, at, brief, daily, every, history, hourly, messages, task
from tests.support.sim.work import Work

TEN = timedelta(minutes=10)


async def test_edited_while_running(computer: SimComputer) -> None:
    """The run keeps its snapshot; the edit applies from the next run."""
    computer.work[0].seconds = 600
    await add(computer, hourly())
    await computer.run(hours=1, minutes=1)
    await computer.scheduling.edit("task", TaskInput(prompt="Something else"))
    await computer.run(hours=1)
    first, second = computer.work[0].calls
    assert (first.prompt, second.prompt) == ("Do task", "Something else")
    assert [run.revision for run in history(computer)] == [1, 2]
    assert (await computer.scheduling.spec_of(history(computer)[0])).prompt == "Do task"


async def test_saving_a_stale_revision_is_refused(computer: SimComputer) -> None:
    await add(computer, hourly())
    await computer.scheduling.edit("task", TaskInput(prompt="One"), revision=1)
    with pytest.raises(StaleRevision):
        await computer.scheduling.edit("task", TaskInput(prompt="Two"), revision=1)
    assert task(computer).spec.prompt == "One"


async def test_an_edit_never_makes_an_occurrence_vanish(computer: SimComputer) -> None:
    """Due but not yet recorded, because the disk was full: it is recorded before the edit."""
    await add(computer, hourly())
    await computer.run(minutes=59)
    computer.process.database.full = True
    await computer.run(minutes=2)
    computer.process.database.full = False
    await computer.scheduling.edit("task", TaskInput(cron=("30 * * * *",)))
    await computer.run(hours=1)
    assert [(run.slot, run.reason) for run in history(computer)] == [
        (at(9), Reason.COMPLETED),
        (at(9, 30), Reason.COMPLETED),
    ]


async def test_an_edit_of_the_prompt_keeps_what_waits_for_its_window(computer: SimComputer) -> None:
    await add(computer, daily(21), active_hours=ActiveHours(start=time(8), end=time(20)))
    await computer.run(hours=14)  # 22:00: the slot of 21:00 waits for 08:00
    await computer.scheduling.edit("task", TaskInput(prompt="New words"))
    assert (task(computer).next_slot, task(computer).due_at) == (at(21), at(8, day=3))


async def test_deleted_while_running(computer: SimComputer) -> None:
    """Confirm, cancel, tombstone; history kept; unsent deliveries dropped; undo for 10 s."""
    await add(computer, hourly())
    await computer.run(hours=1, minutes=1)
    computer.work[0].seconds = 600
    await computer.run(hours=1)
    with pytest.raises(Refused, match="is running"):
        await computer.scheduling.delete("task")
    await computer.scheduling.delete("task", confirm_running=True)
    await computer.run(5)
    assert [run.reason for run in history(computer)] == [Reason.COMPLETED, Reason.CANCELLED]
    assert {item.state.value for item in messages(computer)} == {"dropped"}
    with pytest.raises(NotFound):
        await computer.scheduling.get("task")
    restored = await computer.scheduling.restore("task")
    assert restored.state is TaskState.ACTIVE
    await computer.run(hours=1)
    assert history(computer)[-1].slot == at(11)


async def test_undo_of_a_deletion_ends_after_ten_seconds(computer: SimComputer) -> None:
    await add(computer, hourly())
    await computer.scheduling.delete("task")
    await computer.run(11)
    with pytest.raises(NotFound):
        await computer.scheduling.restore("task")
    await computer.run(hours=3)
    assert history(computer) == []


async def test_a_deletion_can_be_undone_when_the_disk_took_it_the_second_time(computer: SimComputer) -> None:
    await add(computer, daily(9))
    await computer.scheduling.delete("task")
    computer.process.database.full = True
    with pytest.raises(StoreTrouble):
        await computer.scheduling.restore("task")
    computer.process.database.full = False
    assert (await computer.scheduling.restore("task")).state is TaskState.ACTIVE
    with pytest.raises(NotFound):
        await computer.scheduling.restore("task")


async def test_a_result_that_comes_with_the_deletion_is_not_sent(computer: SimComputer) -> None:
    async def script(_: RunContext) -> Result:
        await computer.clock.sleep(30)
        computer.write(lambda db: tasks.set_state(db, "task", TaskState.DELETED, reason="", at=computer.clock.now()))
        return Result(output="too late")

    computer.work[0].script = script
    await add(computer, daily(9))
    await computer.run(hours=1, minutes=1)
    assert history(computer)[0].reason is Reason.COMPLETED
    assert messages(computer) == []


def rooms(computer: SimComputer, forgotten: list[str]) -> Workspaces:
    async def forget(workspace_id: str) -> None:
        forgotten.append(workspace_id)

    return Workspaces(computer.process.core, forget)


async def test_workspace_deleted(computer: SimComputer) -> None:
    """Refused while running unless confirmed; one transaction; its keyring entries go too."""
    computer.write(lambda db: workspaces.insert(db, Workspace(id="two", name="Two", folder="/", created_at=at(8))))
    computer.work[0].seconds = 600
    await add(computer, daily(9), workspace_id="two")
    await computer.run(hours=1, minutes=1)
    forgotten: list[str] = []
    with pytest.raises(Refused, match="running"):
        await rooms(computer, forgotten).remove("Two")
    assert forgotten == []
    await rooms(computer, forgotten).remove("Two", confirmed=True)
    await computer.run(30)
    assert forgotten == ["two"]
    assert computer.engine.running == []
    assert computer.read(lambda db: db.value("SELECT count(*) FROM runs")) == 0
    with pytest.raises(Refused, match="only workspace"):
        await rooms(computer, forgotten).remove("Home")


async def test_plugin_switched_off_and_on(computer: SimComputer) -> None:
    """Its runs are cancelled; due ones are skipped; on again: from now."""
    plugin = Work(clock=computer.clock, name="plugin.beat", seconds=600)
    off = computer.scheduling.register(plugin.spec)
    await add(computer, hourly(), handler="plugin.beat")
    await computer.run(hours=1, minutes=1)
    off()
    await computer.run(hours=3)
    assert brief(history(computer)) == [
        ("09:00", "schedule", "cancelled by user", 1),
        ("12:00", "schedule", "skipped: plugin off", 3),
    ]
    assert "switched off" in history(computer)[0].detail
    computer.scheduling.register(plugin.spec)
    await computer.run(hours=1, minutes=20)
    assert [run.slot.hour for run in history(computer)] == [9, 12, 13]
    assert history(computer)[-1].reason is Reason.COMPLETED


async def test_plugin_switched_off_between_claim_and_start(computer: SimComputer) -> None:
    """No run is left hanging because its handler went while the claim was being stored."""
    plugin = Work(clock=computer.clock, name="plugin.beat", seconds=600)
    off = computer.scheduling.register(plugin.spec)
    await add(computer, daily(9), handler="plugin.beat")
    await computer.run(minutes=59, seconds=59)
    await computer.settle()
    computer.clock.pass_time(1)
    for _ in range(40):
        await asyncio.sleep(0)
        if computer.read(lambda db: db.value("SELECT count(*) FROM runs WHERE state = 'running'")):
            off()
            break
    await computer.run(minutes=1)
    [run] = history(computer)
    assert run.state is RunState.DONE


async def test_no_future_occurrence(computer: SimComputer) -> None:
    """Refused at creation; later finished, kept."""
    with pytest.raises(InvalidInput):
        await computer.scheduling.create(TaskInput(prompt="x", cron=("0 9 * * *",), until="2026-03-02T09:30"))
    await add(computer, Once(local=at(9).replace(tzinfo=None), zone="UTC"))
    await computer.run(hours=1, minutes=1)
    assert task(computer).state is TaskState.FINISHED
    assert task(computer).state_reason == "It has no further run."
    assert len(history(computer)) == 1


async def test_end_date(computer: SimComputer) -> None:
    await add(computer, hourly(), until=at(11))
    await computer.run(hours=8)
    assert [run.slot.hour for run in history(computer)] == [9, 10, 11]
    assert task(computer).state is TaskState.FINISHED


async def test_end_date_passed_while_off(computer: SimComputer) -> None:
    """Only what lay before the end is owed."""
    await add(computer, hourly(), until=at(11))
    await computer.sleep(hours=10)
    await computer.run(minutes=1)
    assert brief(history(computer)) == [("10:00", "schedule", "missed", 2), ("11:00", "catch-up", "completed", 1)]
    assert task(computer).state is TaskState.FINISHED


async def test_max_runs(computer: SimComputer) -> None:
    """Skips don't count; manual runs are allowed and don't count."""
    computer.work[0].seconds = 15 * 60
    await add(computer, every(computer, TEN), max_runs=3)
    await computer.run(minutes=5)
    await computer.scheduling.run_now("task")
    await computer.run(hours=3)
    rows = history(computer)
    ran = [run for run in rows if run.reason is Reason.COMPLETED]
    assert [run.source for run in ran] == [Source.MANUAL, *[Source.SCHEDULE] * 3]
    assert any(run.reason is Reason.SKIPPED_RUNNING for run in rows)
    assert (task(computer).started_runs, task(computer).state) == (3, TaskState.FINISHED)
    await computer.scheduling.run_now("task")
    await computer.run(hours=1)
    assert task(computer).started_runs == 3


async def test_max_runs_with_parallel_catch_ups(computer: SimComputer) -> None:
    """Counted in the claim's transaction: never one too many."""
    await add(computer, hourly(), max_runs=2, overlap=Overlap.PARALLEL, catch_up=CatchUp.ALL)
    await computer.sleep(hours=5, minutes=30)
    await computer.run(minutes=5)
    assert [run.reason for run in history(computer)].count(Reason.COMPLETED) == 2
    assert task(computer).started_runs == 2
    assert {run.reason for run in history(computer)} == {Reason.COMPLETED, Reason.SKIPPED_CONDITION}


async def test_paused_over_occurrences(computer: SimComputer) -> None:
    """Nothing runs on resume; how many were skipped is told."""
    await add(computer, hourly())
    await computer.scheduling.pause("task")
    await computer.run(hours=4, minutes=30)
    await computer.scheduling.resume("task")
    await computer.run(minutes=10)
    assert brief(history(computer)) == [("12:00", "schedule", "skipped: paused", 4)]
    assert computer.work[0].calls == []
    await computer.run(minutes=30)
    assert history(computer)[-1].reason is Reason.COMPLETED


async def test_paused_over_occurrences_while_asleep(computer: SimComputer) -> None:
    await add(computer, hourly())
    await computer.scheduling.pause("task")
    await computer.sleep(hours=4, minutes=30)
    await computer.scheduling.resume("task")
    await computer.run(minutes=1)
    assert brief(history(computer)) == [("12:00", "schedule", "skipped: paused", 4)]


async def test_paused_over_the_only_occurrence(computer: SimComputer) -> None:
    await add(computer, Once(local=at(9).replace(tzinfo=None), zone="UTC"))
    await computer.scheduling.pause("task")
    await computer.run(hours=2)
    assert brief(history(computer)) == [("09:00", "schedule", "skipped: paused", 1)]
    assert task(computer).state is TaskState.FINISHED


@pytest.mark.parametrize("scope", ["", "home"])
async def test_global_pause_and_pause_of_a_workspace_survive_restart(computer: SimComputer, scope: str) -> None:
    await add(computer, hourly())
    await computer.scheduling.pause_all(workspace_id=scope)
    await computer.run(hours=1, minutes=30)
    await computer.kill()
    await computer.boot()
    await computer.run(hours=2)
    assert computer.work[0].calls == []
    status = await computer.scheduling.status()
    assert status.paused_all is (scope == "")
    await computer.scheduling.resume_all()
    await computer.run(hours=1)
    assert brief(history(computer)) == [
        ("11:00", "schedule", "skipped: paused", 3),
        ("12:00", "schedule", "completed", 1),
    ]


async def test_snooze_ends_by_itself(computer: SimComputer) -> None:
    """At its time, to the second, and also when nobody was there to see it."""
    await add(computer, every(computer, TEN))
    await computer.scheduling.pause_all(at(8, 35))
    await computer.run(minutes=41)
    assert brief(history(computer)) == [
        ("08:30", "schedule", "skipped: paused", 3),
        ("08:40", "schedule", "completed", 1),
    ]
    await computer.scheduling.pause_all(at(9, 15))
    await computer.sleep(hours=2)
    await computer.run(minutes=1)
    rows = brief(history(computer))[2:]
    assert rows[0][2:] == ("skipped: paused", 3)
    assert rows[1][2] == "missed"
    assert rows[2][2] == "completed"


async def test_nothing_is_claimed_while_paused(computer: SimComputer) -> None:
    """What had been recorded and waited, too; a person may still start a task."""
    computer.work[0].seconds = 600
    for number in range(4):
        await add(computer, daily(9), ident=f"t{number}")
    await computer.run(hours=1, minutes=1)
    await computer.scheduling.pause_all()
    await computer.run(hours=1)
    reasons = sorted(str(history(computer, f"t{number}")[0].reason) for number in range(4))
    assert reasons == ["completed", "completed", "skipped: paused", "skipped: paused"]
    await computer.scheduling.run_now("t3")
    await computer.run(minutes=11)
    assert history(computer, "t3")[-1].reason is Reason.COMPLETED


async def test_a_retry_does_not_happen_in_a_pause(computer: SimComputer) -> None:
    async def script(_: RunContext) -> Result:
        raise ValueError("no")

    computer.work[0].script = script
    await add(computer, daily(9))
    await computer.run(hours=1, seconds=5)
    await computer.scheduling.pause_all()
    await computer.run(hours=1)
    [run] = history(computer)
    assert (run.reason, run.attempt) == (Reason.FAILED, 1)
    assert "not tried again: All schedules were paused." in run.detail


async def test_a_retry_of_what_a_person_started_does_not_happen_in_a_pause(computer: SimComputer) -> None:
    """The person asked for one run at once; that another try comes by itself is the schedule's doing."""

    async def script(_: RunContext) -> Result:
        raise ValueError("no")

    computer.work[0].script = script
    await add(computer, daily(9))
    await computer.scheduling.run_now("task")
    await computer.run(5)
    await computer.scheduling.pause_all()
    await computer.run(minutes=30)
    [run] = history(computer)
    assert (run.source, run.reason, run.attempt) == (Source.MANUAL, Reason.FAILED, 1)
    assert "not tried again: All schedules were paused." in run.detail


def limit(computer: SimComputer, **quotas: int) -> None:
    def work(db: Connection) -> None:
        space = workspaces.get(db, "home")
        workspaces.update(db, replace(space, quotas=Quotas(**quotas)))

    computer.write(work)


async def test_quota_of_runs_per_hour_is_said_once(computer: SimComputer) -> None:
    limit(computer, runs_per_hour=3)
    await add(computer, every(computer, TEN))
    await computer.run(hours=2)
    rows = history(computer)
    assert [run.reason for run in rows[:4]] == [Reason.COMPLETED] * 3 + [Reason.SKIPPED_BUDGET]
    told = messages(computer, NotificationKind.ATTENTION)
    assert len(told) == 1
    assert "3 runs an hour" in told[0].body


async def test_quota_holds_for_what_comes_due_together(computer: SimComputer) -> None:
    """Checked again at the claim: a hundred tasks at nine o'clock are no way around it."""
    limit(computer, runs_per_hour=5)
    for number in range(20):
        await add(computer, daily(9), ident=f"t{number}")
    await computer.run(hours=1, minutes=2)
    reasons = [history(computer, f"t{number}")[0].reason for number in range(20)]
    assert reasons.count(Reason.COMPLETED) == 5
    assert reasons.count(Reason.SKIPPED_BUDGET) == 15
    assert len(messages(computer, NotificationKind.ATTENTION)) == 1, "the workspace's quota is told once"


async def test_quota_of_tokens_a_day_per_task(computer: SimComputer) -> None:
    async def script(_: RunContext) -> Result:
        return Result(output="x", usage=Usage(input_tokens=600, output_tokens=0))

    computer.work[0].script = script
    await add(computer, hourly(), max_tokens_per_day=1000)
    await computer.run(hours=5)
    assert [run.reason for run in history(computer)] == [Reason.COMPLETED, Reason.COMPLETED, Reason.SKIPPED_BUDGET]
    with pytest.raises(Refused, match="1,000 tokens for today"):
        await computer.scheduling.run_now("task")
    await computer.run(days=1)
    assert history(computer)[-1].slot.day == 3


@pytest.mark.parametrize("whose", ["task", "workspace"])
async def test_quota_of_money_a_day(computer: SimComputer, whose: str) -> None:
    async def script(_: RunContext) -> Result:
        return Result(output="x", usage=Usage(input_tokens=1, output_tokens=1, cost_microdollars=300_000))

    computer.work[0].script = script
    if whose == "workspace":
        limit(computer, cost_per_day_microdollars=500_000)
        await add(computer, hourly())
    else:
        await add(computer, hourly(), max_cost_per_day_microdollars=500_000)
    await computer.run(hours=5)
    rows = history(computer)
    assert [run.reason for run in rows] == [Reason.COMPLETED, Reason.COMPLETED, Reason.SKIPPED_BUDGET]
    assert f"The {whose} has used its $0.50 for today" in rows[-1].detail
    await computer.run(days=1)
    assert sum(run.reason is Reason.COMPLETED for run in history(computer)) == 4, "two of them on the next day"


async def test_quota_of_tasks(computer: SimComputer) -> None:
    limit(computer, tasks=2)
    for number in range(2):
        await computer.scheduling.create(TaskInput(prompt=f"p{number}", every="1h"))
    with pytest.raises(Refused, match="already has the 2 tasks"):
        await computer.scheduling.create(TaskInput(prompt="p3", every="1h"))


async def test_test_run_counts_for_nothing(computer: SimComputer) -> None:
    run = await computer.scheduling.test_run(TaskInput(prompt="Try it", every="1h"))
    await computer.run(5)
    ended = await computer.scheduling.run(run.id)
    assert (ended.test, ended.reason, ended.source) == (True, Reason.COMPLETED, Source.TEST)
    assert await computer.scheduling.tasks() == []
    assert messages(computer)[0].title.startswith("Test: ")


async def test_pause_bookkeeping_is_in_the_store(computer: SimComputer) -> None:
    await computer.scheduling.pause_all(at(10))
    assert computer.read(lambda db: pauses.active(db, at(9))) == {"all": at(10)}
    await computer.run(hours=3)
    assert computer.read(pauses.listed) == []
    assert computer.read(lambda db: outbox_lanes.next_at(db, computer.clock.now())) is None


async def test_duplicate_arrives_paused(computer: SimComputer) -> None:
    await add(computer, hourly())
    copy: Task = await computer.scheduling.duplicate("task")
    assert (copy.state, copy.spec.name) == (TaskState.PAUSED, "task 2")
