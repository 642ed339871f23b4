"""A task that cannot be read is shown as what it is, can be deleted, and stands in nobody's way."""

from __future__ import annotations

import json

import pytest

from kata_desktop.domain.errors import InvalidInput, NotFound, Refused, Unavailable
from kata_desktop.domain.listing import TaskFilter, TaskQuery
from kata_desktop.domain.run import Reason
from kata_desktop.domain.task import PROMPT_HANDLER, TaskState
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.scheduler import exchange_format
from kata_desktop.scheduler.exchange import Exchange
from kata_desktop.scheduler.import_plan import ImportMode
from kata_desktop.store import agenda, tasks
from tests.support.corruptions import CORRUPTIONS, corrupt
from tests.support.sim.computer import SimComputer
from tests.support.sim.tasks import add, history, hourly


async def broken(computer: SimComputer, how: str = "a missing key", **changes: object) -> None:
    """One task that works, and one whose row is changed behind the engine's back."""
    await add(computer, hourly())
    await add(computer, hourly(30), ident="broken", **changes)
    computer.write(lambda db: corrupt(db, "broken", how))
    await computer.scheduling.refresh_known()


def exchange(computer: SimComputer) -> Exchange:
    return Exchange(computer.process.core, computer.scheduling, "test")


@pytest.mark.parametrize("how", CORRUPTIONS)
async def test_it_is_listed_beside_the_others_and_deleted(computer: SimComputer, how: str) -> None:
    await broken(computer, how)
    rows = {row.task.id: row for row in await computer.scheduling.tasks()}
    assert rows["task"].task.unreadable == ""
    assert rows["task"].sentence == "Every hour, UTC time"
    found = rows["broken"].task
    assert CORRUPTIONS[how][1] in found.unreadable
    assert found.unreadable.startswith("Kata cannot read this task (")
    assert found.unreadable.endswith("); delete it or restore a backup.")
    assert rows["broken"].sentence == found.state_reason == found.unreadable
    assert (found.state, found.next_slot, found.due_at) == (TaskState.PAUSED, None, None)
    assert (found.spec.name, found.spec.prompt) == ("broken", "Do broken")
    assert (found.spec.workspace_id, found.spec.handler) == ("home", PROMPT_HANDLER)
    assert await computer.scheduling.row("broken") == rows["broken"]
    assert (await computer.scheduling.find("Broken")).id == "broken", "by its name as well"
    await computer.scheduling.delete("broken")
    assert [row.task.id for row in await computer.scheduling.tasks()] == ["task"]
    with pytest.raises(NotFound):
        await computer.scheduling.find("broken")


async def test_its_deletion_is_taken_back(computer: SimComputer) -> None:
    await broken(computer)
    await computer.scheduling.delete("broken")
    restored = await computer.scheduling.restore("broken")
    assert (restored.state, bool(restored.unreadable)) == (TaskState.PAUSED, True)
    assert len(await computer.scheduling.tasks()) == 2


async def test_nothing_runs_or_edits_it(computer: SimComputer) -> None:
    await broken(computer)
    scheduling = computer.scheduling
    for attempt in (
        scheduling.get("broken"),
        scheduling.edit("broken", TaskInput(prompt="Else")),
        scheduling.resume("broken"),
        scheduling.duplicate("broken"),
        scheduling.run_now("broken"),
    ):
        with pytest.raises(Unavailable, match="“prompt” is missing"):
            await attempt
    await computer.run(hours=3)
    assert [call.prompt for call in computer.work[0].calls] == ["Do task"] * 3


async def test_the_others_are_planned_and_made(computer: SimComputer) -> None:
    await broken(computer)
    assert {entry.task_id for entry in await computer.scheduling.strip()} == {"task"}
    made = await computer.scheduling.create(TaskInput(prompt="broken", workspace="Home", every="2h"))
    assert made.spec.name == "Broken 2", "its name is still taken"
    with pytest.raises(InvalidInput, match="has that name"):
        await computer.scheduling.edit("task", TaskInput(name="Broken"))


async def test_once_its_time_came_it_needs_a_look(computer: SimComputer) -> None:
    await broken(computer)
    await computer.run(hours=1)
    [row] = await computer.scheduling.tasks(TaskQuery(filter=TaskFilter.ATTENTION))
    assert row.task.id == "broken"
    assert (await computer.scheduling.counts()).attention == 1


