"""Becoming the one instance on a data folder."""

from __future__ import annotations

from kata_desktop.bootstrap.process import process_exists
from kata_desktop.desktop.instance import AlreadyRunning, Holder, InstanceLock
from kata_desktop.desktop.paths import Paths
from kata_desktop.runtime.clock import Clock

PATIENCE = 5.0
"""Seconds to wait for a command that is at work: most of them are done in a moment."""
_PAUSE = 0.05


async def take_lock(paths: Paths, *, role: str, clock: Clock, patience: float = PATIENCE) -> InstanceLock:
    """Take the instance lock for `role` (``app``, ``headless`` or ``command``), waiting only for what passes.

    Raises `AlreadyRunning`.
    """
    end = clock.monotonic() + patience
    while True:
        try:
            return InstanceLock.take(paths.lock, role=role)
        except AlreadyRunning as error:
            if not _passes(error.holder) or clock.monotonic() >= end:
                raise
        await clock.sleep(_PAUSE)


def _passes(holder: Holder) -> bool:
    """Whether the lock will be free in a moment: a command holds it, or somebody who only looks.

    Who only looks leaves in the file what the last holder wrote: nothing, or the name of a process that was killed.
    """
    return holder.role == "command" or holder.pid == 0 or not process_exists(holder.pid)
