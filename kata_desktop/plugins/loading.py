"""What must not hold up the loop, in a thread of its own: importing a plugin's code and letting it register."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TypeVar

from kata_desktop.plugins.containment import Outcome, called
from kata_desktop.plugins.errors import PluginFault
from kata_desktop.runtime.clock import Clock
from kata_desktop.runtime.spawn import Spawner

T = TypeVar("T")


class SideThreads:
    """Runs a call in a thread that nobody waits for longer than its limit: a pool's threads would hold up the end."""

    def __init__(self, *, clock: Clock, spawner: Spawner) -> None:
        self._clock = clock
        self._spawner = spawner

    async def run(self, work: Callable[[], T], *, what: str, who: str, limit: float) -> T:
        """Call something of a plugin. Raises what it raises; `PluginFault` when it takes longer or tries to exit.

        A call that takes longer goes on in its thread; what it brings then is not used.
        """
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[Outcome[T]] = loop.create_future()

        def settle(outcome: Outcome[T]) -> None:
            if not ended.done():
                ended.set_result(outcome)

        def body() -> None:
            outcome = called(work)
            try:
                loop.call_soon_threadsafe(settle, outcome)
            except RuntimeError:
                return  # the loop is closed: nobody is there to hear it

        threading.Thread(target=body, name=f"plugin {who}: {what}", daemon=True).start()
        timer = self._spawner.spawn(self._clock.sleep(limit), name=f"plugin {who}: time limit")
        try:
            await asyncio.wait({ended, timer}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
        if not ended.done():
            ended.cancel()
            raise PluginFault(f"{what} took longer than {limit:g} s, so it is not waited for")
        return ended.result().unpacked()


def threads_running(folder: Path) -> list[str]:
    """Names of threads that are in the middle of code from a folder, other than the caller's."""
    inside = f"{folder}/"
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    found = []
    for ident, frame in sys._current_frames().items():
        at: FrameType | None = frame if ident != threading.get_ident() else None
        while at is not None and not at.f_code.co_filename.startswith(inside):
            at = at.f_back
        if at is not None:
            found.append(names.get(ident, str(ident)))
    return sorted(found)