async def test_an_export_leaves_it_out_and_says_so(computer: SimComputer) -> None:
    await broken(computer)
    text = await exchange(computer).export()
    assert [task["name"] for task in json.loads(text)["tasks"]] == ["task"]
    assert "“broken”" in await exchange(computer).left_out()
    assert await exchange(computer).left_out(task_ids=["task"]) == ""
    both = await exchange(computer).export(task_ids=["task", "broken"])
    assert [task["name"] for task in json.loads(both)["tasks"]] == ["task"]
    with pytest.raises(Refused, match="cannot read"):
        await exchange(computer).export(task_ids=["broken"])


async def test_an_import_of_its_name_says_what_is_in_the_way(computer: SimComputer) -> None:
    await broken(computer)
    raw = TaskInput(name="broken", prompt="From a file", workspace="Home", every="2h")
    text = exchange_format.write([raw], exported_at="2026-03-01T00:00:00Z", program="test").encode()
    with pytest.raises(InvalidInput, match="Kata cannot read has that name here"):
        await exchange(computer).plan(text, ImportMode.MERGE)
    other = exchange_format.write([TaskInput(name="new", prompt="x", workspace="Home", every="2h")],
                                  exported_at="2026-03-01T00:00:00Z", program="test").encode()  # fmt: skip
    assert [row.name for row in (await exchange(computer).plan(other, ImportMode.MERGE)).rows] == ["new"]


async def test_a_pause_begins_and_ends_while_it_is_due(computer: SimComputer) -> None:
    """Both look at everything that is due; the engine itself has not come by yet."""
    await broken(computer)
    overdue = computer.clock.now()
    computer.write(lambda db: agenda.set_next(db, "broken", overdue, overdue))
    await computer.scheduling.pause_all()
    await computer.scheduling.resume_all()
    await computer.run(hours=1, minutes=1)
    assert [run.reason for run in history(computer)] == [Reason.COMPLETED]
    assert computer.engine.trouble == ""


async def test_a_run_that_goes_on_while_it_breaks_is_kept(computer: SimComputer) -> None:
    await add(computer, hourly())
    computer.work[0].seconds = 600
    await computer.run(hours=1, minutes=1)
    computer.write(lambda db: corrupt(db, "task", "no JSON"))
    await computer.run(minutes=30)
    assert [run.reason for run in history(computer)] == [Reason.COMPLETED]
    assert computer.engine.trouble == ""


@pytest.mark.parametrize("revision", [0, 1, 2])
async def test_a_killed_run_of_it_is_told_and_not_started_again(computer: SimComputer, revision: int) -> None:
    """Whether what it ran with is broken, or what was saved meanwhile, or both."""
    await add(computer, hourly())
    await add(computer, hourly(2), ident="other")
    computer.work[0].seconds = 600
    await computer.run(hours=1, minutes=1)
    await computer.scheduling.edit("task", TaskInput(prompt="Else"))
    computer.write(lambda db: corrupt(db, "task", "no JSON", only=revision))
    await computer.kill()
    await computer.boot()
    await computer.run(minutes=30)
    assert [run.reason for run in history(computer)] == [Reason.INTERRUPTED]
    assert {run.reason for run in history(computer, "other")} == {Reason.COMPLETED}
    assert computer.engine.trouble == ""


async def test_one_that_was_declared_is_declared_anew_once_it_is_deleted(computer: SimComputer) -> None:
    await broken(computer, principal="channel:fake", owner_key="home")
    await computer.scheduling.delete("broken")
    assert computer.read(lambda db: tasks.find_owned(db, "channel:fake", "home")) is None


@pytest.mark.parametrize("was, became", [("Europe/Berlin", "Europe/Atlantis"), ("0 * * * *", "99 * * * *")])
async def test_a_time_that_cannot_be_reckoned_is_said_in_its_row(computer: SimComputer, was: str, became: str) -> None:
    """It can be read, and mended in its dialog: the list and the strip go on without its words."""
    await add(computer, hourly())
    await add(computer, hourly(zone="Europe/Berlin"), ident="lost")
    change = "UPDATE task_revisions SET spec = replace(spec, ?, ?) WHERE task_id = 'lost'"
    computer.write(lambda db: db.execute(change, (was, became)).rowcount)
    rows = {row.task.id: row.sentence for row in await computer.scheduling.tasks()}
    assert rows["task"] == "Every hour, UTC time"
    assert rows["lost"]
    assert {entry.task_id for entry in await computer.scheduling.strip()} == {"task"}
    assert (await computer.scheduling.get("lost")).unreadable == ""
