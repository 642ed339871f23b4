"""Weekly and monthly schedules and the cron expressions they are stored as."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from kata_desktop.domain.errors import InvalidInput
from kata_desktop.scheduler.occurrences.cron import CronExpression, parse_cron
from kata_desktop.scheduler.occurrences.cron_fields import LAST

EVERY_DAY = frozenset(range(7))
MOST_TIMES = 12
"""A schedule with more times of day than this is shown as cron."""

_ALL_DAYS = frozenset(range(1, 32))
_ALL_MONTHS = frozenset(range(1, 13))


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """A time of day in whole minutes."""

    hour: int
    minute: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Weekly:
    """Days of the week, Sunday = 0, and times of day."""

    days: frozenset[int]
    times: tuple[Clock, ...]

    @property
    def expressions(self) -> tuple[str, ...]:
        """The same as cron."""
        days = "*" if self.days == EVERY_DAY else _ranges(sorted(day or 7 for day in self.days))
        return tuple(f"{head} * * {days}" for head in _heads(self.times))


@dataclass(frozen=True, kw_only=True, slots=True)
class Monthly:
    """Days of the month, or one weekday of it, and times of day."""

    days: frozenset[int] = frozenset()
    """1 to 31, `LAST` for the last day; empty when a weekday is meant."""
    nth: int = 0
    """Which such weekday: 1 to 5, or `LAST`; 0 when days are meant."""
    weekday: int = 0
    """Sunday = 0."""
    times: tuple[Clock, ...]

    @property
    def expressions(self) -> tuple[str, ...]:
        """The same as cron."""
        return tuple(f"{head} {self._tail}" for head in _heads(self.times))

    @property
    def _tail(self) -> str:
        if self.nth:
            name = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")[self.weekday]
            return f"* * L{self.weekday}" if self.nth == LAST else f"* * {name}#{self.nth}"
        if self.days == _ALL_DAYS:
            return "* * *"
        last = ["L"] if LAST in self.days else []
        return f"{','.join([*filter(None, [_ranges(sorted(self.days - {LAST}))]), *last])} * *"


def recognise(expressions: tuple[str, ...]) -> Weekly | Monthly | None:
    """Return the form that says the same as these expressions, None when only cron can say it."""
    try:
        parsed = [parse_cron(text) for text in expressions]
    except InvalidInput:
        return None
    if not parsed or len({_dates(each) for each in parsed}) > 1 or not all(each.fixed_time for each in parsed):
        return None
    times = _times(parsed)
    if len(times) > MOST_TIMES:
        return None
    return _form(parsed[0], times)


def _form(one: CronExpression, times: tuple[Clock, ...]) -> Weekly | Monthly | None:
    any_day, any_weekday = one.days == _ALL_DAYS, one.weekdays == EVERY_DAY
    if one.months != _ALL_MONTHS or one.or_days:
        return None
    match any_day, any_weekday, sorted(one.nth_weekdays):
        case True, _, [] if one.weekdays:
            return Weekly(days=one.weekdays, times=times)
        case True, False, [(weekday, nth)] if not one.weekdays:
            return Monthly(nth=nth, weekday=weekday, times=times)
        case False, True, []:
            return Monthly(days=one.days, times=times)
        case _:
            return None


def _dates(one: CronExpression) -> tuple[object, ...]:
    return one.days, one.months, one.weekdays, one.nth_weekdays, one.or_days


def _times(parsed: list[CronExpression]) -> tuple[Clock, ...]:
    found = {(hour, minute) for each in parsed for hour, minute in itertools.product(each.hours, each.minutes)}
    return tuple(Clock(hour=hour, minute=minute) for hour, minute in sorted(found))


def _heads(times: tuple[Clock, ...]) -> list[str]:
    """Return "minute hours" for every minute: one expression can say several hours of the same minute."""
    by_minute: dict[int, list[int]] = {}
    for time in sorted(set(times), key=lambda each: (each.hour, each.minute)):
        by_minute.setdefault(time.minute, []).append(time.hour)
    return [f"{minute} {','.join(map(str, hours))}" for minute, hours in by_minute.items()]


def _ranges(numbers: list[int]) -> str:
    """Return ``1-5`` or ``1,3,5`` for sorted numbers; two neighbours stay a list."""
    parts = []
    for _, group in itertools.groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        parts.append(f"{run[0]}-{run[-1]}" if len(run) > 2 else ",".join(map(str, run)))
    return ",".join(parts)
