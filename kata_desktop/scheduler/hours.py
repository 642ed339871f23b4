"""Active hours and jitter: from the nominal slot to the instant at which the scheduler acts."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kata_desktop.domain.task import ActiveHours, OutsideHours, TaskSpec
from kata_desktop.domain.trigger import SYSTEM_ZONE, Cron, Once
from kata_desktop.scheduler.occurrences.slots import next_after
from kata_desktop.scheduler.occurrences.walltime import instant_of


def zone_of(spec: TaskSpec, system_zone: str) -> str:
    """IANA name of the zone that a task's wall-clock rules are read in."""
    match spec.trigger:
        case Once(zone=zone) | Cron(zone=zone) if zone != SYSTEM_ZONE:
            return zone
        case _:
            return system_zone


def is_inside(hours: ActiveHours, instant: datetime, zone: str) -> bool:
    """Whether `instant` lies in the daily window; a window whose end is not after its start wraps midnight."""
    local = instant.astimezone(ZoneInfo(zone)).time()
    if hours.start < hours.end:
        return hours.start <= local < hours.end
    return local >= hours.start or local < hours.end


def window_start(hours: ActiveHours, instant: datetime, zone: str) -> datetime:
    """The first start of a window at or after `instant` (UTC); a start that a clock change removes is the instant
    after.
    """
    day = instant.astimezone(ZoneInfo(zone)).date()
    while True:
        for start in _at(day, hours.start, zone):
            if start >= instant:
                return start
        day += timedelta(days=1)


def window_end_before(hours: ActiveHours, instant: datetime, zone: str) -> datetime:
    """The last end of a window at or before `instant` (UTC)."""
    day = instant.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    while True:
        for end in reversed(_at(day, hours.end, zone)):
            if end <= instant:
                return end
        day -= timedelta(days=1)


def _at(day: date, at: time, zone: str) -> tuple[datetime, ...]:
    """The instants at which a wall clock shows a time on a day: two of them where it is set back."""
    local = datetime.combine(day, at)
    first, second = (instant_of(ZoneInfo(zone), local.replace(fold=fold)) for fold in (0, 1))
    return (first,) if first == second else (first, second)


def outside_hours(spec: TaskSpec, slot: datetime, system_zone: str) -> bool:
    """Whether the task's active hours exclude this slot."""
    hours = spec.active_hours
    return hours is not None and not is_inside(hours, slot, zone_of(spec, system_zone))


def skips_hours(spec: TaskSpec) -> bool:
    """Whether what lies outside the task's active hours is skipped, not deferred to their next start."""
    hours = spec.active_hours
    return hours is not None and hours.outside is OutsideHours.SKIP


def jitter(task_id: str, spec: TaskSpec, slot: datetime, system_zone: str) -> timedelta:
    """A stable delay for (task, slot), below ``min(spec.jitter, gap to the next slot / 10)``."""
    if not spec.jitter:
        return timedelta(0)
    limit = spec.jitter
    following = next_after(spec.trigger, slot, system_zone=system_zone)
    if following is not None:
        limit = min(limit, (following - slot) / 10)
    digest = hashlib.blake2b(f"{task_id}@{slot.timestamp()}".encode(), digest_size=8).digest()
    return limit * (int.from_bytes(digest, "big") / 2**64)


def due_at(task_id: str, spec: TaskSpec, slot: datetime, system_zone: str) -> datetime:
    """When the scheduler acts on a slot: moved into the active hours if they defer it, then by its jitter."""
    start = slot
    hours = spec.active_hours
    if hours is not None and hours.outside is OutsideHours.DEFER and outside_hours(spec, slot, system_zone):
        start = window_start(hours, slot, zone_of(spec, system_zone))
    return start + jitter(task_id, spec, slot, system_zone)
