"""Tells authors when a step of their code kept the loop, and with it windows and every other plugin, from going on."""

from __future__ import annotations

import logging
from types import TracebackType

from kata_desktop.runtime.clock import Clock

LONGEST_STEP = 0.25
"""Seconds; beyond them a person sees that nothing moves."""


class HoldUps:
    """Of one plugin in one workspace; every piece of work is told of once.

    Attributes:
        measured_so_far: Seconds in steps that have ended; a step around another one is not blamed for that one's.
    """

    def __init__(self, clock: Clock, log: logging.LoggerAdapter[logging.Logger]) -> None:
        self.measured_so_far = 0.0
        self._clock = clock
        self._log = log
        self._told: set[str] = set()

    def measured(self, what: str) -> Step:
        """Measure a step of a piece of work."""
        return Step(self, what)

    def now(self) -> float:
        """Seconds that never go back."""
        return self._clock.monotonic()

    def tell(self, what: str, seconds: float) -> None:
        """A step of a piece of work took so long."""
        if what in self._told:
            return
        self._told.add(what)
        advice = (
            "what takes long belongs into a plain method (def), which has a thread of its own, or asyncio.to_thread"
        )
        self._log.warning("%s held up the whole program for %.1f s; %s", what, seconds, advice)


class Step:
    """What surrounds one step."""

    def __init__(self, hold_ups: HoldUps, what: str) -> None:
        self._hold_ups = hold_ups
        self._what = what
        self._began = self._before = 0.0

    def __enter__(self) -> None:
        self._before = self._hold_ups.measured_so_far
        self._began = self._hold_ups.now()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        took = self._hold_ups.now() - self._began
        own = took - (self._hold_ups.measured_so_far - self._before)
        self._hold_ups.measured_so_far = self._before + took
        if own >= LONGEST_STEP:
            self._hold_ups.tell(self._what, own)
