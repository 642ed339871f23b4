"""The scheduler as a plugin sees it: its own tasks and runs in its own workspace, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

import pytest

from kata_desktop.domain.errors import InvalidInput, NotFound
from kata_desktop.domain.run import Reason, Source
from kata_desktop.domain.task import TaskState
from kata_desktop.plugins.handler_context import HandlerContext
from kata_desktop.plugins.scheduler_access import PluginScheduler
from kata_desktop.plugins.scheduler_api import TaskDeclaration
from tests.support.plugin_desk import PluginDesk
from tests.support.sim.computer import SimComputer
from tests.support.sim.tasks import add, at, daily

HOURLY = TaskDeclaration(name="Hourly", handler="work", interval="1h", arguments={"of": "task"}, tags=("A", "B"))


async def echo(context: HandlerContext) -> str:
    return json.dumps(dict(context.args))


@pytest.fixture
def plugin(computer: SimComputer) -> PluginDesk:
    plugin = PluginDesk(computer)
    plugin.on(work=echo)
    return plugin


async def test_a_task_is_created_listed_paused_resumed_run_and_deleted(
    computer: SimComputer, plugin: PluginDesk
) -> None:
    api = plugin.api
    task = await api.create_task(HOURLY)
    second = await api.create_task(HOURLY)
    assert (task.spec.name, second.spec.name) == ("Hourly", "Hourly 2")
    assert await api.next_run(task.id) == at(9)
    assert [each.id for each in await api.list_tasks(tags=("a", "B"))] == [task.id, second.id]
    assert await api.list_tasks(tags=("C",)) == []
    paused = await api.pause(task.id)
    assert (paused.state, paused.state_reason) == (TaskState.PAUSED, "Its plugin paused it.")
    assert await api.next_run(task.id) is None
    assert [each.id for each in await api.list_tasks(state=TaskState.PAUSED)] == [task.id]
    await api.resume(task.id)
    first = await api.run_now(task.id)
    await computer.run(1)
    other = await api.run_now(task.id, {"of": "run"})
    await computer.run(1)
    assert [run.id for run in await api.executions(task.id)] == [other.id, first.id]
    assert [run.output for run in await api.executions(task.id)] == ['{"of": "run"}', '{"of": "task"}']
    assert (await api.execution(first.id)).source is Source.PLUGIN
    latest = await api.latest_execution(task.id)
    assert latest is not None
    assert latest.id == other.id
    await api.delete(task.id)
    with pytest.raises(NotFound):
        await api.get_task(task.id)


async def test_a_run_is_cancelled_and_says_who_did_it(computer: SimComputer, plugin: PluginDesk) -> None:
    async def slow(_: HandlerContext) -> None:
        await computer.clock.sleep(100)

    plugin.on(slow=slow)
    task = await plugin.api.create_task(TaskDeclaration(name="Slow", handler="slow", interval="1h"))
    assert await plugin.api.latest_execution(task.id) is None
    run = await plugin.api.run_now(task.id)
    await computer.run(1)
    await plugin.api.cancel_execution(run.id)
    await computer.run(1)
    ended = await plugin.api.execution(run.id)
    assert (ended.reason, ended.detail) == (Reason.CANCELLED, "Its plugin stopped it.")
    assert (await plugin.api.cancel_execution(run.id)).reason is Reason.CANCELLED


async def test_refusals_are_those_of_the_dialog(plugin: PluginDesk) -> None:
    with pytest.raises(InvalidInput) as caught:
        await plugin.api.create_task(
            TaskDeclaration(name="", handler="work", cron="* * * * * *", timeout=0, retry_attempts=99, retry_delay=0.5)
        )
    assert {error.field for error in caught.value.errors} >= {"cron", "timeout", "retries", "retry_delay"}
    with pytest.raises(InvalidInput, match="has registered no handler “nothing”"):
        await plugin.api.create_task(TaskDeclaration(name="X", handler="nothing", interval="1h"))
    with pytest.raises(InvalidInput, match="what JSON cannot say"):
        await plugin.api.create_task(TaskDeclaration(name="X", handler="work", interval="1h", arguments={"a": {1}}))


Verb = Callable[[PluginScheduler, str], Awaitable[object]]
VERBS: tuple[Verb, ...] = (
    lambda api, task: api.get_task(task),
    lambda api, task: api.pause(task),
    lambda api, task: api.resume(task),
    lambda api, task: api.delete(task),
    lambda api, task: api.run_now(task),
    lambda api, task: api.executions(task),
    lambda api, task: api.latest_execution(task),
    lambda api, task: api.next_run(task),
)


async def test_what_belongs_to_others_is_not_there(computer: SimComputer, plugin: PluginDesk) -> None:
    """People's tasks, another plugin's, and the same plugin's in another workspace."""
    computer.add_workspace("work")
    mine = await add(computer, daily(), ident="people")
    others = [PluginDesk(computer, "web"), PluginDesk(computer, "rss", "work")]
    foreign = [mine]
    for other in others:
        other.on(work=echo)
        foreign.append(await other.api.create_task(HOURLY))
    for task in foreign:
        run = await computer.scheduling.run_now(task.id)
        await computer.run(2)
        for verb in VERBS:
            with pytest.raises(NotFound) as caught:
                await verb(plugin.api, task.id)
            assert caught.value.ident == task.id
        for on_run in (plugin.api.execution, plugin.api.cancel_execution):
            with pytest.raises(NotFound):
                await on_run(run.id)
        assert (await computer.scheduling.get(task.id)).state is TaskState.ACTIVE
    assert await plugin.api.list_tasks() == []
