"""The scheduler as one plugin in one workspace sees it: its own tasks and their runs, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from kata_desktop.domain.errors import FieldError, InvalidInput, NotFound
from kata_desktop.domain.listing import RunQuery
from kata_desktop.domain.run import Run, Source
from kata_desktop.domain.task import Task, TaskState
from kata_desktop.plugins.declaring import arguments_text, declared, principal_of
from kata_desktop.plugins.handlers import PluginWork
from kata_desktop.plugins.ports import handler_address
from kata_desktop.plugins.scheduler_api import RegisterHandler, TaskDeclaration
from kata_desktop.scheduler.core import Core
from kata_desktop.scheduler.declared import DeclaredTasks
from kata_desktop.scheduler.service import Scheduling

MOST_EXECUTIONS = 1000


class PluginScheduler:
    """Implements `SchedulerApi`."""

    def __init__(
        self,
        core: Core,
        scheduling: Scheduling,
        *,
        workspace_id: str,
        plugin_id: str,
        registered: Callable[[], Collection[str]],
        register: RegisterHandler,
    ) -> None:
        self._scheduling = scheduling
        self._workspace_id = workspace_id
        self._plugin_id = plugin_id
        self._registered = registered
        self._register = register
        self._tasks = DeclaredTasks(core, scheduling, principal_of(plugin_id), workspace_id)

    def register_handler(
        self, name: str, run: PluginWork, *, sliced: bool = False, limited: bool = False
    ) -> Callable[[], None]:
        """See `SchedulerApi`."""
        return self._register(name, run, sliced=sliced, limited=limited)

    async def create_task(self, declaration: TaskDeclaration) -> Task:
        """See `SchedulerApi`."""
        address = handler_address(self._plugin_id, declaration.handler, self._workspace_id)
        if address not in self._registered():
            reason = f"the plugin has registered no handler “{declaration.handler}”; register it first"
            raise InvalidInput(FieldError(field="handler", label="Handler", reason=reason))
        return await self._tasks.create(
            declared(declaration, plugin_id=self._plugin_id, workspace_id=self._workspace_id)
        )

    async def get_task(self, task_id: str) -> Task:
        """See `SchedulerApi`."""
        return await self._tasks.get(task_id)

    async def list_tasks(self, *, state: TaskState | None = None, tags: tuple[str, ...] = ()) -> list[Task]:
        """See `SchedulerApi`; with several tags, tasks that have them all."""
        wanted = {tag.casefold() for tag in tags}
        return [
            task
            for task in await self._tasks.owned()
            if state in {None, task.state} and wanted <= {tag.casefold() for tag in task.spec.tags}
        ]

    async def pause(self, task_id: str) -> Task:
        """See `SchedulerApi`."""
        await self._tasks.get(task_id)
        return await self._scheduling.pause(task_id, "Its plugin paused it.")

    async def resume(self, task_id: str) -> Task:
        """See `SchedulerApi`."""
        await self._tasks.get(task_id)
        return await self._scheduling.resume(task_id)

    async def delete(self, task_id: str) -> None:
        """See `SchedulerApi`; what runs of it is stopped."""
        await self._tasks.get(task_id)
        await self._scheduling.delete(task_id, confirm_running=True)

    async def run_now(self, task_id: str, arguments: Mapping[str, Any] | None = None) -> Run:
        """See `SchedulerApi`."""
        await self._tasks.get(task_id)
        given = "" if arguments is None else arguments_text(arguments)
        return await self._scheduling.run_now(task_id, source=Source.PLUGIN, arguments=given)

    async def executions(self, task_id: str, limit: int = 20) -> list[Run]:
        """See `SchedulerApi`; long outputs are cut, `execution` has all of it."""
        await self._tasks.get(task_id)
        query = RunQuery(task_id=task_id, limit=max(0, min(limit, MOST_EXECUTIONS)))
        return await self._scheduling.runs(query)

    async def execution(self, run_id: str) -> Run:
        """See `SchedulerApi`."""
        run = await self._scheduling.run(run_id)
        if run.workspace_id != self._workspace_id:
            raise NotFound("run", run_id)
        try:
            await self._tasks.get(run.task_id)
        except NotFound:
            raise NotFound("run", run_id) from None
        return run

    async def latest_execution(self, task_id: str) -> Run | None:
        """See `SchedulerApi`."""
        newest = await self.executions(task_id, 1)
        return await self.execution(newest[0].id) if newest else None

    async def cancel_execution(self, run_id: str) -> Run:
        """See `SchedulerApi`."""
        await self.execution(run_id)
        return await self._scheduling.cancel(run_id, why="Its plugin stopped it.")

    async def next_run(self, task_id: str) -> datetime | None:
        """See `SchedulerApi`; None while it is paused or finished."""
        task = await self._tasks.get(task_id)
        return task.due_at if task.state is TaskState.ACTIVE else None
