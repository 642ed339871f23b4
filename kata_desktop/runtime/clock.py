"""Time as something that is handed in: the wall clock, the monotonic clock, the zone and waiting."""

from __future__ import annotations

import asyncio
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

_LOCALTIME = Path("/etc/localtime")
_LONGEST_PIECE = 120.0
"""Seconds; shorter ones would wake an idle computer more often than the scheduler does."""
_ZONE_HOLDS = 1.0
"""Seconds before the zone is looked up again: that is a dozen calls into the system, and a burst of runs asks often."""


class Clock(Protocol):
    """The four questions about time; the engine asks nobody else."""

    def now(self) -> datetime:
        """The wall clock: aware, UTC. It may jump."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back; they stand still while the computer sleeps."""
        ...

    def zone_name(self) -> str:
        """IANA name of the computer's present time zone."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait at least this long on the monotonic clock."""
        ...


class SystemClock:
    """The computer's own clocks."""

    def __init__(self) -> None:
        self._zone = ""
        self._zone_read = 0.0

    def now(self) -> datetime:
        """The wall clock: aware, UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()

    def zone_name(self) -> str:
        """IANA name of the present zone: TZ, else the target of /etc/localtime, else /etc/timezone, else UTC."""
        if name := _zone_from_environment():
            time.tzset()  # Python keeps the zone of the start until it is told
            return name
        now = _seconds_awake_or_not()
        if not self._zone or now - self._zone_read >= _ZONE_HOLDS:
            time.tzset()
            self._zone, self._zone_read = _zone_from_link() or _zone_from_file() or "UTC", now
        return self._zone

    async def sleep(self, seconds: float) -> None:
        """Wait on the running loop, in pieces: a cancelled Qt timer lives on until its time has come."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:  # noqa: ASYNC110 - nothing but time ends it
            await asyncio.sleep(min(left, _LONGEST_PIECE))


def _seconds_awake_or_not() -> float:
    """Seconds that never go back and go on while the computer sleeps, where it can tell."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def _known(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        return ""
    return name


def _zone_from_environment() -> str:
    return _known(os.environ.get("TZ", "").removeprefix(":"))


def _zone_from_link() -> str:
    try:
        target = str(_LOCALTIME.resolve(strict=True))
    except OSError:
        return ""
    _, found, name = target.partition("/zoneinfo/")
    return _known(name) if found else ""


def _zone_from_file() -> str:
    try:
        return _known(Path("/etc/timezone").read_text(encoding="ascii").strip())
    except (OSError, UnicodeDecodeError):
        return ""
