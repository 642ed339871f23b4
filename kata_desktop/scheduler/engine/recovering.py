"""Runs whose process died, or lost its lease: ended truthfully, and started again where nothing can happen twice."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from kata_desktop.domain.ids import new_id
from kata_desktop.domain.notification import NotificationKind
from kata_desktop.domain.run import Reason, Run, RunState, Source
from kata_desktop.domain.task import Task, TaskState
from kata_desktop.domain.trigger import EventType
from kata_desktop.scheduler.engine.alerts import message, queue, tell_writer
from kata_desktop.scheduler.engine.listening import start_listeners
from kata_desktop.scheduler.engine.superseding import beyond_next
from kata_desktop.scheduler.engine.world import LEASE, Told, World
from kata_desktop.scheduler.policy.catching_up import WAKE_DELAY
from kata_desktop.store import endings, journal, leases, runs, stand_ins, tasks
from kata_desktop.store.connection import Connection
from kata_desktop.store.errors import SpecUnreadable

MOST_INTERRUPTIONS = 20
"""Ends of the process after which a message is given up: it may be what ends it."""
_KILLED = "Kata ended in the middle of it"
_STOPPED = "Kata was ended while it went on"
_SILENT = "The process that worked on it no longer answered"
_STRAY = "Kata lost hold of it through an error of its own"


def recover(db: Connection, world: World, told: Told, dead_boots: list[str]) -> None:
    """Settle the runs of dead boots, and those whose process let its lease expire while the clocks ran evenly."""
    for run in leases.lost(db, dead_boots) if dead_boots else []:
        _take(db, run, world, told, _KILLED)
    if world.steady:
        for run in leases.expired(db, world.now, world.boot_id):
            _take(db, run, world, told, _SILENT)


def recover_own(db: Connection, world: World, told: Told, ids: Collection[str], *, in_order: bool = False) -> None:
    """Settle runs of this boot that nobody drives any more; `in_order` when that is because it signs off."""
    for run_id in sorted(ids):
        _take(db, runs.get(db, run_id), world, told, _STOPPED if in_order else _STRAY)


def _take(db: Connection, run: Run, world: World, told: Told, cause: str) -> None:
    began, until = _life(db, run, world, cause)
    if not leases.take_back(db, run, worked=until - began):
        return
    endings.end_attempt(db, run.id, run.attempt, outcome="interrupted", now=until, error=f"{cause}.")
    if _settle(db, run, world, told, cause):
        tell_writer(db, runs.get(db, run.id), world, told)
        ended = runs.get(db, run.id)
        if not run.test:
            start_listeners(db, world, told, EventType.TASK_FINISHED, source=run.task_id, value=ended.status)
    told.run(runs.get(db, run.id))


def _life(db: Connection, run: Run, world: World, cause: str) -> tuple[datetime, datetime]:
    """From when to when its attempt worked: what was killed, at least until its last sign of life."""
    life = journal.life_of_attempt(db, run.id, run.attempt, LEASE)
    if life is None:
        return world.now, world.now
    began, sign = life
    until = world.now if cause in (_STOPPED, _STRAY) else min(sign, world.now)
    return began, max(began, until)


def _settle(db: Connection, run: Run, world: World, told: Told, cause: str) -> bool:
    """Decide what becomes of a run whose process is gone; True when it has ended and nothing goes on in its place."""
    effects = journal.effects(db, run.id)
    if effects:
        done = [f"{step.text}{'' if step.ok else ' (begun)'}" for step in effects]
        _needs_review(db, run, f"{cause}, after something that cannot be repeated: {'; '.join(done)}.", world, told)
        return True
    if run.cancel_requested:
        newer = leases.makes_room(db, run.id)
        reason = Reason.SUPERSEDED if newer else Reason.CANCELLED
        sentence = "A newer occurrence took its place." if newer else "You stopped it."
        return endings.end_waiting(db, run.id, reason, sentence, world.now)
    if leases.is_sliced(db, run.id) and _goes_on(db, run, cause):
        journal.add_step(db, run.id, run.attempt, f"{cause}; it goes on from the last step", at=world.now, ok=False)
        return False
    if run.source is Source.MESSAGE and not run.test and _answered_later(db, run):
        journal.add_step(db, run.id, run.attempt, f"{cause}; it is answered again", at=world.now, ok=False)
        return False
    return _interrupted(db, run, world, told, cause)


def _answered_later(db: Connection, run: Run) -> bool:
    """Somebody waits for an answer, and our own end is not their fault: it uses up no retry."""
    task = stand_ins.find(db, run.task_id)
    if task is None or task.state is TaskState.DELETED:
        return False
    return journal.interruptions(db, run.id) <= MOST_INTERRUPTIONS


def _goes_on(db: Connection, run: Run, cause: str) -> bool:
    """Sliced work resumes as long as it gets on; what ends the process again and again at the same step does not."""
    last = journal.last_slice(db, run.id)
    if cause == _STOPPED or (last is not None and last.attempt == run.attempt):
        return True
    leases.count_retry(db, run.id)
    return run.retries_used < _retries(db, run)


def _needs_review(db: Connection, run: Run, what: str, world: World, told: Told) -> None:
    detail = f"{what} Look at it and decide."
    journal.add_step(db, run.id, run.attempt, detail, at=world.now, ok=False)
    endings.end_waiting(db, run.id, Reason.NEEDS_REVIEW, detail, world.now)
    title = f"{run.task_name} needs your review"
    queue(db, message(NotificationKind.ATTENTION, f"{run.id}:review", title, detail, world, run=run), told)


def _interrupted(db: Connection, run: Run, world: World, told: Told, cause: str) -> bool:
    task = stand_ins.find(db, run.task_id)
    begin = world.now + WAKE_DELAY
    again = task is not None and _may_start_again(db, run, task, begin)
    detail = f"{cause}; {'it was started again' if again else 'it was not started again'}."
    journal.add_step(db, run.id, run.attempt, detail, at=world.now, ok=False)
    endings.end_waiting(db, run.id, Reason.INTERRUPTED, detail, world.now)
    if task is not None and again:
        _start_again(db, run, task, begin, world, told)
    return not again


def _may_start_again(db: Connection, run: Run, task: Task, begin: datetime) -> bool:
    """Not when its next occurrence comes first, and not more often than a failure would be retried."""
    if run.test or run.source is Source.MESSAGE or task.state is TaskState.DELETED or task.unreadable:
        return False
    if beyond_next(task, run, begin):
        return False
    return run.retries_used < _retries(db, run)


def _retries(db: Connection, run: Run) -> int:
    try:
        return tasks.spec_of(db, run.task_id, run.revision).retry.retries
    except SpecUnreadable:  # it could not be started either
        return 0


def _start_again(db: Connection, run: Run, task: Task, begin: datetime, world: World, told: Told) -> None:
    retry = Run(
        id=new_id("run"),
        task_id=task.id,
        task_name=run.task_name,
        workspace_id=run.workspace_id,
        revision=run.revision,
        slot=runs.free_slot(db, task.id, world.now),
        source=Source.RETRY,
        state=RunState.QUEUED,
        available_at=begin,
        created_at=world.now,
        session_id=run.session_id,
        arguments=run.arguments,
        retries_used=run.retries_used + 1,
    )
    limited, _ = leases.limits_of(db, run.id)
    runs.insert(db, retry, runs.Placement(limited=limited, sliced=leases.is_sliced(db, run.id)))
    told.run(retry)
