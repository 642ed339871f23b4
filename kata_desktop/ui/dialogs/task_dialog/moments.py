"""Repeated hours, and wall-clock times as raw text."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kata_desktop.domain.trigger import SYSTEM_ZONE

_OFFSET = re.compile(r"(?P<local>.*\d)(?P<offset>[+-]\d\d:\d\d|[Zz])")


def split_moment(raw: str) -> tuple[str, str, str]:
    """Return date, time and offset of a raw moment; each may be empty or wrong, joined they are what was given."""
    date, _, time = raw.partition("T")
    if found := _OFFSET.fullmatch(time):
        return date, found["local"], found["offset"]
    return date, time, ""


def joined(date: str, time: str, offset: str = "") -> str:
    """Return the raw moment of three raw parts."""
    return f"{date}T{time}{offset}" if time or offset else date


def copies(date: str, time: str, zone: str, system_zone: str) -> tuple[str, str] | None:
    """Return the offsets of the two copies of a local time that the clocks go through twice, None for all others."""
    both = _offsets(date, time, zone, system_zone)
    if both is None or both[0] <= both[1]:  # in a gap the later reading has the larger offset
        return None
    return offset_text(both[0]), offset_text(both[1])


def offset_at(date: str, time: str, zone: str, system_zone: str) -> str | None:
    """Return the offset of a local time; None when there is no such time, or two."""
    both = _offsets(date, time, zone, system_zone)
    return offset_text(both[0]) if both is not None and both[0] == both[1] else None


def _offsets(date: str, time: str, zone: str, system_zone: str) -> tuple[timedelta, timedelta] | None:
    """Return the offsets that both readings of a local time have."""
    try:
        local = datetime.fromisoformat(f"{date}T{time.zfill(5)}")
        known = ZoneInfo(system_zone if zone == SYSTEM_ZONE else zone)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return None
    if local.tzinfo is not None:
        return None
    first, second = (local.replace(tzinfo=known, fold=fold).utcoffset() for fold in (0, 1))
    return None if first is None or second is None else (first, second)


def offset_text(offset: timedelta) -> str:
    """Return an offset as ``+01:00``."""
    minutes = round(offset.total_seconds() / 60)
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def utc_name(offset: timedelta | None) -> str:
    """Return an offset as people read it: “UTC+1”, “UTC−3:30”."""
    minutes = round((offset or timedelta()).total_seconds() / 60)
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'−' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''}"
