"""Notices that the computer slept, that somebody set the clock and that the zone changed, by comparing clocks."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from kata_desktop.domain.events import ClockMoved, ComputerWoke, ZoneChanged
from kata_desktop.runtime.clock import Clock

SLEEP_TOLERANCE = 1.0
"""Seconds; reading several clocks takes time, and a loaded computer may pause between two of them."""
CLOCK_TOLERANCE = 5.0
"""Seconds; smaller corrections of the wall clock are everyday time keeping."""

WakeEvent = ComputerWoke | ClockMoved | ZoneChanged


if sys.platform == "linux":

    def boot_seconds() -> float:
        """Seconds on a clock that goes on during sleep."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

else:

    def boot_seconds() -> float:
        """Seconds on a clock that goes on during sleep (Windows: both stand still, the window is told of sleep)."""
        return time.monotonic()


if sys.platform == "darwin":

    def awake_seconds() -> float:
        """Seconds on a clock that stands still during sleep."""
        return time.clock_gettime(time.CLOCK_UPTIME_RAW)

else:

    def awake_seconds() -> float:
        """Seconds on a clock that stands still during sleep."""
        return time.monotonic()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Mark:
    asleep: float
    offset: float


class WakeWatch:
    """Compares the clocks with how they stood at the last look; has no timer of its own.

    The engine asks after each chunk of waiting, and whoever hears of a wake-up earlier may ask at once: whoever asks
    first gets the news, the next one gets nothing.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        boot: Callable[[], float] = boot_seconds,
        awake: Callable[[], float] = awake_seconds,
    ) -> None:
        self._clock = clock
        self._boot = boot
        self._awake = awake
        self._zone = clock.zone_name()
        self._mark = self._look()[0]

    def check(self) -> tuple[WakeEvent, ...]:
        """Tell what happened since the last call: sleep first, then the clock, then the zone."""
        mark, wall = self._look()
        slept = mark.asleep - self._mark.asleep
        moved = mark.offset - self._mark.offset
        self._mark = mark
        events: list[WakeEvent] = []
        if slept > SLEEP_TOLERANCE:
            events.append(ComputerWoke(slept_seconds=slept, at=datetime.fromtimestamp(wall, UTC)))
        if abs(moved) > CLOCK_TOLERANCE:
            events.append(ClockMoved(seconds=moved))
        if (zone := self._clock.zone_name()) != self._zone:
            self._zone = zone
            events.append(ZoneChanged(zone=zone))
        return tuple(events)

    def _look(self) -> tuple[_Mark, float]:
        wall, boot, awake = self._clock.now().timestamp(), self._boot(), self._awake()
        return _Mark(asleep=boot - awake, offset=wall - boot), wall
