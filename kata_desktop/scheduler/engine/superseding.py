"""Runs that make room for a newer occurrence of their task."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from kata_desktop.domain.run import Reason, Run, RunState
from kata_desktop.domain.task import Task, TaskState
from kata_desktop.scheduler.engine.alerts import count_failure
from kata_desktop.scheduler.engine.world import Told, World
from kata_desktop.store import endings, journal, leases, runs
from kata_desktop.store.connection import Connection


def waits_to_repeat(run: Run) -> bool:
    """Whether a run only waits for another try, which the next occurrence of its task makes needless.

    One that was given something of its own (a reply, arguments) is not what the next occurrence does.
    """
    failed = run.attempt > 0 and run.error_kind != ""
    restarted = run.attempt == 0 and run.retries_used > 0
    return run.state is RunState.QUEUED and (failed or restarted) and not run.arguments


def beyond_next(task: Task, run: Run, at: datetime) -> bool:
    """Whether the next occurrence of a task comes before `at` and does what `run` was to do."""
    if run.arguments or task.state is not TaskState.ACTIVE or task.next_slot is None:
        return False
    return at >= task.next_slot


def give_way(db: Connection, task: Task, older: Iterable[Run], world: World, told: Told) -> None:
    """End waiting runs as superseded, and have going ones stopped by the process that drives them."""
    for run in older:
        detail = f"{run.detail} Its next occurrence took its place.".lstrip()
        if endings.end_waiting(db, run.id, Reason.SUPERSEDED, detail, world.now):
            journal.add_step(db, run.id, run.attempt, "Its next occurrence took its place", at=world.now, ok=False)
            ended = runs.get(db, run.id)
            told.run(ended)
            if run.attempt and run.error_kind:
                count_failure(db, task, ended, detail, world, told)
        else:
            leases.request_cancel(db, run.id, newer=True)
            told.cancel.append(run.id)
