"""Watches the folders of workspaces in which a task waits for a file to change; idle while there is none."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

from kata_desktop.domain.events import TaskChanged, WorkspacesChanged
from kata_desktop.domain.trigger import EventType
from kata_desktop.runtime.bus import EventBus
from kata_desktop.runtime.spawn import Spawner
from kata_desktop.scheduler.service import Scheduling
from kata_desktop.store import tasks, workspaces
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database

_QUIET_MS = 400
"""Milliseconds without a change after which a batch is told; the task's own debounce comes on top."""
_LOOK_MS = 60_000
"""How often the watching thread looks up when nothing happens."""
_PATHS_MOST = 500
"""Paths of one batch that are matched; a checkout or an unpacked archive changes thousands at once."""

_log = logging.getLogger(__name__)


class FileWatcher:
    """Turns changes on disk into `file-changed` events of the workspace they happened in."""

    def __init__(self, *, database: Database, scheduling: Scheduling, bus: EventBus, spawner: Spawner) -> None:
        self._database = database
        self._scheduling = scheduling
        self._bus = bus
        self._spawner = spawner
        self._folders: dict[Path, str] = {}
        self._watching: asyncio.Task[None] | None = None
        self._refreshing = False
        self._again = False
        self._unsubscribe = (
            bus.subscribe(TaskChanged, self._changed),
            bus.subscribe(WorkspacesChanged, self._changed),
        )

    def start(self) -> None:
        """Begin to watch what tasks wait for."""
        self._changed(None)

    async def stop(self) -> None:
        """Watch nothing any more."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        await self._end_watching()

    def _changed(self, _: object) -> None:
        self._again = True
        if not self._refreshing:
            self._refreshing = True
            self._spawner.spawn(self._refresh(), name="folders to watch")

    async def _refresh(self) -> None:
        try:
            while self._again:
                self._again = False
                folders = await self._database.read(_folders_to_watch)
                if folders != self._folders:
                    await self._end_watching()
                    self._folders = folders
                    if folders:
                        self._watching = self._spawner.spawn(self._watch(folders), name="file watcher")
        finally:
            self._refreshing = False

    async def _end_watching(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.wait({self._watching})
            self._watching = None

    async def _watch(self, folders: dict[Path, str]) -> None:
        from watchfiles import awatch  # starts a native thread: only for those who need it

        there = [folder for folder in folders if folder.is_dir()]
        for folder in folders.keys() - set(there):
            _log.warning("The workspace folder %s is not there, so its changes are not noticed", folder)
        if not there:
            return
        async for changes in awatch(*there, step=_QUIET_MS, rust_timeout=_LOOK_MS, ignore_permission_denied=True):
            paths = sorted(Path(path) for _, path in changes)[:_PATHS_MOST]
            for folder in there:
                if names := await asyncio.to_thread(names_beneath, folder, paths):
                    await self._scheduling.emit(EventType.FILE_CHANGED, folders[folder], "\n".join(names))


def names_beneath(folder: Path, paths: Sequence[Path]) -> list[str]:
    """The paths that really lie in a folder, relative to it; asks the disk.

    What a link leads to lies elsewhere, and a name that is more than one line would pass for several.
    """
    real = folder.resolve()
    inside = [path for path in paths if path.is_relative_to(folder) and path.parent.resolve().is_relative_to(real)]
    names = [path.relative_to(folder).as_posix() for path in inside]
    return [name for name in names if name.isprintable()]


def _folders_to_watch(db: Connection) -> dict[Path, str]:
    """Folder → workspace id, for workspaces in which an active task waits for files."""
    waiting = {task.spec.workspace_id for task in tasks.listening(db, EventType.FILE_CHANGED)}
    return {Path(workspace.folder): workspace.id for workspace in workspaces.listed(db) if workspace.id in waiting}
