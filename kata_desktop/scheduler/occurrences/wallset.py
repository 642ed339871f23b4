"""The wall-clock minutes that a set of cron expressions matches, in tables that make looking up and counting cheap.

Wall-clock minutes are counted from 1970-01-01 00:00 of the local calendar; zones play no part here. A year is one of
fourteen kinds (leap or not, weekday of 1 January), so fourteen tables describe all years.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from kata_desktop.scheduler.occurrences.cron import CronExpression

_DAY = 1440
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class _YearTable(NamedTuple):
    days: tuple[int, ...]
    """Matching days of the year, from 0."""
    times: tuple[tuple[int, ...], ...]
    """For each of them its minutes of the day."""
    totals: tuple[int, ...]
    """How many minutes the days before each have; one entry more than there are days."""


class WallSet:
    """The union of some expressions' wall-clock minutes; may be empty."""

    def __init__(self, expressions: tuple[CronExpression, ...]) -> None:
        self._expressions = expressions
        self._tables: dict[tuple[bool, int], _YearTable] = {}

    def first(self, low: int, high: int) -> int | None:
        """Return the first matching minute in [low, high)."""
        if not self._expressions:
            return None
        while low < high:
            start, end, table = self._year(low)
            day, minute = divmod(low - start, _DAY)
            index = bisect_left(table.days, day)
            if index < len(table.days) and table.days[index] == day:
                times = table.times[index]
                position = bisect_left(times, minute)
                if position < len(times):
                    return _if(start + day * _DAY + times[position], low, high)
                index += 1
            if index < len(table.days):
                return _if(start + table.days[index] * _DAY + table.times[index][0], low, high)
            low = end
        return None

    def last(self, low: int, high: int) -> int | None:
        """Return the last matching minute in [low, high)."""
        if not self._expressions:
            return None
        while low < high:
            start, _, table = self._year(high - 1)
            day, minute = divmod(high - 1 - start, _DAY)
            index = bisect_right(table.days, day) - 1
            if index >= 0 and table.days[index] == day:
                times = table.times[index]
                position = bisect_right(times, minute) - 1
                if position >= 0:
                    return _if(start + day * _DAY + times[position], low, high)
                index -= 1
            if index >= 0:
                return _if(start + table.days[index] * _DAY + table.times[index][-1], low, high)
            high = start
        return None

    def count(self, low: int, high: int) -> int:
        """Return how many minutes in [low, high) match."""
        if not self._expressions or low >= high:
            return 0
        total = 0
        while True:
            start, end, table = self._year(low)
            if high <= end:
                return total + _before(table, high - start) - _before(table, low - start)
            total += table.totals[-1] - _before(table, low - start)
            low = end

    def _year(self, minute: int) -> tuple[int, int, _YearTable]:
        year = date.fromordinal(minute // _DAY + _EPOCH_ORDINAL).year
        start, days, weekday = _shape(year)
        table = self._tables.get((days == 366, weekday))
        if table is None:
            table = self._tables[(days == 366, weekday)] = self._build(leap=days == 366, weekday=weekday)
        return start, start + days * _DAY, table

    def _build(self, *, leap: bool, weekday: int) -> _YearTable:
        matching: dict[int, list[CronExpression]] = {}
        first = 0
        for month, plain_length in enumerate(_LENGTHS, start=1):
            length = plain_length + (leap and month == 2)
            for expression in self._expressions:
                for day in expression.days_in(month, length, (weekday + first) % 7):
                    matching.setdefault(first + day - 1, []).append(expression)
            first += length
        days = tuple(sorted(matching))
        times = tuple(_times(tuple(matching[day])) for day in days)
        return _YearTable(days, times, tuple(accumulate(map(len, times), initial=0)))


@lru_cache(maxsize=1024)
def _times(expressions: tuple[CronExpression, ...]) -> tuple[int, ...]:
    return tuple(sorted({hour * 60 + minute for each in expressions for hour in each.hours for minute in each.minutes}))


@lru_cache(maxsize=512)
def _shape(year: int) -> tuple[int, int, int]:
    """Return a year's first wall-clock minute, its days and the weekday it begins with (Sunday = 0)."""
    begin = date(year, 1, 1)
    days = date(year + 1, 1, 1).toordinal() - begin.toordinal()
    return (begin.toordinal() - _EPOCH_ORDINAL) * _DAY, days, begin.isoweekday() % 7


def _if(minute: int, low: int, high: int) -> int | None:
    return minute if low <= minute < high else None


def _before(table: _YearTable, minute_of_year: int) -> int:
    day, minute = divmod(minute_of_year, _DAY)
    index = bisect_left(table.days, day)
    if index < len(table.days) and table.days[index] == day:
        return table.totals[index] + bisect_left(table.times[index], minute)
    return table.totals[index]
