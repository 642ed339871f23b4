"""Phrases that mean one moment: "tomorrow at 17:30", "in 20 minutes", "next Friday at 9", "on 24 December"."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from kata_desktop.domain.trigger import Once
from kata_desktop.scheduler.occurrences.walltime import Reading, instant_of, reading_of, zone_info
from kata_desktop.scheduler.phrases.days import read_date
from kata_desktop.scheduler.phrases.reader import Reader
from kata_desktop.scheduler.phrases.repeats import USUAL_TIME

_TONIGHT = time(20)


def read_moment(reader: Reader, *, now: datetime, zone: str, system_zone: str) -> Once | None:
    """Read a phrase that means one moment from where the reader stands; None when there is none or it is past."""
    info = zone_info(zone, system_zone)
    here = now.astimezone(info)
    ahead = reader.attempt(lambda: _ahead(reader))
    if ahead is not None and ahead.days < 1:
        local = (now + ahead).astimezone(info)
        return Once(local=_rounded(local).replace(tzinfo=None), zone=zone)
    first = reader.attempt(lambda: _clock(reader))
    exact = "-" in reader.word()
    day = here.date() + ahead if ahead is not None else reader.attempt(lambda: _day(reader, here))
    at = first or reader.attempt(lambda: _clock(reader)) or (reader.attempt(reader.clock) if exact else None)
    if day is None:
        return _today_or_tomorrow(at, here, now, zone, system_zone) if at is not None else None
    usual = here.time() if ahead is not None else _TONIGHT if day == here.date() else USUAL_TIME
    local = datetime.combine(day, (at or usual).replace(second=0, microsecond=0, tzinfo=None))
    if reading_of(info, local) is Reading.GAP or instant_of(info, local) <= now:
        return None
    return Once(local=local, zone=zone)


def _today_or_tomorrow(at: time, here: datetime, now: datetime, zone: str, system_zone: str) -> Once:
    info = zone_info(zone, system_zone)
    local = datetime.combine(here.date(), at)
    if instant_of(info, local) <= now:
        local += timedelta(days=1)
    return Once(local=local, zone=zone)


def _rounded(local: datetime) -> datetime:
    """Up to the next whole minute: never earlier than was asked for."""
    if local.second or local.microsecond:
        moved = local.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
        return moved.astimezone(local.tzinfo)
    return local


def _ahead(reader: Reader) -> timedelta | None:
    """Read "in 20 minutes", "in half an hour", "in 1 hour and 30 minutes"."""
    if not reader.accept("in"):
        return None
    if reader.accept("half"):
        return timedelta(minutes=30) if reader.accept("an", "a") and reader.accept("hour") else None
    total = reader.attempt(lambda: _amount(reader))
    while total is not None:
        reader.accept("and")
        more = reader.attempt(lambda: _amount(reader))
        if more is None:
            if reader.tokens[reader.position - 1].word == "and":
                reader.position -= 1
            break
        total += more
    return timedelta(seconds=total) if total and total <= 3653 * 86_400 else None


def _amount(reader: Reader) -> int | None:
    count = reader.number()
    unit = reader.unit() if count is not None else None
    return count * unit if count and unit else None


def _clock(reader: Reader) -> time | None:
    if reader.accept("at", "@"):
        return reader.clock()
    if reader.accept("in"):
        return reader.period() if reader.accept("the") else None
    part = reader.period()
    return (reader.attempt(lambda: _clock(reader)) or part) if part else None


def _day(reader: Reader, here: datetime) -> date | None:
    today = here.date()
    if reader.accept("today", "tonight"):
        return today
    if reader.accept("tomorrow"):
        return today + timedelta(days=1)
    if reader.expect_all("the", "day", "after", "tomorrow"):
        return today + timedelta(days=2)
    reader.accept("on")
    return (
        reader.attempt(lambda: _iso(reader))
        or reader.attempt(lambda: _coming_weekday(reader, today))
        or _coming_date(reader, today)
    )


def _iso(reader: Reader) -> date | None:
    if reader.position >= len(reader.tokens) or reader.tokens[reader.position].word.count("-") != 2:
        return None
    reader.position += 1
    try:
        return date.fromisoformat(reader.tokens[reader.position - 1].word)
    except ValueError:
        return None


def _coming_weekday(reader: Reader, today: date) -> date | None:
    reader.accept("this", "next", "coming")
    weekday = reader.weekday()
    if weekday is None:
        return None
    return today + timedelta(days=(weekday - today.isoweekday() - 1) % 7 + 1)


def _coming_date(reader: Reader, today: date) -> date | None:
    found = read_date(reader)
    if found is None:
        return None
    day, month = found
    year = reader.attempt(lambda: _year(reader))
    for candidate in [year] if year else range(today.year, today.year + 5):
        try:
            coming = date(candidate, month, day)
        except ValueError:
            continue
        if year or coming >= today:
            return coming
    return None


def _year(reader: Reader) -> int | None:
    reader.accept(",")
    year = reader.number()
    return year if year is not None and 2000 <= year <= 2100 else None
