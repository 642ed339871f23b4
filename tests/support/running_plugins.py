"""The engine with plugins from a shelf, as the program starts and stops them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.bootstrap.plugin_source import PluginSource
from kata_desktop.domain.ids import new_id
from kata_desktop.domain.plugin import PluginRow, PluginState
from kata_desktop.domain.run import Run
from kata_desktop.domain.task import RetryPolicy, Task, TaskSpec, TaskState
from kata_desktop.domain.trigger import Interval
from kata_desktop.plugins.ports import handler_address
from kata_desktop.runtime.clock import SystemClock
from kata_desktop.store import tasks
from kata_desktop.store.connection import Connection
from tests.support.built_kata import built_kata
from tests.support.eventually import eventually

ACME, HOME = "ws_acme", "ws_home"


@asynccontextmanager
async def running(folder: Path, source: PluginSource) -> AsyncIterator[Kata]:
    """Two workspaces, "Acme Research" and "Personal"; leaving it ends the engine, then the plugins."""
    async with built_kata(folder, SystemClock(), source) as kata:
        await kata.plugins.manager.register_all()
        await kata.engine.start()
        kata.plugins.manager.initialise_all()
        try:
            yield kata
        finally:
            await kata.engine.stop(limit=2.0)
            await kata.plugins.manager.stop(limit=4.0)
            await kata.channel_host.stop()


async def at_rest(kata: Kata, *workspaces: str) -> dict[str, PluginRow]:
    """Rows by plugin once none is starting any more; of the one workspace that is named, or of Acme Research."""
    workspace = workspaces[0] if workspaces else ACME
    for plugin_id in kata.plugins.ids():
        await kata.plugins.manager.settled(workspace, plugin_id)
    rows = {row.id: row for row in await kata.plugins.rows(workspace)}
    assert all(row.state is not PluginState.STARTING for row in rows.values()), rows
    return rows


async def row_when(kata: Kata, workspace: str, plugin_id: str, state: PluginState, limit: float = 30.0) -> PluginRow:
    """The row once it has a state."""
    end = asyncio.get_running_loop().time() + limit
    while (row := await kata.plugins.row(workspace, plugin_id)).state is not state:
        assert asyncio.get_running_loop().time() < end, f"waited {limit:g} s for {state}; it is {row}"
        await asyncio.sleep(0.01)
    return row


async def ran(
    kata: Kata, plugin_id: str, handler: str, *, workspace: str = ACME, timeout: timedelta = timedelta(minutes=1)
) -> Run:
    """Make a task of a plugin's handler, run it now, and give the ended run."""
    task = await task_of(kata, plugin_id, handler, workspace=workspace, timeout=timeout)
    run = await kata.scheduling.run_now(task.id)
    return await kata.scheduling.wait(run.id, 60.0)


async def task_of(
    kata: Kata, plugin_id: str, handler: str, *, workspace: str = ACME, timeout: timedelta = timedelta(minutes=1)
) -> Task:
    """A task that a plugin's handler does once a day."""
    now = kata.clock.now()
    spec = TaskSpec(
        name=new_id("name"),
        prompt="",
        trigger=Interval(every=timedelta(days=1), anchor=now),
        workspace_id=workspace,
        handler=handler_address(plugin_id, handler, workspace),
        targets=(),
        timeout=timeout,
        retry=RetryPolicy(retries=0),
    )
    task = Task(id=new_id("task"), spec=spec, revision=1, state=TaskState.ACTIVE, created_at=now)

    def insert(db: Connection) -> None:
        tasks.insert(db, task)

    await kata.database.write(insert)
    return task


async def good_ones_work(kata: Kata, *plugin_ids: str) -> None:
    """Each of these is ready and does its work."""
    for plugin_id in plugin_ids:
        row = await row_when(kata, ACME, plugin_id, PluginState.READY)
        assert row.sentence == ""
        run = await ran(kata, plugin_id, "beat")
        assert (run.status, run.output) == ("succeeded", f"{plugin_id} in Acme Research"), run


async def gone(names: list[str]) -> None:
    """Return when no task of the loop has a name that begins like this."""
    await eventually(
        f"the end of {names}",
        lambda: not [task for task in asyncio.all_tasks() if task.get_name().startswith(tuple(names))],
    )
