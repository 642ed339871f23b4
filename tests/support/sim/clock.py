"""A clock whose time goes on only when the test says so."""

from __future__ import annotations

import asyncio
import heapq
import math
from datetime import UTC, datetime, timedelta
from itertools import count

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
"""A Monday; 09:00 in Berlin, clocks change there on the 29th."""
_SWITCHED_ON = 1000.0
"""The monotonic clock at the start."""


class Wait:
    """Somebody who waits for the monotonic clock, the wall clock, or whichever comes first."""

    def __init__(self, monotonic: float, wall: datetime | None) -> None:
        self.monotonic = monotonic
        self.wall = wall
        self.owner = asyncio.current_task()
        self.woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def left(self, clock: SimClock) -> float:
        """Seconds until it is over, as long as nobody sets a clock."""
        left = self.monotonic - clock.monotonic()
        if self.wall is not None:
            left = min(left, (self.wall - clock.now()).total_seconds())
        return max(0.0, left)

    def wake(self) -> None:
        """End it."""
        if not self.woken.done():
            self.woken.set_result(None)


class SimClock:
    """Wall, monotonic and boot time of a simulated computer, moved by `SimComputer`.

    Attributes:
        watchdog: Whether alarms also end after their chunk; without, a year passes faster.
    """

    def __init__(self, start: datetime = START, *, zone: str = "Europe/Berlin") -> None:
        self.zone = zone
        self.watchdog = True
        self._now = start
        self._monotonic = _SWITCHED_ON
        self._asleep = 0.0
        self._sleepers: list[tuple[float, int, Wait]] = []
        self._alarms: list[Wait] = []
        self._numbers = count()

    def now(self) -> datetime:
        """The wall clock."""
        return self._now

    def monotonic(self) -> float:
        """The monotonic clock; it stands still in sleep."""
        return self._monotonic

    def boot_seconds(self) -> float:
        """The clock that goes on in sleep."""
        return self._monotonic + self._asleep

    def passed(self) -> timedelta:
        """How long it has gone, awake and asleep, whatever the wall was set to."""
        return timedelta(seconds=self.boot_seconds() - _SWITCHED_ON)

    def zone_name(self) -> str:
        """The zone the test chose."""
        return self.zone

    async def sleep(self, seconds: float) -> None:
        """Wait on the monotonic clock."""
        wait = Wait(self._monotonic + seconds, None)
        heapq.heappush(self._sleepers, (wait.monotonic, next(self._numbers), wait))
        await wait.woken

    def watch(self, wait: Wait) -> None:
        """Wake this one in its time, too."""
        self._alarms.append(wait)

    def unwatch(self, wait: Wait) -> None:
        """Forget it."""
        self._alarms.remove(wait)

    def next_event(self) -> float | None:
        """Seconds until somebody's waiting is over; None when nobody waits."""
        self._forget_cancelled()
        waits = [wait.left(self) for wait in self._alarms if not wait.woken.done()]
        if self._sleepers:
            waits.append(max(0.0, self._sleepers[0][0] - self._monotonic))
        return min(waits, default=None)

    def pass_time(self, seconds: float) -> None:
        """Let time pass; the waits that are over end in the order of their time."""
        # Clocks count whole microseconds; rounding up keeps every deadline reached.
        step = max(1 if seconds > 0 else 0, -(-round(seconds * 1e9) // 1000))
        self._now += timedelta(microseconds=step)
        self._monotonic = round(self._monotonic + step / 1e6, 6)
        self._forget_cancelled()
        while self._sleepers and self._sleepers[0][0] <= self._monotonic + 1e-7:
            heapq.heappop(self._sleepers)[2].wake()
        for wait in self._alarms:
            if wait.left(self) <= 1e-7:
                wait.wake()

    def fall_asleep(self, seconds: float) -> None:
        """The computer sleeps: the wall goes on, the monotonic clock does not."""
        self._now += timedelta(seconds=seconds)
        self._asleep += seconds

    def set_wall(self, by: timedelta) -> None:
        """Somebody sets the clock."""
        self._now += by

    def break_off(self, task: asyncio.Task[object], error: BaseException) -> bool:
        """End the waiting of a task with an error instead of a time; false when it does not wait for this clock."""
        waits = [*self._alarms, *(wait for _, _, wait in self._sleepers)]
        waits = [wait for wait in waits if wait.owner is task and not wait.woken.done()]
        for wait in waits:
            wait.woken.set_exception(error)
        return bool(waits)

    def _forget_cancelled(self) -> None:
        while self._sleepers and self._sleepers[0][2].woken.done():
            heapq.heappop(self._sleepers)


class SimAlarm:
    """The engine's alarm on a simulated clock.

    Attributes:
        until: What the engine waits for at present; None for nothing in particular.
        waiting: Whether it waits.
        rounds: How often the engine came to wait.
        deaf: Rings are not heard, as if somebody else had caused them.
    """

    def __init__(self, clock: SimClock) -> None:
        self._clock = clock
        self._rung = False
        self._waiter: asyncio.Future[None] | None = None
        self.until: datetime | None = None
        self.waiting = False
        self.rounds = 0
        self.deaf = False

    async def wait(self, until: datetime | None, *, chunk: float = 60.0) -> None:
        """As `runtime.alarm.Alarm.wait`."""
        self.rounds += 1
        if self._rung or (until is not None and until <= self._clock.now()):
            self._rung = False
            await asyncio.sleep(0)
            return
        self.until, self.waiting = until, True
        patience = chunk if self._clock.watchdog or until is None else math.inf
        wait = Wait(self._clock.monotonic() + patience, until)
        self._clock.watch(wait)
        try:
            self._waiter = wait.woken
            await wait.woken
        finally:
            self._clock.unwatch(wait)
            self.waiting, self._rung, self._waiter = False, False, None

    def ring(self) -> None:
        """As `runtime.alarm.Alarm.ring`."""
        if self.deaf:
            return
        self._rung = True
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def close(self) -> None:
        """Nothing is held."""
