"""What the alarm promises, on whatever loop runs it."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

from kata_desktop.runtime.alarm import CHUNK_SECONDS, SystemAlarm
from kata_desktop.runtime.clock import SystemClock


async def never_early() -> None:
    """Fifty waits of odd lengths: none ends before its instant, and they are as punctual as a plain sleep beside them:
    that one meets the same busy computer.
    """
    clock = SystemClock()
    alarm = SystemAlarm(clock)
    late, beside = [], []
    for number in range(50):
        seconds = 0.003 + number * 0.00037
        until = clock.now() + timedelta(seconds=seconds)
        await alarm.wait(until)
        late.append((clock.now() - until).total_seconds())
        began = time.monotonic()
        await asyncio.sleep(seconds)
        beside.append(time.monotonic() - began - seconds)
    alarm.close()
    assert min(late) >= 0, f"{min(late) * 1000:.3f} ms early"
    assert sorted(late)[len(late) // 4] < sorted(beside)[len(beside) // 2] + 0.005


async def rings() -> None:
    """A ring ends the present wait; one that nobody waits for ends the next, once."""
    clock = SystemClock()
    alarm = SystemAlarm(clock)
    asyncio.get_running_loop().call_later(0.02, alarm.ring)
    async with asyncio.timeout(CHUNK_SECONDS / 2):
        await alarm.wait(None)
        alarm.ring()
        await alarm.wait(None)
    again = time.monotonic()
    await alarm.wait(None, chunk=0.05)
    assert time.monotonic() - again >= 0.05, "a ring counts once"
    alarm.close()


async def chunks() -> None:
    """However far the instant, the wait ends after a chunk; beyond what timers can hold, too."""
    clock = SystemClock()
    alarm = SystemAlarm(clock)
    for until in (clock.now() + timedelta(days=36500), None):
        began = time.monotonic()
        async with asyncio.timeout(CHUNK_SECONDS / 2):
            await alarm.wait(until, chunk=0.05)
        assert time.monotonic() - began >= 0.05
    alarm.close()


async def past() -> None:
    """An instant that has passed ends the wait at once."""
    clock = SystemClock()
    alarm = SystemAlarm(clock)
    async with asyncio.timeout(CHUNK_SECONDS / 2):
        await alarm.wait(clock.now() - timedelta(hours=1))
    alarm.close()


async def cancelled() -> None:
    """A wait that is cancelled leaves the alarm fit for the next one, and closing twice is harmless."""
    clock = SystemClock()
    alarm = SystemAlarm(clock)
    try:
        async with asyncio.timeout(0.02):
            await alarm.wait(None)
    except TimeoutError:
        pass
    until = clock.now() + timedelta(milliseconds=20)
    await alarm.wait(until)
    assert clock.now() >= until
    alarm.close()
    alarm.close()


async def clock_set() -> None:
    """What the kernel tells when somebody sets the clock ends the wait; here it is told by hand."""
    alarm = SystemAlarm(SystemClock())
    asyncio.get_running_loop().call_later(0.02, alarm._clock_set)
    async with asyncio.timeout(CHUNK_SECONDS / 2):
        await alarm.wait(None)
    alarm.close()


CASES = (never_early, rings, chunks, past, cancelled, clock_set)
