"""Durations such as ``90s 30m 2h 1d``: read strictly, written shortly or in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from kata_desktop.domain.errors import FieldError, InvalidInput

_SHAPE = re.compile(r"(?:(?P<d>[0-9]{1,9})d)?(?:(?P<h>[0-9]{1,9})h)?(?:(?P<m>[0-9]{1,9})m)?(?:(?P<s>[0-9]{1,9})s)?")
_UNITS = (("d", 86_400, "day"), ("h", 3_600, "hour"), ("m", 60, "minute"), ("s", 1, "second"))


@dataclass(frozen=True, kw_only=True, slots=True)
class DurationField:
    """A field that holds a duration, and its limits."""

    field: str
    label: str
    low: timedelta
    high: timedelta
    example: str
    bare_seconds: bool = False
    """A plain number is taken as seconds."""


EVERY = DurationField(field="every", label="Every", low=timedelta(minutes=1), high=timedelta(days=366), example="90m")
RETRY_DELAY = DurationField(
    field="retry_delay",
    label="Retry delay",
    low=timedelta(seconds=1),
    high=timedelta(hours=1),
    example="1m",
    bare_seconds=True,
)
TIMEOUT = DurationField(
    field="timeout",
    label="Time limit",
    low=timedelta(seconds=1),
    high=timedelta(days=1),
    example="15m",
    bare_seconds=True,
)
APPROVAL_TIMEOUT = DurationField(
    field="approval_timeout",
    label="If nobody answers within",
    low=timedelta(minutes=1),
    high=timedelta(days=7),
    example="30m",
)
WINDOW = DurationField(
    field="window", label="Catch up within", low=timedelta(minutes=1), high=timedelta(days=366), example="7d"
)
JITTER = DurationField(field="jitter", label="Random delay", low=timedelta(0), high=timedelta(days=1), example="5m")


def parse_duration(text: str, field: DurationField = EVERY) -> timedelta:
    """Read a duration: whole numbers with the units d, h, m, s, largest first.

    Raises:
        InvalidInput: not such a text, or outside the field's limits.
    """
    given = text.strip(" \t\r\n")
    if field.bare_seconds and re.fullmatch(r"[0-9]{1,9}", given):
        given += "s"
    match = _SHAPE.fullmatch(given)
    if not given or match is None:
        wrong = f"{_shown(given)} is not a duration" if given else "Empty"
        raise _refused(field, f"{wrong}. Use whole numbers with d, h, m or s")
    duration = timedelta(seconds=sum(int(match[unit] or 0) * seconds for unit, seconds, _ in _UNITS))
    if duration < field.low:
        raise _refused(field, f"{given} is too short. Use at least {duration_words(field.low)}")
    if duration > field.high:
        raise _refused(field, f"{given} is too long. Use at most {duration_words(field.high)}")
    return duration


def duration_text(duration: timedelta) -> str:
    """Write a duration of whole seconds the way `parse_duration` reads it: ``1h30m``."""
    return "".join(f"{count}{unit}" for count, unit, _ in _parts(duration)) or "0s"


def duration_words(duration: timedelta) -> str:
    """Write a duration of whole seconds in words: "1 hour 30 minutes"."""
    return " ".join(f"{count} {word}{'s' * (count != 1)}" for count, _, word in _parts(duration)) or "0 seconds"


def pace_words(duration: timedelta) -> str:
    """Write a duration as it follows "every": "hour", "90 minutes", "2 days"."""
    minutes = duration // timedelta(minutes=1)
    if duration % timedelta(minutes=1) or minutes >= 1440 or minutes % 60 == 0:
        if duration == timedelta(days=1):
            return "24 hours"  # "every day" would promise a time of day
        words = duration_words(duration)
        return words.removeprefix("1 ") if words.count(" ") == 1 else words
    return "minute" if minutes == 1 else f"{minutes} minutes" if minutes < 180 else duration_words(duration)


def _parts(duration: timedelta) -> list[tuple[int, str, str]]:
    rest = int(duration.total_seconds())
    parts = []
    for unit, seconds, word in _UNITS:
        count, rest = divmod(rest, seconds)
        if count:
            parts.append((count, unit, word))
    return parts


def _shown(text: str) -> str:
    if not text.isascii() or not text.isprintable():
        return "What was given"
    return f"“{text}”" if len(text) <= 20 else f"“{text[:20]}…”"


def _refused(field: DurationField, reason: str) -> InvalidInput:
    return InvalidInput(FieldError(field=field.field, label=field.label, reason=reason, example=field.example))
