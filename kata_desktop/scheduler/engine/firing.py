"""From due occurrences to history rows: the transaction that inserts the run and arms the next slot together."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from datetime import datetime

from kata_desktop.domain.errors import Bug, KataError
from kata_desktop.domain.run import Run, RunState
from kata_desktop.domain.task import Task, TaskState
from kata_desktop.scheduler.engine.alerts import tell_paused
from kata_desktop.scheduler.engine.budgets import over_budget
from kata_desktop.scheduler.engine.pausing import pause_sentence
from kata_desktop.scheduler.engine.recording import record
from kata_desktop.scheduler.engine.superseding import give_way, waits_to_repeat
from kata_desktop.scheduler.engine.world import Told, World
from kata_desktop.scheduler.policy.deciding import decide
from kata_desktop.scheduler.policy.decision import OpenRun, Situation
from kata_desktop.store import agenda, pauses, runs, tasks
from kata_desktop.store.connection import Connection
from kata_desktop.store.errors import SpecUnreadable, StoreTrouble

_log = logging.getLogger(__name__)


def fire_all(db: Connection, due: Sequence[str], world: World, told: Told) -> None:
    """Record every occurrence that has come due of these tasks."""
    paused = tuple(pauses.active(db, world.now))
    for task_id in due:
        fire(db, task_id, world, told, paused)


def fire(db: Connection, task_id: str, world: World, told: Told, paused: Collection[str]) -> None:
    """Record what has come due of one task, and arm its next occurrence.

    What cannot be worked out is our error, or a hand's in the store: one task pays for it, not all.
    """
    try:
        task = tasks.get(db, task_id)
        going = runs.open_of_task(db, task_id)
        repeats = [run for run in going if waits_to_repeat(run)]
        decision = decide(task, _situation(db, task, world, paused, told.late, going, repeats))
        if decision.due_at is not None and decision.due_at <= world.now:
            raise Bug(f"the next occurrence of task {task_id} lies in the past")
    except StoreTrouble:
        raise
    except SpecUnreadable as error:
        _log.warning("Task %s was paused: %s", task_id, error)
        tasks.count_failure(db, task_id)  # it is among what needs a look
        _stop_standing_still(db, task_id, world, told, error.sentence)
        return
    except (KataError, Bug):
        _log.exception("The next occurrence of task %s cannot be worked out", task_id)
        _stop_standing_still(db, task_id, world, told, "Open it, check when it runs and save it.")
        return
    begun = [run for run in record(db, task, decision.rows, world, told) if run.state is not RunState.DONE]
    if begun:
        replaced = [run for run in going if run.id in decision.cancel]
        give_way(db, task, [*repeats, *replaced], world, told)
    arm(db, task, decision.next_slot, decision.due_at, world)
    told.task(task)


def _situation(
    db: Connection,
    task: Task,
    world: World,
    paused: Collection[str],
    late: int,
    going: list[Run],
    repeats: list[Run],
) -> Situation:
    return Situation(
        now=world.now,
        system_zone=world.system_zone,
        paused=pause_sentence(task, paused, world.held),
        handler_on=task.spec.handler in world.handlers,
        spent=over_budget(db, task.id, task.spec, world.now, world.system_zone),
        open_runs=tuple(OpenRun(id=run.id, started=run.attempt > 0) for run in going if run not in repeats),
        catch_ups_before=late,
    )


def _stop_standing_still(db: Connection, task_id: str, world: World, told: Told, advice: str) -> None:
    reason = f"Its next run could not be worked out, so it was paused. {advice}"
    tasks.set_state(db, task_id, TaskState.PAUSED, reason=reason, at=world.now)
    agenda.set_next(db, task_id, None, None)
    tell_paused(db, task_id, tasks.label(db, task_id), reason, world, told)


def arm(db: Connection, task: Task, slot: datetime | None, due: datetime | None, world: World) -> None:
    """Set the next occurrence; without one the task is finished."""
    if slot is None:
        finish_task(db, task, world)
    else:
        agenda.set_next(db, task.id, slot, due)


def finish_task(db: Connection, task: Task, world: World) -> None:
    """No occurrence is left: keep the task, say so."""
    agenda.set_next(db, task.id, None, None)
    if task.state is not TaskState.DELETED:
        tasks.set_state(db, task.id, TaskState.FINISHED, reason="It has no further run.", at=world.now)
