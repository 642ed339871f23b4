"""Dates with a time, as people type them: ``2026-11-21T09:00``, in a zone or with an offset."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from kata_desktop.domain.errors import FieldError, InvalidInput
from kata_desktop.scheduler.inputs.zones import place
from kata_desktop.scheduler.occurrences.walltime import Reading, instant_of, reading_of, zone_info
from kata_desktop.scheduler.words.calendar_words import MONTHS

FARTHEST = timedelta(days=3653)
"""Ten years."""

_SHAPE = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})[T ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2}))?(?P<offset>Z|(?P<sign>[+-])(?P<offset_hour>[0-9]{2}):(?P<offset_minute>[0-9]{2}))?"
)
_DATE_ONLY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """A date with a time that exists exactly once."""

    local: datetime
    """Naive wall-clock time in the zone it was read for; `fold` set for the second copy of a repeated hour."""
    instant: datetime
    """Aware, in UTC."""


def parse_at(
    text: str, *, zone: str, system_zone: str, now: datetime, field: str = "at", label: str = "Date and time"
) -> Moment:
    """Read a local date-time in `zone`, or one with an offset, which is then shown in `zone`.

    Whether it is past is for the caller to judge.

    Raises:
        InvalidInput: no such date or time, skipped or repeated by a clock change, or more than ten years away.
    """
    refusal = _Refusal(field, label, now)
    match = _SHAPE.fullmatch(text.strip(" \t\r\n"))
    if match is None:
        raise refusal.of(_misshapen(text.strip(" \t\r\n")))
    local = _calendar(match, refusal)
    if not now.year - 100 <= local.year <= now.year + 11:
        raise refusal.of(f"The year {local.year:04} is more than ten years away. Use a nearer one")
    info = zone_info(zone, system_zone)
    if match["offset"]:
        instant = (local - _offset(match, refusal)).replace(tzinfo=UTC)
        shown = instant.astimezone(info)
        local = shown.replace(tzinfo=None)
    else:
        name = place(info.key)
        _check_reading(
            local,
            reading_of(info, local),
            name,
            refusal,
            instants=[instant_of(info, local.replace(fold=fold)).astimezone(info) for fold in (0, 1)],
        )
        instant = instant_of(info, local)
    if abs(instant - now) > FARTHEST and instant > now:
        raise refusal.of("More than ten years away. Use a nearer date")
    return Moment(local=local, instant=instant)


def past(field: str, label: str, local: datetime, now: datetime) -> InvalidInput:
    """Return the refusal of a moment that has gone by."""
    refused = _Refusal(field, label, now).of(f"{local:%Y-%m-%d %H:%M} is in the past. Use a moment still to come")
    return InvalidInput(*(replace(error, passed=True) for error in refused.errors))


@dataclass(frozen=True, slots=True)
class _Refusal:
    field: str
    label: str
    now: datetime

    def of(self, reason: str, example: str = "") -> InvalidInput:
        example = example or f"{self.now + timedelta(days=1):%Y-%m-%d}T09:00"
        return InvalidInput(FieldError(field=self.field, label=self.label, reason=reason, example=example))


def _misshapen(text: str) -> str:
    if not text:
        return "Empty. Give a date and a time"
    if _DATE_ONLY.fullmatch(text):
        return f"“{text}” has no time of day. Add one"
    return "Not a date with a time. Use year-month-day, T, hours:minutes"


def _calendar(match: re.Match[str], refusal: _Refusal) -> datetime:
    year, month, day = int(match["year"]), int(match["month"]), int(match["day"])
    hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"] or 0)
    if not 1 <= month <= 12 or year < 1:
        raise refusal.of(f"There is no month {match['month']} in the year {match['year']}. Use 01–12")
    if not 1 <= day <= monthrange(year, month)[1]:
        raise refusal.of(f"{MONTHS[month - 1]} {year} has no day {day}. Use one that it has")
    if hour > 23 or minute > 59 or second > 59:
        raise refusal.of(f"{match[0][11:].removesuffix(match['offset'] or '')} is no time of day. Use 00:00–23:59")
    return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - wall-clock time


def _offset(match: re.Match[str], refusal: _Refusal) -> timedelta:
    if match["offset"] == "Z":
        return timedelta(0)
    hours, minutes = int(match["offset_hour"]), int(match["offset_minute"])
    if hours > 14 or minutes > 59:
        raise refusal.of(f"No place on Earth has the offset {match['offset']}. Use -12:00 to +14:00")
    size = timedelta(hours=hours, minutes=minutes)
    return -size if match["sign"] == "-" else size


def _check_reading(local: datetime, reading: Reading, name: str, refusal: _Refusal, instants: list[datetime]) -> None:
    match reading:
        case Reading.PLAIN:
            return
        case Reading.GAP:
            raise refusal.of(
                f"{local:%Y-%m-%d %H:%M} does not exist in {name}: clocks go forward then. Use a time after that",
                f"{instants[0]:%Y-%m-%dT%H:%M}",
            )
        case Reading.OVERLAP:
            first, second = (instant.isoformat(timespec="minutes") for instant in instants)
            raise refusal.of(
                f"{local:%Y-%m-%d %H:%M} comes twice in {name}: clocks go back then. "
                f"Give the offset: {first} for the first, {second} for the second",
                first,
            )
