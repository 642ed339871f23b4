"""Active hours and jitter: from the nominal slot to the instant at which the scheduler acts."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kata_desktop.domain.task import ActiveHours, OutsideHours, TaskSpec
from kata_desktop.domain.trigger import SYSTEM_ZONE, Cron, Once
from kata_desktop.scheduler.occurrences import next_after


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
    local = instant.astimezone(ZoneInfo(zone))
    day = local.date()
    while True:
        start = _at(day, hours.start, zone)
        if start >= instant:
            return start
        day += timedelta(days=1)


def _at(day: date, at: time, zone: str) -> datetime:
    return datetime.combine(day, at, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def outside_hours(spec: TaskSpec, slot: datetime, system_zone: str) -> bool:
    """Whether the task's active hours exclude this slot."""
    hours = spec.active_hours
    return hours is not None and not is_inside(hours, slot, zone_of(spec, system_zone))


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
