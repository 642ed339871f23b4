"""Runs that somebody asks for: recorded under a slot of their own, counted towards nothing."""

from __future__ import annotations

from datetime import timedelta

from kata_desktop.domain.errors import Refused
from kata_desktop.domain.ids import new_id
from kata_desktop.domain.journal import StepKind
from kata_desktop.domain.run import Reason, Run, RunState, Source
from kata_desktop.domain.task import Task
from kata_desktop.scheduler.engine.budgets import over_budget
from kata_desktop.scheduler.engine.world import Told, World
from kata_desktop.store import endings, journal, leases, runs
from kata_desktop.store.connection import Connection

_GOES_ON = frozenset({Reason.CANCELLED, Reason.FAILED, Reason.TIMED_OUT, Reason.INTERRUPTED, Reason.ABANDONED})
"""Ends after which sliced work, asked for again, goes on from its last step."""


def start_run(
    db: Connection,
    task: Task,
    source: Source,
    world: World,
    told: Told,
    *,
    arguments: str = "",
    session_id: str = "",
    test: bool = False,
    after: timedelta = timedelta(0),
) -> Run:
    """Queue a run; raises `Refused` when its handler is off or a quota is used up."""
    handler = world.handlers.get(task.spec.handler)
    if handler is None:
        raise Refused(f"The plugin that does the work of “{task.spec.name}” is switched off; switch it on first.")
    if spent := over_budget(db, task.id, task.spec, world.now, world.system_zone):
        raise Refused(spent.sentence)
    run = Run(
        id=new_id("run"),
        task_id=task.id,
        task_name=task.spec.name,
        workspace_id=task.spec.workspace_id,
        revision=task.revision,
        slot=runs.free_slot(db, task.id, world.now),
        source=source,
        state=RunState.QUEUED,
        available_at=world.now + after,
        created_at=world.now,
        session_id=session_id,
        arguments=arguments,
        test=test or source is Source.TEST,
    )
    runs.insert(db, run, runs.Placement(limited=handler.limited, sliced=handler.sliced))
    told.run(run)
    told.task(task)
    return run


def stop_run(db: Connection, run: Run, world: World, told: Told, why: str = "You stopped it.") -> None:
    """Stop a run: at once if it waits, by the process that drives it if it is going; harmless when it has ended."""
    leases.request_cancel(db, run.id)
    if endings.end_waiting(db, run.id, Reason.CANCELLED, why, world.now):
        journal.add_step(db, run.id, run.attempt, why, at=world.now, ok=False)
        told.run(runs.get(db, run.id))
    told.stop.append(run.id)
    told.why[run.id] = why


def take_over_steps(db: Connection, before: Run, run: Run, world: World) -> None:
    """Let sliced work that was asked for again go on where the run before it stood."""
    last = journal.last_slice(db, before.id)
    if last is None or before.reason not in _GOES_ON or not leases.is_sliced(db, run.id):
        return
    journal.add_step(
        db,
        run.id,
        0,
        f"Goes on after “{last.text}”",
        at=world.now,
        kind=StepKind.SLICE,
        input_hash=last.input_hash,
        cursor=last.cursor,
    )
