"""Cron expressions: read strictly in Debian's (Vixie) dialect plus ``L``, ``MON#2`` and ``L5``.

The reading is our own, so that every refusal names the field, what it may hold and a correct example. What a person
typed is shown to croniter as well (`confirm`), so that the dialect stays within what other tools understand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from kata_desktop.domain.errors import FieldError, InvalidInput

LAST = -1
"""Stands for "the last one": the last day of the month, or the last such weekday in it."""

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


@dataclass(frozen=True, kw_only=True, slots=True)
class _Part:
    """What one of the five fields may hold."""

    name: str
    low: int
    high: int
    example: str
    stepped: str
    """An example with a step."""
    names: tuple[str, ...] = ()

    @property
    def allowed(self) -> str:
        span = f"{self.low}–{self.high}"
        return f"{span} or {self.names[0]}–{self.names[-1]}" if self.names else span


_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_PARTS = (
    _Part(name="Minute", low=0, high=59, example="30 9 * * *", stepped="*/15 * * * *"),
    _Part(name="Hour", low=0, high=23, example="0 9 * * 1-5", stepped="0 */2 * * *"),
    _Part(name="Day", low=1, high=31, example="0 9 1 * *", stepped="0 9 */2 * *"),
    _Part(name="Month", low=1, high=12, example="0 9 1 6 *", stepped="0 9 1 */2 *", names=_MONTHS),
    _Part(name="Weekday", low=0, high=7, example="0 9 * * MON-FRI", stepped="0 9 * * 1-5/2", names=_WEEKDAYS),
)
_DAY, _WEEKDAY = _PARTS[2], _PARTS[4]
_STEP = re.compile(r"(?P<range>[^/]*)/(?P<step>.*)")
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
        frozenset(_values(part, field)) for part, field in zip(_PARTS[:4], fields[:4], strict=True)
    )
    weekdays, nth_weekdays = _weekdays(fields[4])
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
        raise _refused(f"“{expression.text}” never matches: that day does not come in that month", "0 0 28 2 *", _DAY)
    return expression


def confirm(expression: CronExpression) -> None:
    """Ask croniter for a second opinion about an expression that somebody typed.

    Raises:
        InvalidInput: croniter does not understand it, so other programs may not either.
    """
    from croniter import croniter  # 70 ms: only when a person types an expression, never on the way to a run

    if not croniter.is_valid(expression.text):
        raise _refused(f"“{expression.text}” is not understood by croniter", "0 9 * * 1-5")


def _fields(text: str) -> list[str]:
    text = text.strip(" \t\r\n")
    _check_characters(text)
    if text.startswith("@"):
        text = _macro(text)
    fields = text.upper().split()
    if len(fields) != len(_PARTS):
        raise _wrong_count(fields)
    return fields


def _check_characters(text: str) -> None:
    if not text:
        raise _refused(f"Empty. Give five fields ({_FIELDS})", "0 9 * * 1-5")
    if len(text) > LONGEST:
        raise _refused(f"{len(text)} characters long. Use at most {LONGEST}", "0 9 * * 1-5")
    for character in text:
        if not character.isascii() or (not character.isprintable() and character != "\t"):
            shown = f"“{character}” " if character.isprintable() else ""
            raise _refused(
                f"Contains {shown}(U+{ord(character):04X}). Use plain digits, names and * , - /", "0 9 * * 1-5"
            )
    if text.startswith("#"):
        raise _refused(f"A comment, not an expression. Give five fields ({_FIELDS})", "0 9 * * 1-5")


def _macro(text: str) -> str:
    if text.lower() == "@reboot":
        raise _refused("“@reboot” is not a time. Use the event “app started” instead, or a time", "@daily")
    try:
        return MACROS[text.lower()]
    except KeyError:
        raise _refused(f"“{text}” is not known. Use {', '.join(MACROS)}", "@daily") from None


def _wrong_count(fields: list[str]) -> InvalidInput:
    reason = f"{len(fields)} field{'s' if len(fields) != 1 else ''} instead of five fields ({_FIELDS})"
    plain = ["*" if field == "?" else field for field in fields]
    guesses = {6: (plain[1:], plain[:5]), 7: (plain[1:6],)}.get(len(fields), ())
    for guess in guesses:  # seconds first, as Quartz and Spring have it, then seconds last
        try:
            equivalent = parse_cron(" ".join(guess)).text
        except InvalidInput:
            continue
        return _refused(f"{reason}; seconds and years cannot be given. Without them it is “{equivalent}”", equivalent)
    return _refused(reason, "0 9 * * 1-5")


def _values(part: _Part, field: str) -> Iterator[int]:
    for item in _items(part, field):
        if item == "L" and part is _DAY:
            yield LAST
        else:
            yield from _range(part, item)


def _weekdays(field: str) -> tuple[frozenset[int], frozenset[tuple[int, int]]]:
    plain: set[int] = set()
    nth: set[tuple[int, int]] = set()
    for item in _items(_WEEKDAY, field):
        if "#" in item:
            day, _, count = item.partition("#")
            if count not in {"1", "2", "3", "4", "5"}:
                raise _wrong(_WEEKDAY, f"“{item}” asks for week “{count}” of the month. Use #1–#5", "0 9 * * MON#2")
            nth.add((_value(_WEEKDAY, day) % 7, int(count)))
        elif item.startswith("L"):
            if len(item) == 1:
                raise _wrong(_WEEKDAY, "“L” needs a weekday, such as L5 for the last Friday", "0 9 * * L5")
            nth.add((_value(_WEEKDAY, item[1:]) % 7, LAST))
        else:
            plain.update(day % 7 for day in _range(_WEEKDAY, item))
    if plain and nth:
        raise _wrong(_WEEKDAY, "Plain weekdays cannot be mixed with # or L. Use two expressions", "0 9 * * MON#1,FRI#1")
    return frozenset(plain), frozenset(nth)


def _items(part: _Part, field: str) -> list[str]:
    items = field.split(",")
    if "" in items:
        raise _wrong(part, f"“{field}” has a comma with nothing beside it")
    for item in items:
        if item in {"?", "H", "R"} or item.startswith(("H(", "H/", "R(", "R/")):
            raise _wrong(part, f"“{item}” is not known here. Use * or a value, {part.allowed}")
        if part is _DAY and (item.endswith("W") or item.startswith("L-")):
            raise _wrong(
                part, f"“{item}” is not known here. Use a day, {part.allowed}, or L for the last day", "0 9 L * *"
            )
    return items


def _range(part: _Part, item: str) -> range:
    match = _STEP.fullmatch(item)
    span, step = (match["range"], _step(part, match["step"], item)) if match else (item, 1)
    if span == "*":
        return range(part.low, part.high + 1, step)
    first, dash, last = span.partition("-")
    if match and not dash:
        raise _wrong(part, f"“{item}” has a step without a range. Use * or a range before the slash", part.stepped)
    start = _value(part, first)
    end = _value(part, last) if dash else start
    if end < start:
        hint = f"; Sunday at the end of a range is 7: {start}-7" if part is _WEEKDAY and end == 0 else ""
        raise _wrong(part, f"“{span}” ends before it starts{hint}. Use two ranges or a list, {part.allowed}")
    return range(start, end + 1, step)


def _step(part: _Part, text: str, item: str) -> int:
    if not text.isdigit() or not 1 <= int(text[:4]) <= part.high or len(text) > 3:
        raise _wrong(part, f"“{item}” has the step “{text}”. Use 1–{part.high}", part.stepped)
    return int(text)


def _value(part: _Part, text: str) -> int:
    if text in part.names:
        return part.names.index(text) + (1 if part.names is _MONTHS else 0)
    if not text.isdigit():
        raise _refused(
            f"{part.name} is {f'“{text}”' if text else 'empty beside “-”'}. Use {part.allowed}", part.example, part
        )
    if len(text) > 3 or not part.low <= int(text) <= part.high:
        raise _refused(
            f"{part.name} is {text if len(text) <= 3 else 'too large'}. Use {part.allowed}", part.example, part
        )
    return int(text)


def _can_match(expression: CronExpression) -> bool:
    lengths = (
        (month, length)
        for month in expression.months
        for length in ((28, 29) if month == 2 else (_LENGTHS[month - 1],))
    )
    return any(expression.days_in(month, length, first) for month, length in lengths for first in range(7))


def _wrong(part: _Part, reason: str, example: str = "") -> InvalidInput:
    return _refused(f"{part.name}: {reason}", example or part.example, part)


def _refused(reason: str, example: str, part: _Part | None = None) -> InvalidInput:
    name = part.name.lower() if part else ""
    return InvalidInput(FieldError(field="cron", label="Cron expression", reason=reason, example=example, part=name))
