"""Deleting a task, and taking that back while it can be taken back."""

from __future__ import annotations

from datetime import timedelta

from kata_desktop.domain.errors import NotFound, Refused
from kata_desktop.domain.events import TaskChange
from kata_desktop.domain.task import Task
from kata_desktop.scheduler.core import Core
from kata_desktop.scheduler.engine.arming import with_free_name
from kata_desktop.scheduler.engine.withdrawing import bury
from kata_desktop.scheduler.engine.world import Told, World
from kata_desktop.store import runs, stand_ins, tasks
from kata_desktop.store.connection import Connection

UNDO = timedelta(seconds=10)
"""How long a deletion can be undone."""


class Deletions:
    """Remembers the tasks that were deleted in this process as they were before."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._before: dict[str, Task] = {}

    async def delete(self, task_id: str, *, confirm_running: bool) -> None:
        """See `TaskVerbs.delete`."""

        def work(db: Connection, world: World, told: Told) -> Task:
            task = stand_ins.get(db, task_id)
            if task.principal.startswith("channel:") and not task.unreadable:
                raise Refused(
                    f"“{task.spec.name}” belongs to a channel and cannot be deleted; pause it, or switch the channel "
                    "off under Plugins."
                )
            going = runs.open_of_task(db, task_id)
            if any(run.state == "running" for run in going) and not confirm_running:
                raise Refused(f"“{task.spec.name}” is running; stop it first, or confirm that it may be stopped.")
            bury(db, task, world, told, "The task was deleted.")
            if task.unreadable:
                stand_ins.disown(db, task_id)
            return task

        self._before[task_id] = await self._core.transact(work)

    async def restore(self, task_id: str) -> Task:
        """See `TaskVerbs.restore`."""
        before = self._before.get(task_id)

        def work(db: Connection, world: World, told: Told) -> Task:
            task = stand_ins.find(db, task_id)
            if before is None or task is None or world.now - (task.state_since or world.now) > UNDO:
                raise NotFound("deleted task", task_id)
            with_free_name(db, task.spec, task_id, given=True)
            tasks.set_state(db, task_id, before.state, reason=before.state_reason, at=before.state_since or world.now)
            told.task(task, TaskChange.CREATED)
            return stand_ins.get(db, task_id)

        restored = await self._core.transact(work)
        self._before.pop(task_id, None)  # not before: what the store or a name refused can be tried again
        return restored
