"""From a planned row to the history: one row per occurrence, inserted once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kata_desktop.domain.ids import new_id
from kata_desktop.domain.run import Reason, Run, RunState, Source
from kata_desktop.domain.task import Task
from kata_desktop.scheduler.engine.alerts import tell_once_over_budget
from kata_desktop.scheduler.engine.world import Told, World
from kata_desktop.scheduler.occurrences.slots import local_key
from kata_desktop.scheduler.policy.decision import Planned
from kata_desktop.store import runs
from kata_desktop.store.connection import Connection


def record(
    db: Connection, task: Task, rows: Iterable[Planned], world: World, told: Told, *, arguments: str = ""
) -> list[Run]:
    """Insert history rows, those that run with these arguments; an occurrence that has its row is left as it is."""
    inserted: list[Run] = []
    previous = ""
    for planned in rows:
        run = _run(task, planned, world, arguments)
        place = _placement(task, planned, previous, world)
        if run.reason is not None and (extended := runs.extend_skip(db, run, place.local_key)):
            told.run(replace(run, id=extended))
        elif runs.insert(db, run, place):
            inserted.append(run)
            previous = run.id
            told.run(run)
        else:
            continue
        _count(run, told)
        if planned.spent is not None:
            tell_once_over_budget(db, task, planned.spent, world, told)
    return inserted


def _count(run: Run, told: Told) -> None:
    if run.source is Source.CATCH_UP and run.reason is None:
        told.late += 1
    if run.reason in {Reason.MISSED, Reason.EXPIRED}:
        told.missed += run.count


def _run(task: Task, planned: Planned, world: World, arguments: str) -> Run:
    done = planned.reason is not None
    return Run(
        id=new_id("run"),
        task_id=task.id,
        task_name=task.spec.name,
        workspace_id=task.spec.workspace_id,
        revision=task.revision,
        slot=planned.slot,
        source=planned.source,
        state=RunState.DONE if done else RunState.QUEUED,
        reason=planned.reason,
        detail=planned.detail,
        count=planned.count,
        first_slot=planned.first_slot,
        available_at=planned.available_at or world.now,
        created_at=world.now,
        finished_at=world.now if done else None,
        arguments="" if done else arguments,
    )


def _placement(task: Task, planned: Planned, previous: str, world: World) -> runs.Placement:
    handler = world.handlers.get(task.spec.handler)
    scheduled = planned.source in {Source.SCHEDULE, Source.CATCH_UP} and planned.count == 1
    return runs.Placement(
        local_key=local_key(task.spec.trigger, planned.slot, world.system_zone) if scheduled else None,
        after_run=previous if planned.after_previous else planned.after_run,
        limited=handler is None or handler.limited,
        sliced=handler is not None and handler.sliced,
    )
