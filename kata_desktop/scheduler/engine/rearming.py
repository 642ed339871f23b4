"""Working out next slots anew after the clock was set or the computer's zone changed.

Both are found by comparing with the store, so that they are seen as well when they happened while nobody was there.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from kata_desktop.domain.errors import Bug, KataError
from kata_desktop.domain.task import Task
from kata_desktop.domain.trigger import SYSTEM_ZONE, Cron
from kata_desktop.scheduler.engine.firing import arm
from kata_desktop.scheduler.engine.world import Told, World
from kata_desktop.scheduler.hours import due_at
from kata_desktop.scheduler.occurrences.slots import MOMENT, local_key, next_after
from kata_desktop.scheduler.occurrences.walltime import instant_of
from kata_desktop.scheduler.policy.deciding import upcoming_slot
from kata_desktop.store import agenda, runs, waiting
from kata_desktop.store.connection import Connection
from kata_desktop.store.errors import StoreTrouble

SKIPS_MOST = 500
"""Occurrences that have their row and are stepped over at once; any further ones are when their time comes."""
_log = logging.getLogger(__name__)

Next = tuple[datetime | None, datetime | None]


def follow_clock(db: Connection, world: World, told: Told, *, seconds: float, since: datetime) -> None:
    """The clock was set, as was noticed at `since`. Forward counts as sleep: what came due is caught up.

    Back: waits stay as long as they were meant, and slots that come again run unless they have run; those that came
    while the store was in trouble are caught up. Harmless when two processes on the store notice the same.
    """
    if seconds < 0:
        waiting.hasten_waiting(db, timedelta(seconds=-seconds), world.now)
        _rearm(db, world, told, agenda.armed(db), partial(_after_set_back, db, world, since))


def follow_zone(db: Connection, world: World, told: Told, before: str) -> None:
    """The computer's zone was `before`: tasks that follow it come due at their local time in the new one; others are
    untouched.
    """
    _rearm(db, world, told, agenda.armed(db, zones=(SYSTEM_ZONE, "")), partial(_in_new_zone, before, world))


def _rearm(
    db: Connection, world: World, told: Told, affected: Iterable[Task], work_out: Callable[[Task], Next]
) -> None:
    for task in affected:
        try:
            slot, due = work_out(task)
        except StoreTrouble:
            raise
        except (KataError, Bug):
            _log.exception("The next occurrence of task %s cannot be worked out anew", task.id)
            continue
        if (slot, due) != (task.next_slot, task.due_at):
            arm(db, task, slot, due, world)
            told.task(task)


def _after_set_back(db: Connection, world: World, since: datetime, task: Task) -> Next:
    """The first coming occurrence that has no row: one that has, never gets another one."""
    kept = task.next_slot, task.due_at
    assert task.next_slot is not None
    slot, due = upcoming_slot(task, _told_until(db, world, since, task) - MOMENT, world.system_zone)
    for _ in range(SKIPS_MOST):
        if slot is None or slot >= task.next_slot:
            return kept
        if not runs.exists(db, task.id, slot, local_key(task.spec.trigger, slot, world.system_zone)):
            break
        slot, due = upcoming_slot(task, slot, world.system_zone)
    return slot, due


def _told_until(db: Connection, world: World, since: datetime, task: Task) -> datetime:
    """The instant from which a task's occurrences are looked for: `since`, unless some after that have their rows.

    Then another process went on meanwhile, or they had them before: to begin among them would tell some twice.
    """
    if since >= world.now or since < task.created_at <= world.now:
        return world.now
    return world.now if runs.any_between(db, task.id, since, world.now) else since


def _in_new_zone(before: str, world: World, task: Task) -> Next:
    """The same local date and time in the new zone, even if that has passed there: it is owed, and caught up.

    What follows real time (intervals, every so many minutes) keeps its pace; its active hours move with the zone.
    """
    spec, slot, zone = task.spec, task.next_slot, world.system_zone
    assert slot is not None
    if local_key(spec.trigger, slot, zone) is not None:
        local = slot.astimezone(ZoneInfo(before)).replace(tzinfo=None)
        slot = next_after(spec.trigger, instant_of(ZoneInfo(zone), local) - MOMENT, system_zone=zone)
    elif isinstance(spec.trigger, Cron) and slot > world.now:
        slot = next_after(spec.trigger, world.now - MOMENT, system_zone=zone)
    if slot is None or (spec.until is not None and slot > spec.until):
        return None, None
    return slot, due_at(task.id, spec, slot, zone)
