"""From triggers to instants: when a task comes due. Pure; instants are aware and in UTC.

How clock changes are treated: a fixed-time cron expression runs once where the wall clock repeats (the first copy) and
once where it jumps ahead (the first instant after the gap). Any other expression follows real time: both copies of a
repeated hour, none inside a gap. Several expressions are a union, each under its own rule.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple, assert_never

from kata_desktop.domain.errors import Bug
from kata_desktop.domain.trigger import SYSTEM_ZONE, Cron, Event, Interval, Once, Trigger
from kata_desktop.scheduler.occurrences.cron import parse_cron
from kata_desktop.scheduler.occurrences.wallset import WallSet
from kata_desktop.scheduler.occurrences.walltime import (
    Segment,
    instant_at,
    instant_of,
    seconds,
    segment_at,
    segments_back_from,
    segments_from,
    zone_info,
)

MOMENT = timedelta(microseconds=1)
"""The least by which two instants differ."""
_HORIZON = 45 * 366 * 86_400
"""The rarest expression, 29 February on one weekday, has gaps of 40 years; seconds."""
_NEAR = 2 * 86_400


def next_after(trigger: Trigger, after: datetime, *, system_zone: str) -> datetime | None:
    """Return the first occurrence strictly after an instant; None when there is none (always so for events).

    Raises:
        InvalidInput: this computer does not know the trigger's zone, or the expression is not in the dialect.
    """
    found = _next(trigger, after, system_zone)
    if found is not None and found <= after:
        raise Bug(f"the occurrence after {after} came out as {found} for {trigger}")
    return found


def latest_at_or_before(trigger: Trigger, at: datetime, *, not_before: datetime, system_zone: str) -> datetime | None:
    """Return the newest occurrence in [not_before, at]; None when there is none."""
    match trigger:
        case Event():
            return None
        case Once():
            found: datetime | None = instant_of(zone_info(trigger.zone, system_zone), trigger.local)
        case Interval():
            steps = (at - trigger.anchor) // trigger.every
            found = trigger.anchor + steps * trigger.every if steps >= 1 else None
        case Cron():
            found = _cron_latest(trigger, at, not_before, system_zone)
        case _:
            assert_never(trigger)
    return found if found is not None and not_before <= found <= at else None


def count_between(trigger: Trigger, after: datetime, until: datetime, *, system_zone: str) -> int:
    """Return exactly how many occurrences lie in (after, until]; years of minutes are no trouble."""
    if until <= after:
        return 0
    match trigger:
        case Event():
            return 0
        case Once():
            return int(after < instant_of(zone_info(trigger.zone, system_zone), trigger.local) <= until)
        case Interval():
            first = max(0, (after - trigger.anchor) // trigger.every)
            return max(0, (until - trigger.anchor) // trigger.every - first)
        case Cron():
            return _cron_count(trigger, after, until, system_zone)
        case _:
            assert_never(trigger)


def upcoming(trigger: Trigger, after: datetime, n: int, *, system_zone: str) -> list[datetime]:
    """Return the first `n` occurrences strictly after an instant; fewer when there are no more."""
    found: list[datetime] = []
    while len(found) < n:
        slot = next_after(trigger, found[-1] if found else after, system_zone=system_zone)
        if slot is None:
            break
        found.append(slot)
    return found


def local_key(trigger: Trigger, slot: datetime, system_zone: str) -> str | None:
    """Return the local time, such as ``2026-03-24T09:00``, that may fire only once wherever the computer travels.

    Only one-time and fixed-time cron triggers that follow the computer's zone have one.
    """
    match trigger:
        case Once(zone=zone) if zone == SYSTEM_ZONE:
            return trigger.local.isoformat(timespec="minutes")
        case Cron(zone=zone) if zone == SYSTEM_ZONE and all(
            parse_cron(text).fixed_time for text in trigger.expressions
        ):
            return slot.astimezone(zone_info(zone, system_zone)).replace(tzinfo=None).isoformat(timespec="minutes")
        case _:
            return None


class _Plan(NamedTuple):
    """A union of expressions, sorted by how they take clock changes."""

    fixed: WallSet
    wild: WallSet
    every: WallSet


@lru_cache(maxsize=1024)
def _plan(expressions: tuple[str, ...]) -> _Plan:
    parsed = tuple(dict.fromkeys(parse_cron(text) for text in expressions))
    fixed = tuple(each for each in parsed if each.fixed_time)
    wild = tuple(each for each in parsed if not each.fixed_time)
    every = WallSet(parsed)
    return _Plan(every if not wild else WallSet(fixed), every if not fixed else WallSet(wild), every)


def _next(trigger: Trigger, after: datetime, system_zone: str) -> datetime | None:
    match trigger:
        case Event():
            return None
        case Once():
            instant = instant_of(zone_info(trigger.zone, system_zone), trigger.local)
            return instant if instant > after else None
        case Interval():
            steps = max(1, (after - trigger.anchor) // trigger.every + 1)
            return trigger.anchor + steps * trigger.every
        case Cron():
            return _cron_next(trigger, after, system_zone)
        case _:
            assert_never(trigger)


def _cron_next(trigger: Cron, after: datetime, system_zone: str) -> datetime | None:
    plan = _plan(trigger.expressions)
    zone = zone_info(trigger.zone, system_zone)
    low = seconds(after) + 1
    horizon = low + _HORIZON
    while low < horizon and (segment := segment_at(zone, low)):
        second = _first_in(plan, segment, low)
        if second is not None:
            return instant_at(second)
        low = _leap(plan, segment, low, horizon)
    return None


def _cron_latest(trigger: Cron, at: datetime, not_before: datetime, system_zone: str) -> datetime | None:
    plan = _plan(trigger.expressions)
    end = seconds(at) + 1
    earliest = seconds(not_before)
    backwards = segments_back_from(zone_info(trigger.zone, system_zone), end - 1)
    for segment in takewhile(lambda each: each.end > earliest, backwards):
        second = _last_in(plan, segment, min(end, segment.end))
        if second is not None:
            return instant_at(second)
    return None


def _cron_count(trigger: Cron, after: datetime, until: datetime, system_zone: str) -> int:
    plan = _plan(trigger.expressions)
    low, high = seconds(after) + 1, seconds(until) + 1
    onwards = segments_from(zone_info(trigger.zone, system_zone), low)
    return sum(
        _count_in(plan, segment, max(low, segment.start), min(high, segment.end))
        for segment in takewhile(lambda each: each.start < high, onwards)
    )


def _first_in(plan: _Plan, segment: Segment, low: int) -> int | None:
    """Return the first occurrence in a segment from `low` on."""
    if low <= segment.start and _is_owed(plan, segment):
        return segment.start
    offset, high = segment.offset, _minute_from(segment.end + segment.offset)
    if low >= segment.fresh:
        minute = plan.every.first(_minute_from(low + offset), high)
    else:
        found = (
            plan.wild.first(_minute_from(low + offset), high),
            plan.fixed.first(_minute_from(segment.fresh + offset), high),
        )
        minute = min((each for each in found if each is not None), default=None)
    return None if minute is None else minute * 60 - offset


def _leap(plan: _Plan, segment: Segment, low: int, horizon: int) -> int:
    """Return where to look on when a segment has nothing from `low` on: years ahead for a rare expression.

    The wall clock jumps by little more than a day at most: two days' distance keeps every copy of a reading in sight.
    """
    if segment.end - low < _NEAR:
        return segment.end
    minute = plan.every.first(_minute_from(low + segment.offset), _minute_from(horizon + segment.offset))
    return horizon if minute is None else max(segment.end, minute * 60 - segment.offset - _NEAR)


def _last_in(plan: _Plan, segment: Segment, high: int) -> int | None:
    """Return the last occurrence in a segment before `high`."""
    offset, end = segment.offset, _minute_from(high + segment.offset)
    found = (
        plan.wild.last(_minute_from(segment.start + offset), end),
        plan.fixed.last(_minute_from(segment.fresh + offset), end),
    )
    minute = max((each for each in found if each is not None), default=None)
    if minute is not None:
        return minute * 60 - offset
    return segment.start if segment.start < high and _is_owed(plan, segment) else None


def _count_in(plan: _Plan, segment: Segment, low: int, high: int) -> int:
    """Return how many occurrences lie in [low, high) of a segment."""
    offset = segment.offset
    fresh = min(max(low, segment.fresh), high)
    begin, middle, end = (_minute_from(each + offset) for each in (low, fresh, high))
    total = plan.wild.count(begin, middle) + plan.every.count(middle, end)
    if low <= segment.start < high and _is_owed(plan, segment):
        own = segment.start + offset
        total += own % 60 != 0 or plan.every.first(own // 60, own // 60 + 1) is None
    return total


def _is_owed(plan: _Plan, segment: Segment) -> bool:
    """Tell whether the gap before a segment swallowed a fixed time, which then runs at the segment's start."""
    if not segment.skipped:
        return False
    end = segment.start + segment.offset
    return plan.fixed.first(_minute_from(end - segment.skipped), _minute_from(end)) is not None


def _minute_from(wall_second: int) -> int:
    """Return the first whole minute at or after a wall-clock second."""
    return -(-wall_second // 60)
