"""Waits on the real alarm and says what ended the wait: for tests under a faked wall clock.

``python alarm_program.py SECONDS`` prints ``ready``, waits until that far in the future of its wall clock, and
prints how far the wall clock then is from that instant.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta

from kata_desktop.runtime.alarm import SystemAlarm
from kata_desktop.runtime.clock import SystemClock


async def main(seconds: float) -> None:
    """Wait until the instant is there, however often the alarm ends earlier."""
    clock = SystemClock()
    alarm = SystemAlarm(clock)
    until = clock.now() + timedelta(seconds=seconds)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while clock.now() < until:
        await alarm.wait(until, chunk=0.2)
    sys.stdout.write(f"{(clock.now() - until).total_seconds():.6f}\n")
    alarm.close()


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1])))
