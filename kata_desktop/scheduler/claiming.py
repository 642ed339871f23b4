"""Taking waiting runs: who may start now, under the limits that all processes on the store share."""

from __future__ import annotations

from datetime import timedelta

from kata_desktop.domain.run import Reason, Run, Source
from kata_desktop.domain.task import TaskState
from kata_desktop.scheduler.firing import finish_task
from kata_desktop.scheduler.pausing import pause_sentence
from kata_desktop.scheduler.world import Claimed, Told, World
from kata_desktop.store import journal, pauses, runs, tasks
from kata_desktop.store.connection import Connection

LEASE = timedelta(seconds=90)
"""How long a claim holds without being renewed."""
_LOOK_AHEAD = 64
_SCHEDULED = frozenset({Source.SCHEDULE, Source.CATCH_UP})
_UNATTENDED = _SCHEDULED | {Source.EVENT, Source.DEPENDENCY, Source.HEARTBEAT}


def claim_waiting(db: Connection, world: World, told: Told, *, places: int) -> None:
    """Claim the runs whose turn it is: at most `places` limited ones run at once, in all processes together."""
    waiting = runs.claimable(db, world.now, _LOOK_AHEAD)
    if not waiting:
        return
    running = runs.running_limited(db)
    paused = pauses.active(db, world.now)
    for run in waiting:
        limited, in_workspace = runs.limits_of(db, run.id)
        here = running.get(run.workspace_id, 0)
        if limited and (sum(running.values()) >= places or here >= in_workspace):
            continue
        if _refused(db, run, world, told, tuple(paused)):
            continue
        claimed = _claim(db, run, world, told)
        if claimed is not None and limited:
            running[run.workspace_id] = here + 1
    told.more = told.more or (len(waiting) == _LOOK_AHEAD and bool(told.claimed))


def _refused(db: Connection, run: Run, world: World, told: Told, paused: tuple[str, ...]) -> bool:
    """End a waiting run that may not start any more, with the reason in its row."""
    task = tasks.find(db, run.task_id)
    if task is None or (task.state is TaskState.DELETED and not run.test):
        return _end(db, run, Reason.CANCELLED, "The task was deleted.", world, told)
    if task.spec.handler not in world.handlers:
        detail = "The plugin that does this work is switched off."
        return _end(db, run, Reason.SKIPPED_PLUGIN_OFF, detail, world, told)
    if run.source in _UNATTENDED and run.attempt == 0 and (why := pause_sentence(task, paused)):
        return _end(db, run, Reason.SKIPPED_PAUSED, why, world, told)
    most = task.spec.max_runs
    if run.source in _SCHEDULED and run.attempt == 0 and most is not None and task.started_runs >= most:
        detail = f"The task had already had the {most} runs it was made for."
        return _end(db, run, Reason.SKIPPED_CONDITION, detail, world, told)
    return False


def _end(db: Connection, run: Run, reason: Reason, detail: str, world: World, told: Told) -> bool:
    if runs.end_waiting(db, run.id, reason, detail, world.now):
        told.run(runs.get(db, run.id))
    return True


def _claim(db: Connection, waiting: Run, world: World, told: Told) -> Claimed | None:
    run = runs.claim(db, waiting.id, world.boot_id, world.now, world.now + LEASE)
    if run is None:
        return None
    spec = tasks.spec_of(db, run.task_id, run.revision)
    journal.add_step(db, run.id, run.attempt, _started(run), at=world.now)
    if run.source in _SCHEDULED and run.attempt == 1:
        _count_start(db, run, world, told)
    last = journal.last_slice(db, run.id) if runs.is_sliced(db, run.id) else None
    claimed = Claimed(
        run=run,
        spec=spec,
        last_output=runs.last_output(db, run.task_id),
        cursor=last.cursor if last else "",
        input_hash=last.input_hash if last else "",
    )
    told.claimed.append(claimed)
    told.run(run)
    return claimed


def _count_start(db: Connection, run: Run, world: World, told: Told) -> None:
    started = tasks.count_start(db, run.task_id)
    task = tasks.get(db, run.task_id)
    if task.spec.max_runs is not None and started >= task.spec.max_runs:
        finish_task(db, task, world)
        told.task(task)


def _started(run: Run) -> str:
    if run.attempt > 1:
        return f"Attempt {run.attempt} started"
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
