"""Time in the tests of plugins: it stands still until the test lets it pass."""

from __future__ import annotations

import asyncio
import heapq
from datetime import UTC, datetime, timedelta
from itertools import count

from kata_desktop.runtime.alarm import CHUNK_SECONDS

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
"""A Monday."""
_OURS = ("time limit", "grace of", "plugin ", "hook")
"""How names of tasks begin that wait for the clock without being the work of a run."""
_LOOK = 3600.0


class HarnessClock:
    """Wall and monotonic time; whoever sleeps wakes in the order of time."""

    def __init__(self, start: datetime, zone: str) -> None:
        self._now = start
        self._zone = zone
        self._monotonic = 1000.0
        self._sleepers: list[tuple[float, int, str, asyncio.Future[None]]] = []
        self._numbers = count()

    def now(self) -> datetime:
        """The wall clock (UTC)."""
        return self._now

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return self._monotonic

    def zone_name(self) -> str:
        """The zone that the test chose."""
        return self._zone

    async def sleep(self, seconds: float) -> None:
        """Wait until the test has let so much time pass."""
        task = asyncio.current_task()
        await self.wake_at(self._monotonic + seconds, task.get_name() if task else "")

    def wake_at(self, monotonic: float, who: str) -> asyncio.Future[None]:
        """What is done when that time has come."""
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if monotonic <= self._monotonic:
            woken.set_result(None)
        else:
            heapq.heappush(self._sleepers, (monotonic, next(self._numbers), who, woken))
        return woken

    def next_wake(self) -> float | None:
        """Seconds until somebody wakes; None when nobody sleeps."""
        while self._sleepers and self._sleepers[0][3].done():
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] - self._monotonic if self._sleepers else None

    def sleepers(self) -> int:
        """How many pieces of the work of runs wait for the clock."""
        return sum(not woken.done() and not who.startswith(_OURS) for _, _, who, woken in self._sleepers)

    def pass_time(self, seconds: float) -> None:
        """Let time pass and wake whose time has come."""
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds
        while self._sleepers and self._sleepers[0][0] <= self._monotonic + 1e-9:
            woken = heapq.heappop(self._sleepers)[3]
            if not woken.done():
                woken.set_result(None)


class HarnessAlarm:
    """What the engine waits on.

    Attributes:
        is_idle: Whether the engine waits.
        rounds: How often it came to wait.
    """

    def __init__(self, clock: HarnessClock) -> None:
        self._clock = clock
        self._rung = False
        self._waiting: asyncio.Future[None] | None = None
        self.is_idle = False
        self.rounds = 0

    async def wait(self, until: datetime | None, *, chunk: float = CHUNK_SECONDS) -> None:  # noqa: ARG002
        """See `runtime.alarm.Alarm`; nobody sets this clock, so it need not be looked at that often."""
        self.rounds += 1
        if not self._rung:
            seconds = _LOOK if until is None else min(_LOOK, (until - self._clock.now()).total_seconds())
            self._waiting = self._clock.wake_at(self._clock.monotonic() + seconds, "time limit of the engine")
            self.is_idle = True
            await self._waiting
        self._rung = self.is_idle = False

    def ring(self) -> None:
        """See `runtime.alarm.Alarm`."""
        self._rung = True
        self.is_idle = False
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def close(self) -> None:
        """Nothing is held."""
