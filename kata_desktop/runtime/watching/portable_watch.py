"""Watching where there is no inotify: a library looks, and wakes the computer as often as it is asked to look."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Collection, Iterable
from datetime import datetime
from importlib import import_module
from pathlib import Path

from kata_desktop.runtime.watching.changes import ChangeKind, Gathered, is_left_out, is_there
from kata_desktop.runtime.watching.watch import Tell

_KINDS = {1: ChangeKind.CREATED, 2: ChangeKind.CHANGED, 3: ChangeKind.REMOVED}
_AGAIN_MS = 60_000
"""How often is looked whether folders came or went."""


class PortableWatch:
    """See `FolderWatch`; what changes while it begins, or while the folders are changed, may be missed."""

    def __init__(self, tell: Tell, *, quiet: float) -> None:
        self._tell = tell
        self._quiet = quiet
        self._folders: tuple[Path, ...] = ()
        self._stop = threading.Event()

    @property
    def shortcoming(self) -> str:
        """See `FolderWatch.shortcoming`; the library tells of none."""
        return ""

    async def follow(self, folders: Collection[Path], *, since: datetime | None = None) -> None:
        """See `FolderWatch.follow`; what changed before is not told."""
        del since
        self._folders = tuple(folders)
        self._stop.set()

    async def run(self) -> None:
        """See `FolderWatch.run`."""
        await asyncio.to_thread(import_module, "watchfiles")  # takes longer than the loop may stand still
        while True:
            self._stop.clear()
            if there := await self._there():
                await self._look(there)
            else:
                await asyncio.to_thread(self._stop.wait, _AGAIN_MS / 1000)

    async def close(self) -> None:
        """See `FolderWatch.close`."""
        self._stop.set()

    async def _look(self, there: tuple[Path, ...]) -> None:
        from watchfiles import awatch

        step = int(self._quiet * 1000)
        async for changes in awatch(
            *there,
            watch_filter=None,
            step=step,
            debounce=4 * step,
            rust_timeout=_AGAIN_MS,
            yield_on_timeout=True,
            ignore_permission_denied=True,
            stop_event=self._stop,
        ):
            if found := _gathered(there, changes):
                await self._tell(found.told())
            if not changes and await self._there() != there:
                return

    async def _there(self) -> tuple[Path, ...]:
        return await asyncio.to_thread(lambda: tuple(filter(is_there, self._folders)))


def _gathered(folders: Iterable[Path], changes: Iterable[tuple[int, str]]) -> Gathered:
    found = Gathered()
    for number, path in sorted(changes, key=lambda change: (change[1], change[0])):
        for folder in folders:
            parts = Path(path).relative_to(folder).parts if Path(path).is_relative_to(folder) else ()
            if parts and not any(map(is_left_out, parts)):
                found.note(str(folder), "/".join(parts), _KINDS[int(number)])
    return found
