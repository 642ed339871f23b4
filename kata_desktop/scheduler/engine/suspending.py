"""The beginning of a pause: what came due before it is recorded under the rules of then, not as skipped by the pause.

That is so after a jump of the clock, a sleep or a full disk, when the pause is quicker than the engine's next look.
"""

from __future__ import annotations

from kata_desktop.domain.run import Reason, Source
from kata_desktop.domain.task import Task, TaskState
from kata_desktop.scheduler.engine.arming import settled
from kata_desktop.scheduler.engine.world import Told, World
from kata_desktop.store import agenda, endings, runs
from kata_desktop.store.connection import Connection


def settle_before_pause(db: Connection, workspace_id: str, world: World, told: Told) -> None:
    """Record what has come due in a workspace, or in all when it is empty.

    What waits to be caught up then is refused when its turn comes, as everything that waits in a pause.
    """
    for task in agenda.due_tasks(db, world.now):
        if workspace_id in ("", task.spec.workspace_id):
            _settled(db, task, world, told)


def settled_before_pause(db: Connection, task: Task, world: World, told: Told) -> Task:
    """The task after what had come due of it was recorded; it is finished when that was its last occurrence."""
    after = _settled(db, task, world, told)
    if after.state is TaskState.FINISHED:
        _hold_the_last(db, after, world, told)
    return after


def _settled(db: Connection, task: Task, world: World, told: Told) -> Task:
    # only a process that has the handler can tell whether it is on
    return settled(db, task, world, told) if task.spec.handler in world.handlers else task


def _hold_the_last(db: Connection, task: Task, world: World, told: Told) -> None:
    """What is finished cannot be paused, so its last run is told now that it may not start."""
    for run in runs.open_of_task(db, task.id):
        waits = run.attempt == 0 and run.source in (Source.SCHEDULE, Source.CATCH_UP)
        if waits and endings.end_waiting(db, run.id, Reason.SKIPPED_PAUSED, "The task was paused.", world.now):
            told.run(runs.get(db, run.id))
