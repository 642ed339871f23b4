"""Whether the clocks run evenly: only then does an expired lease say anything about the process that holds it."""

from __future__ import annotations

from kata_desktop.runtime.clock import Clock

TOLERANCE = 5.0
"""Seconds by which the wall clock may run away from the monotonic one between two looks."""


class Steadiness:
    """Compares wall and monotonic clock at every look.

    After sleep, or when somebody sets the clock, every lease looks expired although its holder lives and is about to
    renew it.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since = clock.monotonic()
        self._offset = self._distance()

    def seconds(self) -> float:
        """For how long the clocks have now run side by side."""
        offset, monotonic = self._distance(), self._clock.monotonic()
        if abs(offset - self._offset) > TOLERANCE:
            self._since = monotonic
        self._offset = offset
        return monotonic - self._since

    def _distance(self) -> float:
        return self._clock.now().timestamp() - self._clock.monotonic()
