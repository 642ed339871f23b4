"""Watching folders: the contract, and which way of it this system has."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from kata_desktop.runtime.watching.changes import FileChange

Tell = Callable[[Sequence[FileChange]], Awaitable[None]]


class FolderWatch(Protocol):
    """Tells of changes in folders and all beneath them, some quiet time after the last one of a batch.

    Left out are the folders and files that tools keep for themselves (`.git`, `node_modules`, `*.swp`, …).
    """

    @property
    def shortcoming(self) -> str:
        """What is not noticed although it should be, why, and what to do, in one sentence; empty when all is well."""
        ...

    async def follow(self, folders: Collection[Path], *, since: datetime | None = None) -> None:
        """Watch these and no others; returns when they are watched.

        What changes from now on is told, or from `since` on in folders that were not watched before.
        A folder that is not there is said in the log once and watched as soon as it is. Raises `OSError` when the
        system has no watch left.
        """
        ...

    async def run(self) -> None:
        """Tell of batches, until cancelled. A batch is told before the next one is gathered."""
        ...

    async def close(self) -> None:
        """Watch nothing any more, after `run` has ended."""
        ...


def folder_watch(tell: Tell, *, quiet: float) -> FolderWatch:
    """The one for this system; `quiet` are the seconds without news after which a batch is told.

    News without end are told every four such times.
    """
    if sys.platform == "linux":
        from kata_desktop.runtime.watching.kernel_watch import KernelWatch as Watch
    else:
        from kata_desktop.runtime.watching.portable_watch import PortableWatch as Watch
    return Watch(tell, quiet=quiet)


async def watch_folders(folders: Collection[Path], tell: Tell, *, quiet: float, since: datetime | None = None) -> None:
    """Tell of changes in folders from now on, or from `since` on, until cancelled.

    Raises `OSError` when the system has no watch left.
    """
    watch = folder_watch(tell, quiet=quiet)
    try:
        await watch.follow(folders, since=since)
        await watch.run()
    finally:
        await watch.close()
