"""The five fields of a cron expression: what each may hold, and refusals that say so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kata_desktop.domain.errors import FieldError, InvalidInput

LAST = -1
"""Stands for "the last one": the last day of the month, or the last such weekday in it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
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
PARTS = (
    Part(name="Minute", low=0, high=59, example="30 9 * * *", stepped="*/15 * * * *"),
    Part(name="Hour", low=0, high=23, example="0 9 * * 1-5", stepped="0 */2 * * *"),
    Part(name="Day", low=1, high=31, example="0 9 1 * *", stepped="0 9 */2 * *"),
    Part(name="Month", low=1, high=12, example="0 9 1 6 *", stepped="0 9 1 */2 *", names=_MONTHS),
    Part(name="Weekday", low=0, high=7, example="0 9 * * MON-FRI", stepped="0 9 * * 1-5/2", names=_WEEKDAYS),
)
DAY_PART, WEEKDAY_PART = PARTS[2], PARTS[4]
_STEP = re.compile(r"(?P<range>[^/]*)/(?P<step>.*)")


def values_of(part: Part, field: str) -> Iterator[int]:
    """Yield the values that one of the first four fields names; `LAST` for the month's last day.

    Raises:
        InvalidInput: the field is not in the dialect.
    """
    for item in _items(part, field):
        if item == "L" and part is DAY_PART:
            yield LAST
        else:
            yield from _range(part, item)


def weekdays_of(field: str) -> tuple[frozenset[int], frozenset[tuple[int, int]]]:
    """Return the plain weekdays (Sunday = 0) and the (weekday, n) pairs that the fifth field names.

    Raises:
        InvalidInput: the field is not in the dialect.
    """
    plain: set[int] = set()
    nth: set[tuple[int, int]] = set()
    for item in _items(WEEKDAY_PART, field):
        if "#" in item:
            day, _, count = item.partition("#")
            if count not in {"1", "2", "3", "4", "5"}:
                raise _wrong(WEEKDAY_PART, f"“{item}” asks for week “{count}” of the month. Use #1–#5", "0 9 * * MON#2")
            nth.add((_value(WEEKDAY_PART, day) % 7, int(count)))
        elif item.startswith("L"):
            if len(item) == 1:
                raise _wrong(WEEKDAY_PART, "“L” needs a weekday, such as L5 for the last Friday", "0 9 * * L5")
            nth.add((_value(WEEKDAY_PART, item[1:]) % 7, LAST))
        else:
            plain.update(day % 7 for day in _range(WEEKDAY_PART, item))
    if plain and nth:
        raise _wrong(
            WEEKDAY_PART, "Plain weekdays cannot be mixed with # or L. Use two expressions", "0 9 * * MON#1,FRI#1"
        )
    return frozenset(plain), frozenset(nth)


def _items(part: Part, field: str) -> list[str]:
    items = field.split(",")
    if "" in items:
        raise _wrong(part, f"“{field}” has a comma with nothing beside it")
    for item in items:
        if item in {"?", "H", "R"} or item.startswith(("H(", "H/", "R(", "R/")):
            raise _wrong(part, f"“{item}” is not known here. Use * or a value, {part.allowed}")
        if part is DAY_PART and (item.endswith("W") or item.startswith("L-")):
            raise _wrong(
                part, f"“{item}” is not known here. Use a day, {part.allowed}, or L for the last day", "0 9 L * *"
            )
    return items


def _range(part: Part, item: str) -> range:
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
        hint = f"; Sunday at the end of a range is 7: {start}-7" if part is WEEKDAY_PART and end == 0 else ""
        raise _wrong(part, f"“{span}” ends before it starts{hint}. Use two ranges or a list, {part.allowed}")
    return range(start, end + 1, step)


def _step(part: Part, text: str, item: str) -> int:
    if not text.isdigit() or not 1 <= int(text[:4]) <= part.high or len(text) > 3:
        raise _wrong(part, f"“{item}” has the step “{text}”. Use 1–{part.high}", part.stepped)
    return int(text)


def _value(part: Part, text: str) -> int:
    if text in part.names:
        return part.names.index(text) + (1 if part.names is _MONTHS else 0)
    if not text.isdigit():
        raise refused(
            f"{part.name} is {f'“{text}”' if text else 'empty beside “-”'}. Use {part.allowed}", part.example, part
        )
    if len(text) > 3 or not part.low <= int(text) <= part.high:
        raise refused(
            f"{part.name} is {text if len(text) <= 3 else 'too large'}. Use {part.allowed}", part.example, part
        )
    return int(text)


def _wrong(part: Part, reason: str, example: str = "") -> InvalidInput:
    return refused(f"{part.name}: {reason}", example or part.example, part)


def refused(reason: str, example: str, part: Part | None = None) -> InvalidInput:
    """Return the refusal of a cron expression; `part` is the field that is wrong."""
    name = part.name.lower() if part else ""
    return InvalidInput(FieldError(field="cron", label="Cron expression", reason=reason, example=example, part=name))
