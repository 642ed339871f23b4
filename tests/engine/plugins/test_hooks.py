"""Hooks: told what happens to the tasks of their workspace; whatever they do harms nobody."""

from __future__ import annotations

import logging

import pytest

from kata_desktop.domain.handler import HandlerError, Result, RunContext
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.plugins.contract import Hook, HookEvent, HookPoint
from kata_desktop.plugins.hooks import MOST_WAITING
from tests.support.plugin_desk import PluginDesk
from tests.support.sim.computer import SimComputer
from tests.support.sim.tasks import add, at, daily, history

LOG = "kata_desktop.plugins.hooks"


def listen(plugin: PluginDesk, hook: Hook, *points: HookPoint) -> None:
    for point in points or HookPoint:
        plugin.desk.hook(plugin.workspace_id, plugin.plugin_id, point, hook)


@pytest.fixture
def heard(computer: SimComputer) -> list[HookEvent]:
    """What a plugin of the workspace was told."""
    events: list[HookEvent] = []

    async def hook(event: HookEvent) -> None:
        events.append(event)

    listen(PluginDesk(computer), hook)
    return events


async def test_every_moment_of_a_task_is_told_in_order(computer: SimComputer, heard: list[HookEvent]) -> None:
    task = await computer.scheduling.create(TaskInput(prompt="Do it", name="Digest", every="1h"))
    await computer.run(hours=1, minutes=1)
    await computer.scheduling.pause(task.id)
    await computer.scheduling.resume(task.id)
    await computer.scheduling.edit(task.id, TaskInput(every="2h"))
    await computer.scheduling.delete(task.id)
    await computer.scheduling.restore(task.id)
    await computer.settle()
    [run] = history(computer, task.id)
    assert [(event.point, event.run_id) for event in heard] == [
        (HookPoint.TASK_CREATED, ""),
        (HookPoint.TASK_STARTED, run.id),
        (HookPoint.TASK_COMPLETED, run.id),
        (HookPoint.TASK_PAUSED, ""),
        (HookPoint.TASK_RESUMED, ""),
        (HookPoint.TASK_DELETED, ""),
        (HookPoint.TASK_CREATED, ""),
    ]
    assert {(event.task_id, event.task_name) for event in heard} == {(task.id, "Digest")}
    assert heard[1].at == at(9)


async def test_a_failure_is_told_once_with_its_sentence_when_no_retry_is_left(
    computer: SimComputer, heard: list[HookEvent]
) -> None:
    async def fail(context: RunContext) -> Result:
        context.progress(10)
        await computer.clock.sleep(1)
        context.progress(20)
        raise HandlerError("The model is down.")

    computer.work[0].script = fail
    await add(computer, daily())
    await computer.run(hours=1, minutes=20)
    told = [(event.point, event.error) for event in heard if event.run_id]
    assert told == [(HookPoint.TASK_STARTED, ""), (HookPoint.TASK_FAILED, "The model is down.")]


async def test_five_failures_pause_a_task_and_that_is_told(computer: SimComputer, heard: list[HookEvent]) -> None:
    async def fail(_: RunContext) -> Result:
        raise HandlerError("No.", retryable=False)

    computer.work[0].script = fail
    await add(computer, daily())
    await computer.run(hours=24 * 5)
    assert [event.point for event in heard].count(HookPoint.TASK_PAUSED) == 1


async def test_only_the_own_workspace_is_told_and_no_test_runs(computer: SimComputer, heard: list[HookEvent]) -> None:
    computer.add_workspace("work")
    await add(computer, daily(), workspace_id="work")
    await computer.scheduling.test_run(TaskInput(prompt="Try it", every="1h"))
    await computer.run(hours=2)
    assert heard == []


async def test_a_hook_that_raises_or_hangs_is_logged_and_harms_nobody(
    computer: SimComputer, heard: list[HookEvent], caplog: pytest.LogCaptureFixture
) -> None:
    async def raises(_: HookEvent) -> None:
        raise RuntimeError("broken")

    async def hangs(_: HookEvent) -> None:
        await computer.clock.sleep(3600)

    plugin = PluginDesk(computer, "web")
    listen(plugin, raises, HookPoint.TASK_STARTED)
    listen(plugin, hangs, HookPoint.TASK_STARTED)
    after: list[HookEvent] = []

    async def keep(event: HookEvent) -> None:
        after.append(event)

    listen(plugin, keep, HookPoint.TASK_STARTED, HookPoint.TASK_COMPLETED)
    await add(computer, daily())
    with caplog.at_level(logging.WARNING, LOG):
        await computer.run(hours=1, minutes=1)
    assert [record.getMessage() for record in caplog.records if record.name == LOG] == [
        "A hook of plugin web failed on task-started",
        "A hook of plugin web took longer than 10 s and was stopped",
    ]
    assert [event.point for event in after] == [HookPoint.TASK_STARTED, HookPoint.TASK_COMPLETED]
    assert [event.point for event in heard if event.run_id] == [HookPoint.TASK_STARTED, HookPoint.TASK_COMPLETED]
    assert history(computer)[0].status == "succeeded"


async def test_a_hook_taken_back_hears_nothing_any_more(computer: SimComputer) -> None:
    told: list[HookEvent] = []

    async def hook(event: HookEvent) -> None:
        told.append(event)

    remove = PluginDesk(computer).desk.hook("home", "rss", HookPoint.TASK_CREATED, hook)
    await computer.scheduling.create(TaskInput(prompt="One", every="1h"))
    await computer.settle()
    remove()
    remove()
    await computer.scheduling.create(TaskInput(prompt="Two", every="1h"))
    await computer.settle()
    assert [event.task_name for event in told] == ["One"]


async def test_a_plugin_that_is_far_too_slow_loses_moments_and_is_told_of_once(
    computer: SimComputer, caplog: pytest.LogCaptureFixture
) -> None:
    async def slow(_: HookEvent) -> None:
        await computer.clock.sleep(9)

    listen(PluginDesk(computer), slow, HookPoint.TASK_PAUSED)
    task = await computer.scheduling.create(TaskInput(prompt="One", every="1h"))
    for _ in range(MOST_WAITING + 20):
        await computer.scheduling.pause(task.id)
        await computer.scheduling.resume(task.id)
    assert sum("too slow" in record.getMessage() for record in caplog.records) == 1
