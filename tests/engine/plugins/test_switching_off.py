"""A plugin switched off: what runs is cancelled, what is due is skipped; on again means from then on."""

from __future__ import annotations

from datetime import timedelta

from kata_desktop.domain.handler import HandlerError
from kata_desktop.domain.run import Reason, RunState
from kata_desktop.plugins.handler_context import HandlerContext
from kata_desktop.plugins.scheduler_api import TaskDeclaration
from tests.support.plugin_desk import PluginDesk
from tests.support.sim.computer import SimComputer
from tests.support.sim.tasks import at, brief, history

HOURLY = TaskDeclaration(name="Work", handler="work", cron="0 * * * *", timezone="UTC")


async def test_what_runs_is_cancelled_and_what_is_due_is_skipped_and_on_again_means_from_now(
    computer: SimComputer,
) -> None:
    async def work(_: HandlerContext) -> None:
        await computer.clock.sleep(120)

    plugin, other = PluginDesk(computer), PluginDesk(computer, "web")
    for each in (plugin, other):
        each.on(work=work)
        await each.declare(work=HOURLY)
    [task], [elsewhere] = await plugin.api.list_tasks(), await other.api.list_tasks()
    await computer.run(hours=1, minutes=1)
    await plugin.off()
    await computer.run(5)
    [run] = history(computer, task.id)
    assert (run.reason, run.detail) == (Reason.CANCELLED, "The plugin that does this work was switched off.")
    assert run.finished_at is not None
    assert run.finished_at < at(9, 2)
    await computer.run(hours=2)
    plugin.on(work=work)
    await computer.run(hours=1, minutes=3)
    assert brief(history(computer, task.id)) == [
        ("09:00", "schedule", "cancelled by user", 1),
        ("11:00", "schedule", "skipped: plugin off", 2),
        ("12:00", "schedule", "completed", 1),
    ]
    assert [run.reason for run in history(computer, elsewhere.id)] == [Reason.COMPLETED] * 4


async def test_a_retry_that_waits_is_cancelled_and_not_made_up_for(computer: SimComputer) -> None:
    attempts: list[int] = []

    async def work(context: HandlerContext) -> None:
        attempts.append(context.attempt)
        raise HandlerError("The feed is down.")

    plugin = PluginDesk(computer)
    plugin.on(work=work)
    await plugin.declare(
        work=TaskDeclaration(
            name="W", handler="work", cron="0 9 * * *", timezone="UTC", retry_attempts=3, retry_delay=600
        )
    )
    [task] = await plugin.api.list_tasks()
    await computer.run(hours=1, minutes=1)
    assert history(computer, task.id)[0].state is RunState.QUEUED
    await plugin.off()
    [run] = history(computer, task.id)
    assert (run.reason, attempts) == (Reason.CANCELLED, [1])
    assert run.detail == "The feed is down. The plugin that does this work is switched off."
    plugin.on(work=work)
    await computer.run(hours=3)
    assert attempts == [1]


async def test_a_failure_in_the_moment_it_is_switched_off_is_not_retried_when_it_is_on_again(
    computer: SimComputer,
) -> None:
    """Nothing is left waiting that would come back to life."""
    attempts: list[int] = []
    plugin = PluginDesk(computer)

    async def work(context: HandlerContext) -> None:
        attempts.append(context.attempt)
        plugin.take_back()  # what waits is ended before this failure is stored
        raise HandlerError("The feed is down.")

    plugin.on(work=work)
    daily = TaskDeclaration(name="W", handler="work", cron="0 9 * * *", timezone="UTC", retry_attempts=3)
    await plugin.declare(work=daily)
    [task] = await plugin.api.list_tasks()
    await computer.run(hours=1)
    [run] = history(computer, task.id)
    assert (run.reason, run.detail) == (Reason.FAILED, "The feed is down.")
    plugin.on(work=work)
    await computer.run(hours=3)
    assert attempts == [1]


async def test_what_waits_for_its_first_turn_is_skipped(computer: SimComputer) -> None:
    async def work(_: HandlerContext) -> None:
        raise AssertionError("it must not run")

    plugin = PluginDesk(computer)
    plugin.on(work=work)
    await plugin.declare(work=TaskDeclaration(name="W", handler="work", event="file-changed"))
    [task] = await plugin.api.list_tasks()
    await computer.scheduling.emit("file-changed", "home", "a.md")
    await computer.run(1)
    await plugin.off()
    [run] = history(computer, task.id)
    assert (run.reason, run.detail) == (Reason.SKIPPED_PLUGIN_OFF, "The plugin that does this work is switched off.")
    plugin.on(work=work)
    await computer.run(minutes=5)
    assert len(history(computer, task.id)) == 1


async def test_ending_the_program_cancels_nothing_that_waits(computer: SimComputer) -> None:
    attempts: list[int] = []

    async def work(context: HandlerContext) -> None:
        attempts.append(context.attempt)
        raise HandlerError("The feed is down.")

    plugin = PluginDesk(computer)
    plugin.on(work=work)
    daily = TaskDeclaration(
        name="W", handler="work", cron="0 9 * * *", timezone="UTC", retry_attempts=1, retry_delay=600
    )
    await plugin.declare(work=daily)
    [task] = await plugin.api.list_tasks()
    await computer.run(hours=1, minutes=1)
    await computer.quit()
    [run] = history(computer, task.id)
    assert run.state is RunState.QUEUED
    assert run.available_at == at(9) + timedelta(minutes=10)
