"""Phrases that repeat: "every weekday at 9", "on the 1st of every month at 8", "every 15 minutes between 9 and 17"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from kata_desktop.domain.trigger import Cron, Interval, Trigger
from kata_desktop.scheduler.phrase_reader import Reader

USUAL_TIME = time(9)
"""Meant when a phrase names a day and no time."""
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


@dataclass(frozen=True, slots=True)
class Days:
    """The day fields of a cron expression."""

    day: str = "*"
    month: str = "*"
    weekday: str = "*"


_WEEKDAYS = Days(weekday="1-5")
_WEEKENDS = Days(weekday="0,6")
_EVERY_DAY = Days()


def read_repeat(reader: Reader, *, now: datetime, zone: str) -> Trigger | None:
    """Read a repeating phrase from where the reader stands; None when there is none."""
    start = reader.position
    interval = _interval(reader, now, zone)
    if interval is not None:
        return interval
    reader.position = start
    times = _at(reader)
    days = reader.attempt(lambda: _days(reader))
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
        return _paced_cron(seconds, hours or (0, 23), days or _EVERY_DAY, zone)
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
        cron_of(_EVERY_DAY, times, zone)
        if days == 1
        else cron_of(Days(weekday="1"), times, zone)
        if days == 7
        else None
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
    return _plural_days(reader)


def _days(reader: Reader) -> Days | None:
    """Read which days a phrase names."""
    if reader.accept("daily"):
        return _EVERY_DAY
    if reader.accept("weekly"):
        reader.accept("on")
        return _weekdays(reader.listed(reader.weekday)) or Days(weekday="1")
    if reader.accept("monthly"):
        return reader.attempt(lambda: _on_days_of_month(reader)) or Days(day="1")
    if reader.accept("yearly", "annually"):
        return reader.attempt(lambda: _date(reader))
    every = reader.attempt(lambda: _every_days(reader))
    return every or reader.attempt(lambda: _plural_days(reader)) or reader.attempt(lambda: _of_every_month(reader))


def _every_days(reader: Reader) -> Days | None:
    if not reader.accept("every", "each"):
        return None
    for words, days in _EVERY.items():
        if reader.accept(*words):
            return days
    if reader.accept("month"):
        return reader.attempt(lambda: _on_days_of_month(reader)) or Days(day="1")
    if reader.accept("year"):
        return reader.attempt(lambda: _date(reader))
    if (part := reader.attempt(lambda: _peeked_period(reader))) is not None:
        return part
    nth = reader.attempt(lambda: _nth_weekday(reader))
    if nth is not None:
        return nth
    ordinal = reader.attempt(lambda: _ordinals_of_month(reader))
    return ordinal or _weekdays(reader.attempt(lambda: _span(reader)) or reader.listed(reader.weekday))


_EVERY = {
    ("day",): _EVERY_DAY,
    ("weekday", "workday"): _WEEKDAYS,
    ("weekend",): _WEEKENDS,
    ("week",): Days(weekday="1"),
}


def _peeked_period(reader: Reader) -> Days | None:
    """See "every morning" without reading the part of the day: it is the time."""
    here = reader.position
    found = reader.period()
    reader.position = here
    return _EVERY_DAY if found is not None else None


def _plural_days(reader: Reader) -> Days | None:
    reader.accept("on")
    if reader.accept("weekdays", "workdays"):
        return _WEEKDAYS
    if reader.accept("weekends"):
        return _WEEKENDS
    span = reader.attempt(lambda: _span(reader))
    return _weekdays(span or reader.listed(lambda: reader.weekday(plural=True)))


def _span(reader: Reader) -> list[int] | None:
    """Read "Monday to Friday"."""
    first = reader.weekday()
    if first is None or not reader.accept("to", "through", "until", "-", "–"):
        return None
    last = reader.weekday()
    if last is None:
        return None
    return [day % 7 for day in range(first, last + 1 if last >= first else last + 8)]


def _weekdays(days: Sequence[int]) -> Days | None:
    if not days:
        return None
    chosen = sorted(set(days))
    if chosen == [1, 2, 3, 4, 5]:
        return _WEEKDAYS
    return _EVERY_DAY if len(chosen) == 7 else Days(weekday=",".join(map(str, chosen)))


def _of_every_month(reader: Reader) -> Days | None:
    """Read "on the 1st of every month", "the last Friday of the month"."""
    reader.accept("on")
    reader.accept("the")
    nth = reader.attempt(lambda: _nth_weekday(reader, must_say_month=True))
    return nth or _ordinals_of_month(reader)


def _nth_weekday(reader: Reader, *, must_say_month: bool = False) -> Days | None:
    nth = reader.ordinal_word()
    weekday = reader.weekday() if nth is not None else None
    if nth is None or weekday is None:
        return None
    if not _of_month(reader) and must_say_month:
        return None
    return Days(weekday=f"L{weekday}" if nth == -1 else f"{weekday}#{nth}")


def _ordinals_of_month(reader: Reader) -> Days | None:
    days = reader.listed(reader.day_of_month)
    return _month_days(days) if days and _of_month(reader) else None


def _of_month(reader: Reader) -> bool:
    of = reader.attempt(
        lambda: (
            bool(reader.accept("of", "in") and reader.accept("the", "every", "each") and reader.accept("month")) or None
        )
    )
    return bool(of or reader.attempt(lambda: bool(reader.accept("every", "each") and reader.accept("month")) or None))


def _on_days_of_month(reader: Reader) -> Days | None:
    reader.accept("on")
    reader.accept("the")
    nth = reader.attempt(lambda: _nth_weekday(reader))
    if nth is not None:
        return nth
    days = reader.listed(reader.day_of_month)
    return _month_days(days) if days else None


def _month_days(days: Sequence[int]) -> Days:
    return Days(
        day=",".join("L" if day == -1 else str(day) for day in sorted(set(days), key=lambda each: (each == -1, each)))
    )


def _date(reader: Reader) -> Days | None:
    reader.accept("on")
    found = read_date(reader)
    return replace(_EVERY_DAY, day=str(found[0]), month=str(found[1])) if found else None


def read_date(reader: Reader) -> tuple[int, int] | None:
    """Read "24 December", "December 24th", "the 3rd of March": day and month."""

    def day_first() -> tuple[int, int] | None:
        reader.accept("the")
        day = reader.day_of_month() or reader.number()
        reader.accept("of")
        month = reader.month() if day is not None else None
        return (day, month) if day and month and 1 <= day <= 31 else None

    def month_first() -> tuple[int, int] | None:
        month = reader.month()
        day = (reader.day_of_month() or reader.number()) if month is not None else None
        return (day, month) if day and month and 1 <= day <= 31 else None

    return reader.attempt(day_first) or reader.attempt(month_first)
