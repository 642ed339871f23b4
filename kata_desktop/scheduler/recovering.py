"""Runs whose process died, or lost its lease: ended truthfully, and started again where nothing can happen twice."""

from __future__ import annotations

from kata_desktop.domain.ids import new_id
from kata_desktop.domain.notification import NotificationKind
from kata_desktop.domain.run import Reason, Run, RunState, Source
from kata_desktop.domain.task import Task, TaskSpec, TaskState
from kata_desktop.scheduler.alerts import message
from kata_desktop.scheduler.policy import WAKE_DELAY
from kata_desktop.scheduler.world import Told, World
from kata_desktop.store import journal, outbox, runs, tasks
from kata_desktop.store.connection import Connection

_CAUSE = "Kata ended in the middle of it"


def recover(db: Connection, world: World, told: Told, dead_boots: list[str], *, own: bool = False) -> None:
    """Settle the runs of dead boots and expired leases. With `own`, those of this boot too: it is about to end."""
    for run in runs.lost(db, world.now, dead_boots, "" if own else world.boot_id):
        if runs.take_back(db, run):
            runs.end_attempt(db, run.id, run.attempt, outcome="interrupted", now=world.now, error=f"{_CAUSE}.")
            _settle(db, run, world, told)


def _settle(db: Connection, run: Run, world: World, told: Told) -> None:
    effects = journal.effects(db, run.id)
    if effects:
        _needs_review(db, run, [f"{step.text}{'' if step.ok else ' (begun)'}" for step in effects], world)
    elif run.cancel_requested:
        runs.end_waiting(db, run.id, Reason.CANCELLED, "You stopped it.", world.now)
    elif runs.is_sliced(db, run.id):
        journal.add_step(db, run.id, run.attempt, f"{_CAUSE}; it goes on from the last step", at=world.now, ok=False)
        told.run(runs.get(db, run.id))
        return
    else:
        _interrupted(db, run, world, told)
    told.run(runs.get(db, run.id))


def _needs_review(db: Connection, run: Run, done: list[str], world: World) -> None:
    detail = f"{_CAUSE}, after something that cannot be repeated: {'; '.join(done)}. Look at it and decide."
    journal.add_step(db, run.id, run.attempt, detail, at=world.now, ok=False)
    runs.end_waiting(db, run.id, Reason.NEEDS_REVIEW, detail, world.now)
    title = f"{run.task_name} needs your review"
    item = message(NotificationKind.ATTENTION, f"{run.id}:review", title, detail, world, run=run)
    outbox.add(db, item)


def _interrupted(db: Connection, run: Run, world: World, told: Told) -> None:
    task = tasks.find(db, run.task_id)
    again = task is not None and _may_start_again(run, task, tasks.spec_of(db, run.task_id, run.revision))
    detail = f"{_CAUSE}; {'it was started again' if again else 'it was not started again'}."
    journal.add_step(db, run.id, run.attempt, detail, at=world.now, ok=False)
    runs.end_waiting(db, run.id, Reason.INTERRUPTED, detail, world.now)
    if task is not None and again:
        _start_again(db, run, task, world, told)


def _may_start_again(run: Run, task: Task, spec: TaskSpec) -> bool:
    return not run.test and task.state is not TaskState.DELETED and run.retries_used < spec.retry.retries


def _start_again(db: Connection, run: Run, task: Task, world: World, told: Told) -> None:
    retry = Run(
        id=new_id("run"),
        task_id=task.id,
        task_name=run.task_name,
        workspace_id=run.workspace_id,
        revision=run.revision,
        slot=runs.free_slot(db, task.id, world.now),
        source=Source.RETRY,
        state=RunState.QUEUED,
        available_at=world.now + WAKE_DELAY,
        created_at=world.now,
        session_id=run.session_id,
        arguments=run.arguments,
        retries_used=run.retries_used + 1,
    )
    limited, _ = runs.limits_of(db, run.id)
    runs.insert(db, retry, runs.Placement(limited=limited))
    told.run(retry)
