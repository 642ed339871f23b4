"""A clock that stands still until the test moves it."""

from __future__ import annotations

import asyncio
import heapq
from datetime import UTC, datetime, timedelta
from itertools import count


class HandClock:
    """Wall and monotonic time that go on only by `advance`; sleepers wake in the order of their time."""

    def __init__(self, start: datetime = datetime(2026, 3, 2, 9, tzinfo=UTC), *, zone: str = "Europe/Berlin") -> None:
        self._now = start
        self._monotonic = 1000.0
        self.zone = zone
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = count()

    def now(self) -> datetime:
        """The wall clock."""
        return self._now

    def monotonic(self) -> float:
        """The monotonic clock."""
        return self._monotonic

    def zone_name(self) -> str:
        """The zone the test chose."""
        return self.zone

    async def sleep(self, seconds: float) -> None:
        """Wait until the test has advanced that far."""
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._monotonic + seconds, next(self._numbers), woken))
        await woken

    def sleeping(self) -> list[float]:
        """For how many seconds each sleeper still waits, the shortest first."""
        return sorted(at - self._monotonic for at, _, woken in self._sleepers if not woken.done())

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds
        while self._sleepers and self._sleepers[0][0] <= self._monotonic:
            _, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                woken.set_result(None)
