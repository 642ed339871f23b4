"""Watching on Linux: the loop sleeps until the kernel has news; no thread waits."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from kata_desktop.runtime.watching.changes import Gathered
from kata_desktop.runtime.watching.inotify import Inotify
from kata_desktop.runtime.watching.tree import WatchedTree
from kata_desktop.runtime.watching.watch import Tell

_LOOKS = 4
"""Looks into the queue in one quiet time, while there is news: the queue of the kernel is not endless."""
_LONGEST = 4
"""Quiet times until a batch is told although there is still news."""


class KernelWatch:
    """See `FolderWatch`."""

    def __init__(self, tell: Tell, *, quiet: float, kernel: Inotify | None = None) -> None:
        self._tell = tell
        self._quiet = quiet
        self._tree = WatchedTree(kernel or Inotify())
        self._stirred = asyncio.Event()

    @property
    def shortcoming(self) -> str:
        """See `FolderWatch.shortcoming`."""
        return self._tree.shortcoming

    async def follow(self, folders: Collection[Path], *, since: datetime | None = None) -> None:
        """See `FolderWatch.follow`."""
        await asyncio.to_thread(self._tree.follow, folders, since)
        self._stirred.set()  # something may have changed before its folder was reached

    async def run(self) -> None:
        """See `FolderWatch.run`."""
        while True:
            await self._news()
            if found := await self._gathered():
                await self._tell(found.told())

    async def close(self) -> None:
        """See `FolderWatch.close`."""
        await asyncio.to_thread(self._tree.close)  # waits for who asks the disk just now

    async def _news(self) -> None:
        loop = asyncio.get_running_loop()
        loop.add_reader(self._tree.fileno, self._stirred.set)
        try:
            await self._stirred.wait()
        finally:
            loop.remove_reader(self._tree.fileno)
        self._stirred.clear()

    async def _gathered(self) -> Gathered:
        loop = asyncio.get_running_loop()
        found = await asyncio.to_thread(self._tree.take)
        began = last = loop.time()
        while found and loop.time() < min(last + self._quiet, began + _LONGEST * self._quiet):
            await asyncio.sleep(self._quiet / _LOOKS)
            if later := await asyncio.to_thread(self._tree.take):
                found.add(later)
                last = loop.time()
        return found
