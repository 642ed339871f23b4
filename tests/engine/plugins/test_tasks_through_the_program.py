"""Tasks of plugins in the whole program: from the mark on a method to switching off, restarting and a person's will."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.bootstrap.plugin_source import PluginSource
from kata_desktop.domain.errors import Refused
from kata_desktop.domain.plugin import PluginState
from kata_desktop.domain.run import Reason, Run, RunState
from kata_desktop.domain.task import Task, TaskState
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.domain.trigger import Interval
from kata_desktop.store import declarations, plugins
from tests.support.plugin_shelf import Shelf
from tests.support.running_plugins import ACME, HOME, at_rest, running

MANIFEST = """
[event_types]
found = "something is found"
"""
CODE = """
import asyncio

from kata_desktop.plugins.sdk import HandlerError, HookPoint, Plugin, scheduled


class FaultyPlugin(Plugin):
    def register(self, registrar):
        registrar.hook(HookPoint.TASK_COMPLETED, self.completed)

    @scheduled(interval="{every}", retry_attempts=2, retry_delay=600)
    async def fails(self, context):
        raise HandlerError("The feed is down.")

    @scheduled(interval="1h")
    async def hangs(self, context):
        context.report_progress(50, "half")
        await asyncio.sleep(3600)

    @scheduled(interval="1h")
    async def finds(self, context):
        await self.context.events.emit("found", value="One\\nTwo")
        return {{"output": "found two", "metrics": {{"found": 2}}}}

    @scheduled(event="finder.found")
    def reacts(self, context):
        return f"{{context.plugin_id}} saw {{context.event.replace(chr(10), ' and ')}}"

    async def completed(self, event):
        await self.context.memory.put("last", event.task_name)
"""


def shelf(folder: Path, every: str = "1h") -> PluginSource:
    things = Shelf(folder)
    things.add("finder", CODE.format(every=every), MANIFEST)
    return things.source()


async def up(kata: Kata) -> None:
    for workspace in (ACME, HOME):
        rows = await at_rest(kata, workspace)
        assert (rows["finder"].state, rows["finder"].sentence) == (PluginState.READY, "")


async def owned(kata: Kata, workspace: str = ACME) -> list[Task]:
    return await kata.database.read(lambda db: declarations.owned(db, "plugin:finder", workspace))


async def named(kata: Kata, name: str, workspace: str = ACME) -> Task:
    return next(task for task in await owned(kata, workspace) if task.spec.name == name)


async def run_when(kata: Kata, task: Task, state: RunState) -> Run:
    """The newest run of a task, once it is in a state."""
    for _ in range(1000):
        run = (await kata.scheduling.row(task.id)).last_run
        if run is not None and run.state is state:
            return await kata.scheduling.run(run.id)
        await asyncio.sleep(0.01)
    raise AssertionError(f"no run of {task.spec.name} came to be {state}")


async def remembered(kata: Kata) -> str:
    return await kata.database.read(lambda db: plugins.remembered(db, ACME, "finder", "last"))


async def test_work_events_and_hooks_in_their_own_workspace(tmp_path: Path) -> None:
    async with running(tmp_path / "data", shelf(tmp_path / "shelf")) as kata:
        await up(kata)
        finds, reacts = await named(kata, "Finds"), await named(kata, "Reacts")
        elsewhere = await named(kata, "Reacts", HOME)
        assert (await kata.scheduling.row(reacts.id)).sentence == "When something is found"
        run = await kata.scheduling.wait((await kata.scheduling.run_now(finds.id)).id, 10)
        assert (run.status, run.output) == ("succeeded", "found two")
        assert "Figures: found 2" in [step.text for step in await kata.scheduling.steps(run.id)]
        assert (await run_when(kata, reacts, RunState.DONE)).output == "finder saw One and Two"
        assert (await kata.scheduling.row(elsewhere.id)).last_run is None
        for _ in range(500):
            if await remembered(kata) == "Reacts":
                break
            await asyncio.sleep(0.01)
        assert await remembered(kata) == "Reacts"


async def test_switching_off_ends_what_runs_and_what_waits_here_and_nowhere_else(tmp_path: Path) -> None:
    async with running(tmp_path / "data", shelf(tmp_path / "shelf")) as kata:
        await up(kata)
        fails, hangs = await named(kata, "Fails"), await named(kata, "Hangs")
        elsewhere = await named(kata, "Hangs", HOME)
        for task in (fails, hangs, elsewhere):
            await kata.scheduling.run_now(task.id)
        waiting = await run_when(kata, fails, RunState.QUEUED)
        await run_when(kata, hangs, RunState.RUNNING)
        await run_when(kata, elsewhere, RunState.RUNNING)
        await kata.plugins.switch(ACME, "finder", on=False)
        stopped, given_up = await run_when(kata, hangs, RunState.DONE), await run_when(kata, fails, RunState.DONE)
        assert (stopped.reason, stopped.detail) == (
            Reason.CANCELLED,
            "The plugin that does this work was switched off.",
        )
        assert (given_up.id, given_up.reason, given_up.attempt) == (waiting.id, Reason.CANCELLED, 1)
        assert (await kata.scheduling.row(elsewhere.id)).active_run is not None
        with pytest.raises(Refused, match="is switched off"):
            await kata.scheduling.run_now(hangs.id)
        await kata.plugins.switch(ACME, "finder", on=True)
        await up(kata)
        await kata.scheduling.run_now(hangs.id)
        await run_when(kata, hangs, RunState.RUNNING)


async def test_a_restart_keeps_a_persons_will_until_the_code_changes(tmp_path: Path) -> None:
    async with running(tmp_path / "data", shelf(tmp_path / "one")) as kata:
        await up(kata)
        fails, hangs, finds = [await named(kata, name) for name in ("Fails", "Hangs", "Finds")]
        await kata.scheduling.edit(fails.id, TaskInput(every="2h"))
        await kata.scheduling.pause(hangs.id, "Not now")
        await kata.scheduling.delete(finds.id)
    async with running(tmp_path / "data", shelf(tmp_path / "two", every="3h")) as kata:
        await up(kata)
        tasks = {task.spec.name: task for task in await owned(kata)}
        assert set(tasks) == {"Fails", "Hangs", "Reacts"}
        assert (tasks["Hangs"].state, tasks["Hangs"].state_reason) == (TaskState.PAUSED, "Not now")
        trigger = tasks["Fails"].spec.trigger
        assert isinstance(trigger, Interval)
        assert (tasks["Fails"].id, trigger.every) == (fails.id, timedelta(hours=3))
