"""A slow, obvious cron: walks real time minute by minute, as Debian's cron daemon does, and says when a job starts.

It shares nothing with the code it judges: fields are matched value by value against their text, and the wall clock is
asked for every single minute. A fixed-time job (neither minute nor hour begins with ``*``) is started for every
wall-clock minute that is reached or jumped over for the first time; any other job when the present minute matches.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Casablanca",
    "Antarctica/Troll",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Africa/Cairo",
)

_NAMES = {
    "JAN": 1, "FEB": 2, "MAR": 3, "APR": 4, "MAY": 5, "JUN": 6,
    "JUL": 7, "AUG": 8, "SEP": 9, "OCT": 10, "NOV": 11, "DEC": 12,
    "SUN": 0, "MON": 1, "TUE": 2, "WED": 3, "THU": 4, "FRI": 5, "SAT": 6,
}  # fmt: skip


@dataclass(frozen=True)
class Moment:
    """One minute of real time."""

    utc: datetime
    wall: datetime
    """Naive."""


def walk(zone: str, start: datetime, minutes: int) -> list[Moment]:
    """Ask the wall clock for every minute from `start` (UTC) on."""
    info = ZoneInfo(zone)
    instants = [start + index * MINUTE for index in range(minutes)]
    return [Moment(utc, utc.astimezone(info).replace(tzinfo=None, fold=0)) for utc in instants]


def starts(expressions: Sequence[str], moments: Sequence[Moment]) -> list[datetime]:
    """Say at which of the moments a job with these expressions would be started.

    What was reached before the first moment is unknown, so begin some days before what is to be judged.
    """
    found: set[datetime] = set()
    for expression in expressions:
        fields = expression.upper().split()
        started = _fixed(fields, moments) if _is_fixed(fields) else _wild(fields, moments)
        found.update(started)
    return sorted(found)


def _is_fixed(fields: Sequence[str]) -> bool:
    return fields[0][0] != "*" and fields[1][0] != "*"


def _wild(fields: Sequence[str], moments: Sequence[Moment]) -> list[datetime]:
    due = _due(fields)
    return [moment.utc for moment in moments if due(moment.wall)]


def _fixed(fields: Sequence[str], moments: Sequence[Moment]) -> list[datetime]:
    due = _due(fields)
    found = []
    reached = moments[0].wall - MINUTE
    for moment in moments:
        if moment.wall <= reached:
            continue  # the wall clock went back: this minute has been before
        start = False
        while reached < moment.wall:
            reached += MINUTE
            start = start or due(reached)
        if start:
            found.append(moment.utc)
    return found


def _due(fields: Sequence[str]) -> Callable[[datetime], bool]:
    minutes = {value for value in range(60) if _in_field(fields[0], value, 0, 59)}
    hours = {value for value in range(24) if _in_field(fields[1], value, 0, 23)}
    days: dict[date, bool] = {}

    def due(wall: datetime) -> bool:
        if wall.minute not in minutes or wall.hour not in hours:
            return False
        day = wall.date()
        if day not in days:
            days[day] = _day_matches(fields, day)
        return days[day]

    return due


def _day_matches(fields: Sequence[str], day: date) -> bool:
    if not _in_field(fields[3], day.month, 1, 12):
        return False
    last = calendar.monthrange(day.year, day.month)[1]
    by_day = any(
        (item == "L" and day.day == last) or (item != "L" and _in_item(item, day.day, 1, 31))
        for item in fields[2].split(",")
    )
    by_weekday = any(_weekday_item(item, day, last) for item in fields[4].split(","))
    if fields[2].startswith("*") or fields[4].startswith("*"):
        return by_day and by_weekday
    return by_day or by_weekday


def _weekday_item(item: str, day: date, last: int) -> bool:
    weekday = day.isoweekday() % 7
    if "#" in item:
        name, count = item.split("#")
        same = [each for each in range(1, day.day + 1) if (day.day - each) % 7 == 0]
        return _number(name) % 7 == weekday and len(same) == int(count)
    if item.startswith("L"):
        return _number(item[1:]) % 7 == weekday and day.day + 7 > last
    return _in_item(item, weekday, 0, 7) or (weekday == 0 and _in_item(item, 7, 0, 7))


def _in_field(field: str, value: int, low: int, high: int) -> bool:
    return any(_in_item(item, value, low, high) for item in field.split(","))


@lru_cache(maxsize=100_000)
def _in_item(item: str, value: int, low: int, high: int) -> bool:
    span, _, step = item.partition("/")
    if span == "*":
        first, last = low, high
    elif "-" in span:
        first, last = (_number(each) for each in span.split("-"))
    else:
        first = last = _number(span)
    return value in list(range(first, last + 1))[:: int(step or 1)]


def _number(text: str) -> int:
    return _NAMES.get(text, -1) if text.isalpha() else int(text)


def jumps(zone: str, first_year: int, last_year: int) -> list[datetime]:
    """Return the minutes (UTC) at which a zone's offset changes, found by looking at every hour."""
    info = ZoneInfo(zone)
    instant = datetime(first_year, 1, 1, tzinfo=UTC)
    end = datetime(last_year + 1, 1, 1, tzinfo=UTC)
    found = []
    before = instant.astimezone(info).utcoffset()
    while instant < end:
        instant += timedelta(hours=1)
        after = instant.astimezone(info).utcoffset()
        if after != before:
            minute = instant - timedelta(hours=1)
            while minute.astimezone(info).utcoffset() == before:
                minute += MINUTE
            found.append(minute)
            before = after
    return found
