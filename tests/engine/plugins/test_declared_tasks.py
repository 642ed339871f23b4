"""Tasks that plugins declare: made once, followed when their declaration changes, never doubled, never brought back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kata_desktop.domain.errors import InvalidInput, Refused
from kata_desktop.domain.run import Reason
from kata_desktop.domain.task import Target, Task, TaskState
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.domain.trigger import Cron, Interval
from kata_desktop.domain.workspace import Quotas
from kata_desktop.plugins.handler_context import HandlerContext
from kata_desktop.plugins.scheduler_api import TaskDeclaration
from kata_desktop.scheduler.declared import NOT_ENABLED
from kata_desktop.store import declarations, tasks, workspaces
from tests.support.corruptions import corrupt
from tests.support.plugin_desk import PluginDesk
from tests.support.sim.computer import SimComputer
from tests.support.sim.tasks import add as add_task
from tests.support.sim.tasks import at, brief, daily, history

FETCH = TaskDeclaration(name="Fetch feeds", handler="fetch", cron="0 9 * * *", timezone="UTC", description="Reads all.")


async def fetch(_: HandlerContext) -> str:
    return "3 new"


def own(computer: SimComputer, principal: str = "plugin:rss") -> list[Task]:
    return computer.read(lambda db: declarations.owned(db, principal, "home"))


def plugin_on(computer: SimComputer) -> PluginDesk:
    plugin = PluginDesk(computer)
    plugin.on(fetch=fetch)
    return plugin


async def test_a_declaration_becomes_a_task_that_runs(computer: SimComputer) -> None:
    declaration = replace(
        FETCH,
        arguments={"most": 5},
        retry_attempts=3,
        retry_delay=90,
        timeout=120,
        jitter=30,
        active_hours="08:00-20:00",
        tags=("News",),
    )
    await plugin_on(computer).declare(fetch=declaration)
    [task] = own(computer)
    spec = task.spec
    assert (task.principal, task.owner_key, task.state) == ("plugin:rss", "home:fetch", TaskState.ACTIVE)
    assert (spec.name, spec.prompt, spec.handler) == ("Fetch feeds", "Reads all.", "rss.fetch@home")
    assert (spec.arguments, spec.tags, spec.targets) == ('{"most": 5}', ("News",), ())
    assert (spec.retry.retries, spec.retry.base_delay) == (3, timedelta(seconds=90))
    assert (spec.timeout, spec.jitter) == (timedelta(minutes=2), timedelta(seconds=30))
    await computer.run(hours=1, minutes=1)
    assert [(run.reason, run.output) for run in history(computer, task.id)] == [(Reason.COMPLETED, "3 new")]


async def test_an_unchanged_declaration_leaves_edits_and_pauses_alone(computer: SimComputer) -> None:
    plugin = plugin_on(computer)
    await plugin.declare(fetch=FETCH)
    [task] = own(computer)
    await computer.scheduling.edit(task.id, TaskInput(cron=("30 7 * * *",), name="My feeds"))
    await computer.scheduling.pause(task.id, "On holiday")
    await computer.quit()
    await computer.boot()
    await plugin_on(computer).declare(fetch=FETCH)
    [after] = own(computer)
    assert (after.id, after.revision, after.state, after.state_reason) == (task.id, 2, TaskState.PAUSED, "On holiday")
    assert (after.spec.name, after.spec.trigger) == ("My feeds", Cron(expressions=("30 7 * * *",), zone="UTC"))


async def test_a_changed_declaration_updates_the_task_and_never_doubles_it(computer: SimComputer) -> None:
    plugin = plugin_on(computer)
    await plugin.declare(fetch=FETCH)
    [task] = own(computer)
    await computer.scheduling.edit(task.id, TaskInput(targets=("desktop",), name="My feeds"))
    await computer.scheduling.pause(task.id, "On holiday")
    await plugin.declare(fetch=replace(FETCH, cron="", timezone="", interval="30m", name="Read feeds"))
    [after] = own(computer)
    assert (after.id, after.revision, after.state) == (task.id, 3, TaskState.PAUSED)
    assert isinstance(after.spec.trigger, Interval)
    assert after.spec.name == "Read feeds"
    assert after.spec.targets == (Target(kind="desktop"),), "where a person has results sent stays"
    assert after.next_slot == at(8, 30)


@pytest.mark.parametrize("chosen", [(), ("desktop:title",)])
async def test_targets_that_are_declared_later_change_nothing_else(
    computer: SimComputer, chosen: tuple[str, ...]
) -> None:
    plugin = plugin_on(computer)
    await plugin.declare(fetch=FETCH)
    [task] = own(computer)
    await computer.scheduling.edit(task.id, TaskInput(cron=("30 7 * * *",), name="My feeds", targets=chosen))
    await computer.scheduling.pause(task.id, "On holiday")
    await plugin.declare(fetch=replace(FETCH, targets=("desktop",)))
    [after] = own(computer)
    assert after.spec.targets == (Target(kind="desktop", title_only=bool(chosen)),)
    assert (after.spec.name, after.spec.trigger) == ("My feeds", Cron(expressions=("30 7 * * *",), zone="UTC"))
    assert (after.state, after.state_reason, after.next_slot) == (TaskState.PAUSED, "On holiday", at(7, 30, day=3))


async def test_targets_that_are_declared_later_bring_no_deleted_task_back(computer: SimComputer) -> None:
    plugin = plugin_on(computer)
    await plugin.declare(fetch=FETCH)
    [task] = own(computer)
    await computer.scheduling.delete(task.id)
    await plugin.declare(fetch=replace(FETCH, targets=("desktop",)))
    assert own(computer) == []


async def test_what_is_no_longer_declared_is_retired_with_its_history_and_comes_back_as_the_same_task(
    computer: SimComputer,
) -> None:
    plugin = plugin_on(computer)
    await plugin.declare(fetch=FETCH)
    [task] = own(computer)
    await computer.run(hours=2)
    await plugin.declare()
    assert own(computer) == []
    assert len(history(computer, task.id)) == 1
    await computer.run(hours=24)
    assert len(history(computer, task.id)) == 1, "retired is gone: nothing comes due"
    await plugin.declare(fetch=FETCH)
    [after] = own(computer)
    assert (after.id, after.state, after.next_slot) == (task.id, TaskState.ACTIVE, at(9, day=4))
    await computer.run(hours=24)
    assert [run.reason for run in history(computer, task.id)] == [Reason.COMPLETED, Reason.COMPLETED]


async def test_a_retired_task_stops_what_it_is_doing(computer: SimComputer) -> None:
    async def slow(_: HandlerContext) -> None:
        await computer.clock.sleep(100)

    plugin = PluginDesk(computer)
    plugin.on(fetch=slow)
    await plugin.declare(fetch=FETCH)
    [task] = own(computer)
    await computer.run(hours=1, seconds=5)
    await plugin.declare()
    await computer.run(5)
    [run] = history(computer, task.id)
    assert (run.reason, run.detail) == (Reason.CANCELLED, "The plugin does not bring this task any more.")


async def test_a_task_that_a_person_deleted_stays_deleted_until_its_declaration_changes(computer: SimComputer) -> None:
    plugin = plugin_on(computer)
    await plugin.declare(fetch=FETCH)
    [task] = own(computer)
    await computer.scheduling.delete(task.id)
    await computer.quit()
    await computer.boot()
    plugin = plugin_on(computer)
    await plugin.declare(fetch=FETCH)
    assert own(computer) == []
    await plugin.declare(fetch=replace(FETCH, cron="0 10 * * *"))
    [after] = own(computer)
    assert (after.id, after.next_slot) == (task.id, at(10))


async def test_taken_names_are_numbered(computer: SimComputer) -> None:
    await add_task(computer, daily(), ident="mine", name="Fetch feeds")
    plugin = plugin_on(computer)
    await plugin.declare(fetch=FETCH, other=FETCH)
    assert [task.spec.name for task in own(computer)] == ["Fetch feeds 2", "Fetch feeds 3"]
    await plugin.declare(fetch=replace(FETCH, cron="0 8 * * *"), other=FETCH)
    assert [task.spec.name for task in own(computer)] == ["Fetch feeds 2", "Fetch feeds 3"]


async def test_a_revived_task_whose_name_is_taken_by_now_is_numbered(computer: SimComputer) -> None:
    plugin = plugin_on(computer)
    await plugin.declare(fetch=FETCH)
    await plugin.declare()
    await add_task(computer, daily(), ident="mine", name="Fetch feeds")
    await plugin.declare(fetch=FETCH)
    assert [task.spec.name for task in own(computer)] == ["Fetch feeds 2"]


async def test_refused_declarations_are_named_and_keep_nobody_else(computer: SimComputer) -> None:
    plugin = plugin_on(computer)
    await plugin.declare(fetch=FETCH, good=replace(FETCH, name="Good"))
    with pytest.raises(InvalidInput) as caught:
        await plugin.declare(
            fetch=replace(FETCH, cron="0 25 * * *"),
            none=replace(FETCH, name="None", cron=""),
            both=replace(FETCH, name="Both", interval="5m"),
            odd=replace(FETCH, name="Odd", arguments={"what": object()}),
            good=replace(FETCH, name="Good", cron="0 7 * * *"),
        )
    fields = {error.label: error.field for error in caught.value.errors}
    assert fields == {
        "Task “Fetch feeds”, Cron expression": "cron",
        "Task “None”, When": "when",
        "Task “Both”, When": "when",
        "Task “Odd”, Arguments": "arguments",
    }
    assert "cron and every were given together" in caught.value.sentence
    after = {task.owner_key: task.spec.trigger for task in own(computer)}
    assert after == {
        "home:fetch": Cron(expressions=("0 9 * * *",), zone="UTC"),
        "home:good": Cron(expressions=("0 7 * * *",), zone="UTC"),
    }


async def test_declared_switched_off(computer: SimComputer) -> None:
    plugin = plugin_on(computer)
    await plugin.declare(fetch=replace(FETCH, enabled=False))
    [task] = own(computer)
    assert (task.state, task.state_reason) == (TaskState.PAUSED, NOT_ENABLED)
    await plugin.declare(fetch=FETCH)
    [task] = own(computer)
    assert task.state is TaskState.ACTIVE
    await plugin.declare(fetch=replace(FETCH, enabled=False))
    assert own(computer)[0].state is TaskState.ACTIVE, "what runs is not switched off by an update"


async def test_a_finished_one_shot_is_not_run_again_because_its_description_changed(computer: SimComputer) -> None:
    once = replace(FETCH, cron="", once_at="2026-03-02T09:00")
    plugin = plugin_on(computer)
    await plugin.declare(fetch=once)
    await computer.run(hours=2)
    await plugin.declare(fetch=replace(once, description="Something else"))
    [task] = own(computer)
    assert (task.state, task.spec.prompt) == (TaskState.FINISHED, "Something else")
    await plugin.declare(fetch=replace(once, once_at="2026-03-03T09:00"))
    [task] = own(computer)
    assert (task.state, task.next_slot) == (TaskState.ACTIVE, at(9, day=3))


async def test_the_workspaces_quota_holds_for_declared_tasks(computer: SimComputer) -> None:
    home = computer.read(lambda db: workspaces.get(db, "home"))
    computer.write(lambda db: workspaces.update(db, replace(home, quotas=Quotas(tasks=1))))
    plugin = plugin_on(computer)
    with pytest.raises(Refused, match="already has the 1 tasks"):
        await plugin.declare(fetch=FETCH, other=replace(FETCH, name="Other"))
    assert [task.spec.name for task in own(computer)] == ["Fetch feeds"]
    computer.write(lambda db: workspaces.update(db, home))
    await plugin.declare(fetch=FETCH, other=replace(FETCH, name="Other"))
    assert len(own(computer)) == 2


async def test_a_plugins_task_cannot_be_moved_to_another_workspace(computer: SimComputer) -> None:
    computer.add_workspace("work")
    await plugin_on(computer).declare(fetch=FETCH)
    [task] = own(computer)
    with pytest.raises(InvalidInput, match="a plugin does the work of this task in its workspace") as caught:
        await computer.scheduling.edit(task.id, TaskInput(workspace="work"))
    assert caught.value.errors[0].field == "workspace"
    edited = await computer.scheduling.edit(task.id, TaskInput(workspace="home", cron=("0 7 * * *",)))
    assert edited.revision == 2


async def test_two_workspaces_have_tasks_of_their_own(computer: SimComputer) -> None:
    computer.add_workspace("work")
    here, there = PluginDesk(computer), PluginDesk(computer, workspace_id="work")
    here.on(fetch=fetch)
    there.on(fetch=fetch)
    await here.declare(fetch=FETCH)
    await there.declare(fetch=FETCH)
    await there.declare()
    assert [task.spec.workspace_id for task in own(computer)] == ["home"]
    other = computer.read(lambda db: tasks.find_owned(db, "plugin:rss", "work:fetch"))
    assert other is not None
    assert other.state is TaskState.DELETED


async def test_a_removed_workspace_is_forgotten(computer: SimComputer) -> None:
    computer.add_workspace("work")
    there = PluginDesk(computer, workspace_id="work")
    there.on(fetch=fetch)
    await there.declare(fetch=FETCH)
    computer.write(lambda db: workspaces.remove(db, "work"))
    assert computer.read(lambda db: declarations.get(db, "plugin:rss", "work:fetch")) is None


async def test_what_came_due_before_a_changed_declaration_is_not_lost(computer: SimComputer) -> None:
    plugin = plugin_on(computer)
    await plugin.declare(fetch=FETCH)
    [task] = own(computer)
    computer.clock.fall_asleep(2 * 3600)  # the engine has not looked since
    await plugin.declare(fetch=replace(FETCH, cron="0 12 * * *"))
    await computer.run(minutes=1)
    assert [row[0] for row in brief(history(computer, task.id))] == ["09:00"]
    assert own(computer)[0].next_slot == at(12)


async def test_one_that_cannot_be_read_is_told_and_keeps_the_others_from_nothing(computer: SimComputer) -> None:
    plugin = plugin_on(computer)
    plugin.on(clean=fetch)
    clean = replace(FETCH, name="Clean up", handler="clean")
    await plugin.declare(fetch=FETCH, clean=clean)
    broken = next(task.id for task in own(computer) if task.spec.name == "Fetch feeds")
    computer.write(lambda db: corrupt(db, broken, "a missing key"))
    with pytest.raises(Refused, match="Kata cannot read this task"):
        await plugin.declare(fetch=replace(FETCH, cron="0 8 * * *"), clean=replace(clean, cron="0 8 * * *"))
    found = {task.spec.name: task for task in own(computer)}
    assert set(found) == {"Fetch feeds", "Clean up"}
    assert found["Fetch feeds"].unreadable
    assert found["Clean up"].spec.trigger == Cron(expressions=("0 8 * * *",), zone="UTC")
    await plugin.declare(clean=replace(clean, cron="0 8 * * *"))
    assert [task.spec.name for task in own(computer)] == ["Clean up"], "what is declared no more goes, readable or not"
