"""Taking back what waits: of a task that is deleted, of handlers that are switched off."""

from __future__ import annotations

from collections.abc import Collection

from kata_desktop.domain.events import TaskChange
from kata_desktop.domain.run import Reason
from kata_desktop.domain.task import Task, TaskState
from kata_desktop.scheduler.engine.world import Told, World
from kata_desktop.store import endings, journal, leases, outbox, runs, tasks, waiting
from kata_desktop.store.connection import Connection

PLUGIN_OFF = "The plugin that does this work is switched off."


def bury(db: Connection, task: Task, world: World, told: Told, why: str) -> None:
    """Delete a task: stop its runs with this sentence, drop what was not sent, keep its history."""
    for run in runs.open_of_task(db, task.id):
        leases.request_cancel(db, run.id)
        endings.end_waiting(db, run.id, Reason.CANCELLED, why, world.now)
        told.stop.append(run.id)
        told.why[run.id] = why
        told.run(runs.get(db, run.id))
    tasks.set_state(db, task.id, TaskState.DELETED, reason="", at=world.now)
    outbox.drop_unsent_of_task(db, task.id)
    told.task(task, TaskChange.DELETED)


def end_waiting_of(handlers: Collection[str], db: Connection, world: World, told: Told) -> None:
    """These handlers were switched off: what waits to begin is skipped, what waits to be tried again is cancelled.

    What is going is stopped by the process that drives it.
    """
    for run in waiting.for_handlers(db, handlers):
        begun = run.attempt > 0
        reason = Reason.CANCELLED if begun else Reason.SKIPPED_PLUGIN_OFF
        detail = f"{run.detail} {PLUGIN_OFF}".lstrip() if begun else PLUGIN_OFF
        if endings.end_waiting(db, run.id, reason, detail, world.now):
            journal.add_step(db, run.id, run.attempt, PLUGIN_OFF, at=world.now, ok=False)
            told.run(runs.get(db, run.id))
