"""Phrases that repeat: "every weekday at 9", "on the 1st of every month at 8", "every 15 minutes between 9 and 17"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from kata_desktop.domain.trigger import Cron, Interval, Trigger
from kata_desktop.scheduler.phrases.days import EVERY_DAY, Days, plural_days, read_days
from kata_desktop.scheduler.phrases.reader import Reader

USUAL_TIME = time(9)
"""Meant when a phrase names a day and no time."""
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def read_repeat(reader: Reader, *, now: datetime, zone: str) -> Trigger | None:
    """Read a repeating phrase from where the reader stands; None when there is none."""
    start = reader.position
    interval = _interval(reader, now, zone)
    if interval is not None:
        return interval
    reader.position = start
    times = _at(reader)
    days = reader.attempt(lambda: read_days(reader))
    if days is None:
        return None
    times = times or _at(reader) or [USUAL_TIME]
    return cron_of(days, times, zone)


def cron_of(days: Days, times: Sequence[time], zone: str) -> Cron:
    """Return the cron trigger for some days and times; times with different minutes become several expressions."""
    hours = defaultdict(set)
    for each in times:
        hours[each.minute].add(each.hour)
    tail = f"{days.day} {days.month} {days.weekday}"
    by_hours: dict[str, list[int]] = defaultdict(list)
    for minute in sorted(hours):
        by_hours[",".join(map(str, sorted(hours[minute])))].append(minute)
    expressions = [f"{','.join(map(str, minutes))} {each} {tail}" for each, minutes in by_hours.items()]
    return Cron(expressions=tuple(expressions), zone=zone)


def _interval(reader: Reader, now: datetime, zone: str) -> Trigger | None:
    seconds = _pace(reader)
    if seconds is None:
        return None
    hours = _between(reader)
    days = reader.attempt(lambda: _limited_days(reader))
    hours = hours or _between(reader)
    if hours is not None or days is not None:
        return _paced_cron(seconds, hours or (0, 23), days or EVERY_DAY, zone)
    if seconds % _DAY == 0 and (times := _at(reader)):
        return _daily_steps(seconds // _DAY, times, zone)
    if not _MINUTE <= seconds <= 366 * _DAY:
        return None
    return Interval(every=timedelta(seconds=seconds), anchor=now.replace(microsecond=0))


def _pace(reader: Reader) -> int | None:
    """Read "every 90 minutes", "hourly", "every half hour"."""
    if reader.accept("hourly"):
        return _HOUR
    if not reader.accept("every", "each"):
        return None
    if reader.accept("half"):
        reader.accept("an", "a")
        return _HOUR // 2 if reader.accept("hour") else None
    if reader.expect_all("quarter", "of", "an", "hour") or reader.expect_all("quarter", "hour"):
        return _HOUR // 4
    count = reader.number()
    if count is None and reader.tokens[reader.position : reader.position + 1]:
        unit = reader.unit()
        return unit if unit in {_MINUTE, _HOUR} else None  # "every day" names days, not a pace
    unit = reader.unit()
    return count * unit if count and unit else None


def _paced_cron(seconds: int, hours: tuple[int, int], days: Days, zone: str) -> Cron | None:
    first, last = hours
    span = "*" if hours == (0, 23) else f"{first}-{last}" if last > first else str(first)
    if seconds % _HOUR == 0 and seconds // _HOUR < 24:
        step = seconds // _HOUR
        return _single(f"0 {span}{f'/{step}' if step > 1 and ('-' in span or span == '*') else ''}", days, zone)
    minutes = seconds // _MINUTE
    if seconds % _MINUTE or not 1 <= minutes < 60 or 60 % minutes:
        return None
    inside = span if hours == (0, 23) else f"{first}-{last - 1}" if last - 1 > first else str(first)
    return _single(f"{f'*/{minutes}' if minutes > 1 else '*'} {inside}", days, zone)


def _single(clock: str, days: Days, zone: str) -> Cron:
    return Cron(expressions=(f"{clock} {days.day} {days.month} {days.weekday}",), zone=zone)


def _daily_steps(days: int, times: Sequence[time], zone: str) -> Cron | None:
    return (
        cron_of(EVERY_DAY, times, zone) if days == 1 else cron_of(Days(weekday="1"), times, zone) if days == 7 else None
    )


def _between(reader: Reader) -> tuple[int, int] | None:
    """Read "between 9 and 17", "from 8 to 20": whole hours."""

    def read() -> tuple[int, int] | None:
        if not reader.accept("between", "from"):
            return None
        first = reader.clock()
        if first is None or not reader.accept("and", "to", "until", "till", "-", "–"):
            return None
        last = reader.clock()
        if last is None or first.minute or last.minute or last <= first:
            return None
        return first.hour, last.hour

    return reader.attempt(read)


def _at(reader: Reader) -> list[time]:
    """Read "at 9", "at 9 and 17:30", "in the morning", "morning"; empty when there is none."""

    def times() -> list[time] | None:
        return reader.listed(reader.clock) if reader.accept("at", "@") else None

    found = reader.attempt(lambda: times() or None)
    if found:
        return found
    part = reader.attempt(lambda: _part_of_day(reader))
    if part is None:
        return []
    return reader.attempt(lambda: times() or None) or [part]


def _part_of_day(reader: Reader) -> time | None:
    if reader.accept("in"):
        return reader.period() if reader.accept("the") else None
    return reader.period()


def _limited_days(reader: Reader) -> Days | None:
    reader.accept(",")
    return plural_days(reader)
