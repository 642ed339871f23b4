"""Taking waiting runs: who may start now, under the limits that all processes on the store share."""

from __future__ import annotations

from functools import partial

from kata_desktop.domain.errors import KataError
from kata_desktop.domain.run import Reason, Run, Source
from kata_desktop.domain.task import Task, TaskState
from kata_desktop.scheduler.engine.alerts import tell_once_over_budget, tell_writer, within_budget, writer_of
from kata_desktop.scheduler.engine.budgets import over_budget
from kata_desktop.scheduler.engine.firing import finish_task
from kata_desktop.scheduler.engine.pausing import pause_sentence
from kata_desktop.scheduler.engine.world import LEASE, Claimed, Told, World
from kata_desktop.scheduler.policy.decision import Planned
from kata_desktop.store import endings, journal, leases, pauses, runs, tasks
from kata_desktop.store.connection import Connection
from kata_desktop.store.errors import StoreTrouble

COUNTED = frozenset({Source.SCHEDULE, Source.CATCH_UP, Source.EVENT, Source.DEPENDENCY})
"""What `max_runs` counts: starts that nobody asked for one by one."""
_UNATTENDED = COUNTED | {Source.HEARTBEAT}
_LOOK_AHEAD = 16
_MOST = 16
"""After so many runs taken or refused the transaction ends."""


def claim_waiting(db: Connection, world: World, told: Told, *, places: int) -> None:
    """Claim the runs whose turn it is: at most `places` limited ones run at once, in all processes together."""
    paused = tuple(pauses.active(db, world.now))
    taken = 0
    while taken < _MOST:
        before = taken
        for run in leases.claimable(db, world.now, _LOOK_AHEAD, places=places):
            if _taken(db, run, world, told, paused):
                taken += 1
                if leases.limits_of(db, run.id)[0]:
                    break  # it may have filled a workspace or the whole computer: look anew
        if taken == before:
            return
    told.more = True


def _taken(db: Connection, run: Run, world: World, told: Told, paused: tuple[str, ...]) -> bool:
    """Start a waiting run, or end it because it may not start any more; False when it goes on waiting."""
    task: Task | None = None
    try:
        task = tasks.find(db, run.task_id)
        begun = run.attempt and leases.is_sliced(db, run.id)
        if task is not None and begun and pause_sentence(task, paused, world.held):
            return False  # it goes on after the pause
        refusal = _refusal(db, run, task, world, paused)
        if refusal is None:
            return task is not None and _claim(db, run, task, world, told)
    except StoreTrouble:
        raise
    except KataError as error:
        refusal = Planned(slot=run.slot, reason=Reason.FAILED, detail=error.sentence)
    assert refusal.reason is not None
    if endings.end_waiting(db, run.id, refusal.reason, refusal.detail, world.now):
        ended = runs.get(db, run.id)
        tell_writer(db, ended, world, told)
        told.run(ended)
    if refusal.spent is not None and task is not None:
        tell_once_over_budget(db, task, refusal.spent, world, told)
    return True


def _refusal(db: Connection, run: Run, task: Task | None, world: World, paused: tuple[str, ...]) -> Planned | None:
    """Why a waiting run may not start any more; None when it may."""
    no = partial(Planned, slot=run.slot)
    if task is None or (task.state is TaskState.DELETED and not run.test):
        return no(reason=Reason.CANCELLED, detail="The task was deleted.")
    if tasks.spec_of(db, run.task_id, run.revision).handler not in world.handlers:
        return no(reason=Reason.SKIPPED_PLUGIN_OFF, detail="The plugin that does this work is switched off.")
    unattended = run.source in _UNATTENDED or run.retries_used > 0
    if unattended and (why := pause_sentence(task, paused, world.held)):
        if run.attempt:
            return no(reason=Reason.FAILED, detail=f"{run.detail} It was not tried again: {why}".lstrip())
        return no(reason=Reason.SKIPPED_PAUSED, detail=why)
    if run.attempt:
        return None
    most = task.spec.max_runs
    if run.source in COUNTED and most is not None and task.started_runs >= most:
        return no(reason=Reason.SKIPPED_CONDITION, detail=f"The task had already had the {most} runs it was made for.")
    if spent := over_budget(db, task.id, task.spec, world.now, world.system_zone):
        return no(reason=Reason.SKIPPED_BUDGET, detail=spent.sentence, spent=spent)
    return None


def _claim(db: Connection, waiting: Run, task: Task, world: World, told: Told) -> bool:
    spec = tasks.spec_of(db, waiting.task_id, waiting.revision)
    run = leases.claim(db, waiting.id, world.boot_id, world.now, world.now + LEASE)
    if run is None:
        return False
    journal.add_step(db, run.id, run.attempt, _started(run), at=world.now)
    if run.attempt == 1:
        within_budget(db, task, world)
        if run.source in COUNTED:
            _count_start(db, task, world, told)
    last = journal.last_slice(db, run.id) if leases.is_sliced(db, run.id) else None
    told.claimed.append(
        Claimed(
            run=run,
            spec=spec,
            handler=world.handlers[spec.handler],
            last_output=runs.last_output(db, run.task_id),
            cursor=last.cursor if last else "",
            input_hash=last.input_hash if last else "",
        )
    )
    told.run(run)
    return True


def _count_start(db: Connection, task: Task, world: World, told: Told) -> None:
    started = tasks.count_start(db, task.id)
    if task.spec.max_runs is not None and started >= task.spec.max_runs and task.state is not TaskState.DELETED:
        counted = tasks.get(db, task.id)
        finish_task(db, counted, world)
        told.task(counted)


def _started(run: Run) -> str:
    if run.attempt > 1:
        return f"Attempt {run.attempt} started"
    if writer_of(run) is not None:
        return "Started by a message"
    return {
        Source.SCHEDULE: "Started on schedule",
        Source.CATCH_UP: "Started late: the computer was away",
        Source.MANUAL: "Started by you",
        Source.TEST: "Started as a test",
        Source.RETRY: "Started again",
        Source.EVENT: "Started by an event",
        Source.DEPENDENCY: "Started because another task finished",
        Source.HEARTBEAT: "Started as a heartbeat",
        Source.AGENT: "Started by an agent",
        Source.PLUGIN: "Started by a plugin",
        Source.MESSAGE: "Started by your reply",
    }[run.source]
