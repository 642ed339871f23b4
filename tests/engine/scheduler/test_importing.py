"""Importing into a scheduler that works meanwhile: what arrives is paused before anything of it can run."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from kata_desktop.domain.events import TaskChanged
from kata_desktop.domain.task import TaskState
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.domain.trigger import Once
from kata_desktop.scheduler import exchange_format
from kata_desktop.scheduler.exchange import Change, Exchange, ImportMode, ImportPlan
from tests.support.sim.computer import SimComputer
from tests.support.sim.tasks import add, at, every, hourly, task


async def planned(computer: SimComputer, raw: TaskInput) -> ImportPlan:
    """Merging a file with one task."""
    text = exchange_format.write([raw], exported_at="2026-03-01T00:00:00Z", program="test")
    return await exchange(computer).plan(text.encode(), ImportMode.MERGE)


def exchange(computer: SimComputer) -> Exchange:
    return Exchange(computer.process.core, computer.scheduling, "test")


FROM_THE_FILE = TaskInput(name="task", prompt="A stranger's words", workspace="Home", every="1m")


async def test_a_changed_task_is_never_seen_running_before_it_is_paused(computer: SimComputer) -> None:
    await add(computer, every(computer, timedelta(minutes=1)))
    seen: list[tuple[str, TaskState]] = []

    def look(_: TaskChanged) -> None:
        now = task(computer)
        seen.append((now.spec.prompt, now.state))

    plan = await planned(computer, FROM_THE_FILE)
    assert plan.count(Change.CHANGED) == 1
    computer.process.bus.subscribe(TaskChanged, look)
    await exchange(computer).apply(plan)
    assert ("A stranger's words", TaskState.PAUSED) in seen
    assert ("A stranger's words", TaskState.ACTIVE) not in seen
    assert task(computer).state_reason == "It was changed by an import."
    await computer.run(minutes=5)
    assert all(call.prompt != "A stranger's words" for call in computer.work[0].calls)


async def test_a_finished_task_that_is_changed_arrives_paused(computer: SimComputer) -> None:
    await add(computer, Once(local=at(9).replace(tzinfo=None), zone="UTC"))
    await computer.run(hours=2)
    assert state_of(computer) is TaskState.FINISHED
    await exchange(computer).apply(await planned(computer, FROM_THE_FILE))
    assert state_of(computer) is TaskState.PAUSED
    calls = len(computer.work[0].calls)
    await computer.run(minutes=5)
    assert len(computer.work[0].calls) == calls


async def test_a_task_paused_before_keeps_its_own_reason(computer: SimComputer) -> None:
    await add(computer, hourly())
    await computer.scheduling.pause("task", "It failed 5 times in a row.")
    await exchange(computer).apply(await planned(computer, FROM_THE_FILE))
    assert task(computer).state_reason == "It failed 5 times in a row."


async def test_the_reminder_is_a_model_here_as_everywhere(computer: SimComputer) -> None:
    (row,) = (await planned(computer, replace(FROM_THE_FILE, model="reminder"))).rows
    assert (row.raw.model if row.raw else "", row.note) == ("reminder", "")


def state_of(computer: SimComputer) -> TaskState:
    return task(computer).state
