"""The end of a pause: what came due in it is recorded as skipped, and the schedule goes on from there."""

from __future__ import annotations

from datetime import datetime

from kata_desktop.domain.events import SchedulerChanged
from kata_desktop.domain.task import Task
from kata_desktop.scheduler.engine.firing import arm
from kata_desktop.scheduler.engine.recording import record
from kata_desktop.scheduler.engine.world import Told, World
from kata_desktop.scheduler.policy.deciding import decide
from kata_desktop.scheduler.policy.decision import Situation
from kata_desktop.store import agenda, pauses
from kata_desktop.store.connection import Connection
from kata_desktop.store.pauses import Pause


def lift(db: Connection, pause: Pause, at: datetime, world: World, told: Told) -> None:
    """End a pause as of `at`."""
    why = "All schedules were paused." if pause.scope == pauses.ALL else "The workspace was paused."
    for task in agenda.due_tasks(db, at):
        if pause.scope in {pauses.ALL, task.spec.workspace_id}:
            skip_until(db, task, at, why, world, told)
    pauses.clear(db, pause.scope)
    told.events.append(SchedulerChanged())


def skip_until(db: Connection, task: Task, at: datetime, why: str, world: World, told: Told) -> None:
    """Record the occurrences up to `at` as skipped and arm the next one after it."""
    if task.due_at is None or task.due_at > at:
        return
    decision = decide(task, Situation(now=at, system_zone=world.system_zone, paused=why))
    record(db, task, decision.rows, world, told)
    arm(db, task, decision.next_slot, decision.due_at, world)
    told.task(task)
