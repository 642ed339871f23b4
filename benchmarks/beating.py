"""A heartbeat on a loop: how long other work keeps everything else waiting."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from types import TracebackType
from typing import Self

INTERVAL = 0.004
_FAVOURED = -15


def favour_this_process() -> None:
    """Go before other programs where that is allowed: their work is not what is measured."""
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, _FAVOURED)


class Beat:
    """Beats every 4 ms while it is entered.

    Attributes:
        longest_ms: the longest time between two beats, the 4 ms included.
    """

    def __init__(self) -> None:
        self.longest_ms = 0.0
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.get_running_loop().create_task(self._beat(), name="heartbeat")
        await asyncio.sleep(INTERVAL * 5)
        self.longest_ms = 0.0
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.sleep(INTERVAL * 5)
        assert self._task is not None
        self._task.cancel()

    async def _beat(self) -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(INTERVAL)
            now = time.perf_counter()
            self.longest_ms = max(self.longest_ms, (now - last) * 1000)
            last = now
