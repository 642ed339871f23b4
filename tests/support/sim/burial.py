"""The end of a simulated process: nothing of it runs on, however stubborn it is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection

from tests.support.sim.clock import SimClock
from tests.support.sim.disk import Crash

_ROUNDS = 50


async def bury(tasks: Collection[asyncio.Task[object]], clock: SimClock, settle: Callable[[], Awaitable[None]]) -> None:
    """End the tasks of a process that is gone; raises an `AssertionError` that names those that outlive it.

    They are cancelled once, as at any end. Time stands still meanwhile, so whoever goes on waiting for the clock after
    that would wait for ever: as with a real process, the clock does not come back for them.
    """
    for round_number in range(_ROUNDS):
        left = [task for task in asyncio.all_tasks() if task in tasks]
        if not left:
            return
        for task in left:
            if not (round_number and clock.break_off(task, Crash())):
                task.cancel()
        await settle()
    names = sorted(task.get_name() for task in asyncio.all_tasks() if task in tasks)
    raise AssertionError(f"these outlive their process, whatever is done to end them: {names}")
