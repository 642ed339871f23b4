"""Events that start tasks: matching, debouncing, rate limits; recorded like any other occurrence."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from kata_desktop.domain.run import Reason, Source
from kata_desktop.domain.task import OutsideHours, Task
from kata_desktop.domain.trigger import Event, EventType
from kata_desktop.scheduler.engine.budgets import over_budget
from kata_desktop.scheduler.engine.event_text import arguments_of, told_lines, with_more
from kata_desktop.scheduler.engine.firing import finish_task
from kata_desktop.scheduler.engine.pausing import pause_sentence
from kata_desktop.scheduler.engine.recording import record
from kata_desktop.scheduler.engine.superseding import give_way
from kata_desktop.scheduler.engine.world import Told, World
from kata_desktop.scheduler.hours import outside_hours, window_start, zone_of
from kata_desktop.scheduler.policy.admission import admit
from kata_desktop.scheduler.policy.decision import OpenRun, Planned, Situation
from kata_desktop.store import agenda, pauses, runs, usage, waiting
from kata_desktop.store.connection import Connection

DEBOUNCE_MOST = 10
"""Times the quiet time after which a run starts although events never cease."""


def matches(trigger: Event, source: str, value: str) -> bool:
    """Whether an event from `source` with `value` (a path, a status, a text) is one that the trigger names."""
    if trigger.source and trigger.source != source:
        return False
    if not trigger.filter or trigger.filter == "any":
        return True
    if trigger.type == EventType.TASK_FINISHED and trigger.filter == "failed":
        return value in {"failed", "timed-out", "interrupted", "needs-review"}
    if trigger.type == EventType.CHANNEL_MESSAGE:  # people write: anywhere in a line, in any letter case
        wanted = f"*{trigger.filter.casefold()}*"
        return any(fnmatchcase(part.casefold(), wanted) for part in value.split("\n"))
    return any(fnmatchcase(part, trigger.filter) for part in value.split("\n"))


def start_listeners(
    db: Connection,
    world: World,
    told: Told,
    event_type: str,
    *,
    source: str = "",
    value: str = "",
    workspace_id: str = "",
) -> None:
    """Record a run for every task that this event starts; one matching line of `value` is enough.

    With a workspace it concerns the tasks of that one alone.
    """
    listeners = agenda.listening(db, event_type)
    if not listeners:
        return
    paused = tuple(pauses.active(db, world.now))
    for task in listeners:
        trigger = task.spec.trigger
        if workspace_id not in ("", task.spec.workspace_id):
            continue
        if isinstance(trigger, Event) and _concerns(task, trigger, source) and matches(trigger, source, value):
            _start(db, task, trigger, world, told, paused, told_lines(trigger, value))


def _concerns(task: Task, trigger: Event, source: str) -> bool:
    """Files matter to tasks of their own workspace; a task does not start itself by finishing."""
    if trigger.type == EventType.FILE_CHANGED:
        return task.spec.workspace_id == source
    return trigger.type != EventType.TASK_FINISHED or task.id != source


def _start(
    db: Connection, task: Task, trigger: Event, world: World, told: Told, paused: tuple[str, ...], lines: str
) -> None:
    if _is_over(db, task, world, told):
        return
    kind = Source.DEPENDENCY if trigger.type == EventType.TASK_FINISHED else Source.EVENT
    ready = _within_hours(task, world.now + trigger.debounce, world)
    most = max(trigger.debounce * DEBOUNCE_MOST, (ready or world.now) - world.now)
    if trigger.debounce and ready and waiting.postpone_waiting(db, task.id, kind, ready, world.now, most=most):
        _add(db, task, kind, lines, world)
        return
    planned = Planned(slot=runs.free_slot(db, task.id, world.now), source=kind, available_at=ready)
    cancel: tuple[str, ...] = ()
    if why := pause_sentence(task, paused, world.held):
        planned = replace(planned, reason=Reason.SKIPPED_PAUSED, detail=why)
    elif task.spec.handler not in world.handlers:
        detail = "The plugin that does this work is switched off."
        planned = replace(planned, reason=Reason.SKIPPED_PLUGIN_OFF, detail=detail)
    elif ready is None:
        planned = replace(planned, reason=Reason.SKIPPED_HOURS, detail="It lies outside the task's active hours.")
    elif usage.event_starts(db, task.id, world.now - timedelta(hours=1), world.now) >= trigger.max_per_hour:
        detail = f"Events had already started it {trigger.max_per_hour} times within an hour."
        planned = replace(planned, reason=Reason.SKIPPED_BUDGET, detail=detail)
    else:
        planned, cancel = _admitted(db, task, planned, world)
    going = [run for run in runs.open_of_task(db, task.id) if run.id in cancel]
    record(db, task, (planned,), world, told, arguments=arguments_of(lines))
    give_way(db, task, going, world, told)


def _add(db: Connection, task: Task, kind: Source, lines: str, world: World) -> None:
    run = waiting.for_quiet(db, task.id, kind, world.now)
    if lines and run is not None:
        waiting.set_arguments(db, run.id, with_more(run.arguments, lines))


def _is_over(db: Connection, task: Task, world: World, told: Told) -> bool:
    """Whether the task's end has passed; an event does not come due, so it is noticed here."""
    if task.spec.until is None or world.now <= task.spec.until:
        return False
    finish_task(db, task, world)
    told.task(task)
    return True


def _within_hours(task: Task, at: datetime, world: World) -> datetime | None:
    """The instant, moved into the active hours; None when the task skips what lies outside them."""
    hours = task.spec.active_hours
    if hours is None or not outside_hours(task.spec, at, world.system_zone):
        return at
    if hours.outside is OutsideHours.SKIP:
        return None
    return window_start(hours, at, zone_of(task.spec, world.system_zone))


def _admitted(db: Connection, task: Task, planned: Planned, world: World) -> tuple[Planned, tuple[str, ...]]:
    situation = Situation(
        now=world.now,
        system_zone=world.system_zone,
        spent=over_budget(db, task.id, task.spec, world.now, world.system_zone),
        open_runs=tuple(OpenRun(id=run.id, started=run.attempt > 0) for run in runs.open_of_task(db, task.id)),
    )
    decision = admit(task, planned, situation)
    return decision.rows[0], decision.cancel
