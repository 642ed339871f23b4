"""Wall-clock time and real time: where a zone's clock jumps, and which instant a wall-clock reading means.

Instants are whole seconds since 1970-01-01 UTC; wall-clock readings are the same count taken from the local calendar.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from kata_desktop.domain.errors import FieldError, InvalidInput
from kata_desktop.domain.trigger import SYSTEM_ZONE

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = 86_400
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_STEP = 6 * DAY
"""No zone of the database has ever jumped there and back within 6.9 days (Recife, October 2000)."""
_FIRST_YEAR, _LAST_YEAR = 2, 9998  # a day's offset away from what datetime can hold


class Segment(NamedTuple):
    """A stretch of real time with one UTC offset; never longer than a year."""

    start: int
    """First instant of it."""
    end: int
    """First instant after it."""
    offset: int
    """Seconds that the wall clock is ahead of UTC."""
    skipped: int
    """Seconds of wall-clock time that do not exist just before `start`: the size of the gap, mostly 0."""
    fresh: int
    """From this instant on the wall clock shows what it has not shown before: `start`, or later after a step back."""


class Reading(Enum):
    """What a wall-clock reading means in a zone."""

    PLAIN = "plain"
    """Exactly one instant."""
    GAP = "gap"
    """No instant: the clock jumps over it."""
    OVERLAP = "overlap"
    """Two instants: the clock shows it twice."""


@lru_cache(maxsize=1024)
def zone_info(name: str, system_zone: str) -> ZoneInfo:
    """Return the rules of a zone; "system" means `system_zone`.

    Raises:
        InvalidInput: the time zone database of this computer does not have it.
    """
    try:
        return ZoneInfo(system_zone if name == SYSTEM_ZONE else name)
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        reason = f"this computer's time zone database has no “{name}”, so its times cannot be reckoned"
        raise InvalidInput(
            FieldError(field="zone", label="Time zone", reason=reason, example="Europe/Berlin")
        ) from None


def seconds(instant: datetime) -> int:
    """Return an aware instant as whole seconds since 1970, rounded down."""
    passed = instant - EPOCH
    return passed.days * DAY + passed.seconds


def instant_at(second: int) -> datetime:
    """Return the instant (aware, UTC) that many seconds after 1970 began."""
    return EPOCH + timedelta(seconds=second)


def segment_at(zone: ZoneInfo, second: int) -> Segment | None:
    """Return the segment that holds an instant; None beyond the years a calendar can hold."""
    ordinal = second // DAY + _EPOCH_ORDINAL
    if not 366 * _FIRST_YEAR < ordinal < 365 * _LAST_YEAR:
        return None
    starts, segments = _segments_of_year(zone, date.fromordinal(ordinal).year)
    return segments[bisect_right(starts, second) - 1]


def segments_from(zone: ZoneInfo, second: int) -> Iterator[Segment]:
    """Yield the segment that holds an instant and all later ones."""
    while segment := segment_at(zone, second):
        yield segment
        second = segment.end


def segments_back_from(zone: ZoneInfo, second: int) -> Iterator[Segment]:
    """Yield the segment that holds an instant and all earlier ones, newest first."""
    while segment := segment_at(zone, second):
        yield segment
        second = segment.start - 1


def reading_of(zone: ZoneInfo, local: datetime) -> Reading:
    """Tell whether a naive wall-clock reading exists once, never or twice."""
    first, second = _offsets(zone, local)
    if first == second:
        return Reading.PLAIN
    return Reading.GAP if second > first else Reading.OVERLAP


def instant_of(zone: ZoneInfo, local: datetime) -> datetime:
    """Return the instant (aware, UTC) that a naive wall-clock reading means.

    In an overlap `fold` chooses the copy; in a gap it is the first instant after the gap.
    """
    first, second = _offsets(zone, local)
    plain = local.replace(fold=0, tzinfo=UTC)
    if second > first:
        gap = next(each for each in segments_back_from(zone, seconds(plain - first)) if each.skipped)
        return instant_at(gap.start)
    return plain - (second if local.fold else first)


def changes_between(zone: ZoneInfo, after: datetime, until: datetime) -> list[tuple[datetime, timedelta]]:
    """Return the instants in (after, until] at which the wall clock jumps, each with the size of its jump."""
    found = []
    before: int | None = None
    for segment in segments_from(zone, seconds(after)):
        if segment.start > seconds(until):
            break
        if before is not None and before != segment.offset:
            found.append((instant_at(segment.start), timedelta(seconds=segment.offset - before)))
        before = segment.offset
    return found


def _offsets(zone: ZoneInfo, local: datetime) -> tuple[timedelta, timedelta]:
    naive = local.replace(tzinfo=None)
    first = zone.utcoffset(naive.replace(fold=0))
    second = zone.utcoffset(naive.replace(fold=1))
    return first or timedelta(0), second or timedelta(0)


@lru_cache(maxsize=1024)
def _segments_of_year(zone: ZoneInfo, year: int) -> tuple[tuple[int, ...], tuple[Segment, ...]]:
    """Cut a UTC year into segments."""
    begin, end = _year_start(year), _year_start(year + 1)
    probe = begin - 2 * DAY  # a step back just before New Year repeats into it
    offset = _offset_at(zone, probe)
    start, skipped, fresh = probe, 0, probe
    segments: list[Segment] = []
    while probe < end:
        following = min(probe + _STEP, end)
        offset_then = _offset_at(zone, following - 1)
        if offset_then != offset:
            jump = _find_jump(zone, probe - 1, following - 1, offset)
            segments.append(Segment(start, jump, offset, skipped, fresh))
            start, skipped = jump, max(0, offset_then - offset)
            fresh = jump + max(0, offset - offset_then)
            offset = offset_then
        probe = following
    segments.append(Segment(start, end, offset, skipped, fresh))
    inside = [
        segment if segment.start >= begin else segment._replace(start=begin, skipped=0, fresh=max(begin, segment.fresh))
        for segment in segments
        if segment.end > begin
    ]
    return tuple(segment.start for segment in inside), tuple(inside)


def _find_jump(zone: ZoneInfo, low: int, high: int, offset: int) -> int:
    """Return the first instant in (low, high] with another offset than `offset`."""
    while high - low > 1:
        middle = (low + high) // 2
        if _offset_at(zone, middle) == offset:
            low = middle
        else:
            high = middle
    return high


def _offset_at(zone: ZoneInfo, second: int) -> int:
    offset = instant_at(second).astimezone(zone).utcoffset()
    assert offset is not None
    return offset.days * DAY + offset.seconds


def _year_start(year: int) -> int:
    return (date(year, 1, 1).toordinal() - _EPOCH_ORDINAL) * DAY
