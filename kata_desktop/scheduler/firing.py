"""From due occurrences to history rows: the transaction that inserts the run and arms the next slot together."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta

from kata_desktop.domain.errors import Bug, KataError
from kata_desktop.domain.task import Task, TaskState
from kata_desktop.scheduler.budgets import over_budget
from kata_desktop.scheduler.occurrences import local_key
from kata_desktop.scheduler.pausing import pause_sentence
from kata_desktop.scheduler.policy import Decision, OpenRun, Situation, decide, upcoming_slot
from kata_desktop.scheduler.recording import record
from kata_desktop.scheduler.world import Told, World
from kata_desktop.store import pauses, runs, tasks
from kata_desktop.store.connection import Connection

_log = logging.getLogger(__name__)

BATCH = 64
"""Tasks handled in one transaction: enough to share a commit, short enough for the writer thread."""


def fire_due(db: Connection, world: World, told: Told) -> None:
    """Record every occurrence that has come due, at most `BATCH` tasks; `told.more` when there are others."""
    due = tasks.due(db, world.now, BATCH)
    if not due:
        return
    paused = pauses.active(db, world.now)
    for task in due:
        try:
            decision = decide(task, _situation(db, task, world, paused, told.late))
        except (KataError, Bug):
            _log.exception("The next occurrence of task %s cannot be worked out", task.id)
            _stop_standing_still(db, task, world, told)
            continue
        if decision.next_slot is not None and decision.due_at is not None and decision.due_at <= world.now:
            _stop_standing_still(db, task, world, told)
            continue
        record(db, task, decision.rows, world, told)
        told.cancel.extend(decision.cancel)
        _arm(db, task, decision, world)
        told.task(task)
    told.more = len(due) == BATCH


def _situation(db: Connection, task: Task, world: World, paused: Iterable[str], late: int) -> Situation:
    return Situation(
        now=world.now,
        system_zone=world.system_zone,
        paused=pause_sentence(task, paused),
        handler_on=task.spec.handler in world.handlers,
        over_budget=over_budget(db, task.id, task.spec, world.now, world.system_zone),
        open_runs=tuple(OpenRun(id=run.id, started=run.attempt > 0) for run in runs.open_of_task(db, task.id)),
        catch_ups_before=late,
    )


def _stop_standing_still(db: Connection, task: Task, world: World, told: Told) -> None:
    """The next occurrence must lie in the future; anything else is our error, and one task pays for it, not all."""
    reason = "Its next run could not be worked out, so it was paused; open it, check when it runs and save it."
    tasks.set_state(db, task.id, TaskState.PAUSED, reason=reason, at=world.now)
    tasks.set_next(db, task.id, None, None)
    told.task(task)


def _arm(db: Connection, task: Task, decision: Decision, world: World) -> None:
    tasks.set_next(db, task.id, decision.next_slot, decision.due_at)
    if decision.finished:
        finish_task(db, task, world)


def finish_task(db: Connection, task: Task, world: World) -> None:
    """No occurrence is left: keep the task, say so."""
    tasks.set_next(db, task.id, None, None)
    if task.state is not TaskState.DELETED:
        tasks.set_state(db, task.id, TaskState.FINISHED, reason="It has no further run.", at=world.now)


def rearm(db: Connection, world: World, told: Told, *, zone: str = "") -> None:
    """Work out the next slots anew: the clock was set back, or the computer's zone changed (`zone` = "system").

    An occurrence that has its row never gets another one.
    """
    for task in tasks.armed(db, zone=zone):
        slot, due = upcoming_slot(task, world.now - timedelta(microseconds=1), world.system_zone)
        while slot is not None and runs.exists(
            db, task.id, slot, local_key(task.spec.trigger, slot, world.system_zone)
        ):
            slot, due = upcoming_slot(task, slot, world.system_zone)
        if (slot, due) == (task.next_slot, task.due_at):
            continue
        _arm(db, task, Decision(next_slot=slot, due_at=due), world)
        told.task(task)
