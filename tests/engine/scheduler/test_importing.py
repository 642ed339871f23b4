"""Importing into a scheduler that works meanwhile: what arrives is paused before anything of it can run."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kata_desktop.domain.errors import InvalidInput
from kata_desktop.domain.events import TaskChanged
from kata_desktop.domain.task import TaskState
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.domain.trigger import Event, EventType, Once
from kata_desktop.scheduler import exchange_format
from kata_desktop.scheduler.exchange import Exchange
from kata_desktop.scheduler.import_plan import Change, ImportMode, ImportPlan
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


async def test_a_file_whose_times_have_partly_passed_is_taken_without_those(computer: SimComputer) -> None:
    """An export is kept for bad days: one task of its time must not make the others unreadable."""
    await add(computer, Once(local=at(9).replace(tzinfo=None), zone="UTC"), ident="once")
    await add(computer, hourly(), ident="ending", until=at(11))
    await add(computer, hourly(), ident="lasting")
    file = await exchange(computer).export()
    await computer.run(hours=5, minutes=5)
    late = await exchange(computer).plan(file.encode(), ImportMode.REPLACE)
    assert {row.name: row.change for row in late.rows} == {
        "ending": Change.PASSED,
        "lasting": Change.SAME,
        "once": Change.PASSED,
    }
    assert {row.note for row in late.rows if row.change is Change.PASSED} == {"its time has passed, so it is left out"}
    await computer.scheduling.delete("lasting")
    await computer.run(20)
    await exchange(computer).apply(await exchange(computer).plan(file.encode(), ImportMode.REPLACE))
    states = {row.task.spec.name: row.task.state for row in await computer.scheduling.tasks()}
    assert states == {"ending": TaskState.FINISHED, "lasting": TaskState.PAUSED, "once": TaskState.FINISHED}


async def test_a_file_of_nothing_but_passed_times_is_refused(computer: SimComputer) -> None:
    await add(computer, Once(local=at(9).replace(tzinfo=None), zone="UTC"), ident="once")
    file = await exchange(computer).export()
    await computer.run(hours=2)
    with pytest.raises(InvalidInput, match="Task 1, Date and time: 2026-03-02 09:00 is in the past"):
        await exchange(computer).plan(file.encode())


async def test_what_follows_a_task_that_is_left_out_is_refused_before_anything_is_changed(
    computer: SimComputer,
) -> None:
    await add(computer, Once(local=at(9).replace(tzinfo=None), zone="UTC"), ident="once")
    await add(computer, Event(type=EventType.TASK_FINISHED, source="once"), ident="follower")
    await add(computer, hourly(), ident="lasting")
    file = await exchange(computer).export()
    await computer.run(hours=2)
    other = SimComputer(start=computer.clock.now())
    await other.boot()
    with pytest.raises(InvalidInput, match="There is no task “once”"):
        await exchange(other).plan(file.encode())
    await other.quit()
