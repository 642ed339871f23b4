"""Which days a phrase names: "every weekday", "on the 1st of every month", "the last Friday of the month"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kata_desktop.scheduler.phrases.reader import Reader


@dataclass(frozen=True, slots=True)
class Days:
    """The day fields of a cron expression."""

    day: str = "*"
    month: str = "*"
    weekday: str = "*"


_WEEKDAYS = Days(weekday="1-5")
_WEEKENDS = Days(weekday="0,6")
EVERY_DAY = Days()


def read_days(reader: Reader) -> Days | None:
    """Read which days a phrase names."""
    if reader.accept("daily"):
        return EVERY_DAY
    if reader.accept("weekly"):
        reader.accept("on")
        return _weekdays(reader.listed(reader.weekday)) or Days(weekday="1")
    if reader.accept("monthly"):
        return reader.attempt(lambda: _on_days_of_month(reader)) or Days(day="1")
    if reader.accept("yearly", "annually"):
        return reader.attempt(lambda: _date(reader))
    every = reader.attempt(lambda: _every_days(reader))
    return every or reader.attempt(lambda: plural_days(reader)) or reader.attempt(lambda: _of_every_month(reader))


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
    ("day",): EVERY_DAY,
    ("weekday", "workday"): _WEEKDAYS,
    ("weekend",): _WEEKENDS,
    ("week",): Days(weekday="1"),
}


def _peeked_period(reader: Reader) -> Days | None:
    """See "every morning" without reading the part of the day: it is the time."""
    here = reader.position
    found = reader.period()
    reader.position = here
    return EVERY_DAY if found is not None else None


def plural_days(reader: Reader) -> Days | None:
    """Read "on weekdays", "Mondays and Fridays", "Monday to Friday"."""
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
    return EVERY_DAY if len(chosen) == 7 else Days(weekday=",".join(map(str, chosen)))


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
    return replace(EVERY_DAY, day=str(found[0]), month=str(found[1])) if found else None


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
