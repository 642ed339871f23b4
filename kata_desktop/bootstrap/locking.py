"""Becoming the one instance on a data folder."""

from __future__ import annotations

from kata_desktop.desktop.instance import AlreadyRunning, InstanceLock
from kata_desktop.desktop.paths import Paths
from kata_desktop.runtime.clock import Clock

PATIENCE = 5.0
"""Seconds to wait for a command that is at work: most of them are done in a moment."""
_PAUSE = 0.05


async def take_lock(paths: Paths, *, role: str, clock: Clock, patience: float = PATIENCE) -> InstanceLock:
    """Take the instance lock for `role` (``app``, ``headless`` or ``command``), waiting for commands only.

    Raises `AlreadyRunning`.
    """
    end = clock.monotonic() + patience
    while True:
        try:
            return InstanceLock.take(paths.lock, role=role)
        except AlreadyRunning as error:
            if error.holder.role != "command" or clock.monotonic() >= end:
                raise
        await clock.sleep(_PAUSE)
