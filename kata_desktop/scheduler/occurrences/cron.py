"""Cron expressions: read strictly in Debian's (Vixie) dialect plus ``L``, ``MON#2`` and ``L5``.

The reading is our own, so that every refusal names the field, what it may hold and a correct example. What a person
typed is shown to croniter as well (`confirm`), so that the dialect stays within what other tools understand.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from kata_desktop.domain.errors import InvalidInput
from kata_desktop.scheduler.occurrences.cron_fields import DAY_PART, LAST, PARTS, refused, values_of, weekdays_of

LONGEST = 128
"""Most characters an expression may have."""

MACROS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}

_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, kw_only=True, slots=True)
class CronExpression:
    """One expression, read. Weekdays count from Sunday = 0, as cron does."""

    text: str
    """Normalised: five fields, single spaces, upper-case names."""
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    """Days of the month; `LAST` among them means the month's last day."""
    months: frozenset[int]
    weekdays: frozenset[int]
    nth_weekdays: frozenset[tuple[int, int]]
    """(weekday, n) for "the n-th such weekday of the month"; n may be `LAST`."""
    or_days: bool
    """Neither day field begins with ``*``: a day matches when either field does. Otherwise both must."""
    fixed_time: bool
    """Neither the minute nor the hour begins with ``*``: it runs once through clock changes."""

    def days_in(self, month: int, length: int, first_weekday: int) -> list[int]:
        """Return the matching days of a month that has `length` days and begins on `first_weekday` (Sunday = 0)."""
        if month not in self.months:
            return []
        return [day for day in range(1, length + 1) if self._matches(day, length, (first_weekday + day - 1) % 7)]

    def _matches(self, day: int, length: int, weekday: int) -> bool:
        by_day = day in self.days or (day == length and LAST in self.days)
        by_weekday = (
            weekday in self.weekdays
            or (weekday, (day + 6) // 7) in self.nth_weekdays
            or (day + 7 > length and (weekday, LAST) in self.nth_weekdays)
        )
        return by_day or by_weekday if self.or_days else by_day and by_weekday


_FIELDS = "minute, hour, day, month, weekday"


@lru_cache(maxsize=4096)
def parse_cron(text: str) -> CronExpression:
    """Read an expression.

    Surrounding white space is dropped, ``@daily`` and its kin become their five fields, 7 is Sunday.

    Raises:
        InvalidInput: it is not in the dialect, or no date will ever match it.
    """
    fields = _fields(text)
    minutes, hours, days, months = (
        frozenset(values_of(part, field)) for part, field in zip(PARTS[:4], fields[:4], strict=True)
    )
    weekdays, nth_weekdays = weekdays_of(fields[4])
    expression = CronExpression(
        text=" ".join(fields),
        minutes=tuple(sorted(minutes)),
        hours=tuple(sorted(hours)),
        days=days,
        months=months,
        weekdays=weekdays,
        nth_weekdays=nth_weekdays,
        or_days=not fields[2].startswith("*") and not fields[4].startswith("*"),
        fixed_time=not fields[0].startswith("*") and not fields[1].startswith("*"),
    )
    if not _can_match(expression):
        raise refused(
            f"“{expression.text}” never matches: that day does not come in that month", "0 0 28 2 *", DAY_PART
        )
    return expression


def confirm(expression: CronExpression) -> None:
    """Ask croniter for a second opinion about an expression that somebody typed.

    Raises:
        InvalidInput: croniter does not understand it, so other programs may not either.
    """
    from croniter import croniter  # 70 ms: only when a person types an expression, never on the way to a run

    if not croniter.is_valid(expression.text):
        raise refused(f"“{expression.text}” is not understood by croniter", "0 9 * * 1-5")


def _fields(text: str) -> list[str]:
    text = text.strip(" \t\r\n")
    _check_characters(text)
    if text.startswith("@"):
        text = _macro(text)
    fields = text.upper().split()
    if len(fields) != len(PARTS):
        raise _wrong_count(fields)
    return fields


def _check_characters(text: str) -> None:
    if not text:
        raise refused(f"Empty. Give five fields ({_FIELDS})", "0 9 * * 1-5")
    if len(text) > LONGEST:
        raise refused(f"{len(text)} characters long. Use at most {LONGEST}", "0 9 * * 1-5")
    for character in text:
        if not character.isascii() or (not character.isprintable() and character != "\t"):
            shown = f"“{character}” " if character.isprintable() else ""
            raise refused(
                f"Contains {shown}(U+{ord(character):04X}). Use plain digits, names and * , - /", "0 9 * * 1-5"
            )
    if text.startswith("#"):
        raise refused(f"A comment, not an expression. Give five fields ({_FIELDS})", "0 9 * * 1-5")


def _macro(text: str) -> str:
    if text.lower() == "@reboot":
        raise refused("“@reboot” is not a time. Use the event “app started” instead, or a time", "@daily")
    try:
        return MACROS[text.lower()]
    except KeyError:
        raise refused(f"“{text}” is not known. Use {', '.join(MACROS)}", "@daily") from None


def _wrong_count(fields: list[str]) -> InvalidInput:
    reason = f"{len(fields)} field{'s' if len(fields) != 1 else ''} instead of five fields ({_FIELDS})"
    plain = ["*" if field == "?" else field for field in fields]
    guesses = {6: (plain[1:], plain[:5]), 7: (plain[1:6],)}.get(len(fields), ())
    for guess in guesses:  # seconds first, as Quartz and Spring have it, then seconds last
        try:
            equivalent = parse_cron(" ".join(guess)).text
        except InvalidInput:
            continue
        return refused(f"{reason}; seconds and years cannot be given. Without them it is “{equivalent}”", equivalent)
    return refused(reason, "0 9 * * 1-5")


def _can_match(expression: CronExpression) -> bool:
    lengths = (
        (month, length)
        for month in expression.months
        for length in ((28, 29) if month == 2 else (_LENGTHS[month - 1],))
    )
    return any(expression.days_in(month, length, first) for month, length in lengths for first in range(7))
