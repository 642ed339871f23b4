"""Watches the folders of workspaces in which a task waits for a file to change; idle while there is none."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from contextlib import aclosing
from datetime import datetime
from functools import cache
from pathlib import Path

from kata_desktop.desktop.folder_watch import FolderWatch
from kata_desktop.domain.events import TaskChanged, WorkspacesChanged
from kata_desktop.domain.trigger import EventType
from kata_desktop.runtime.bus import EventBus
from kata_desktop.runtime.clock import Clock
from kata_desktop.runtime.spawn import Spawner
from kata_desktop.scheduler.service import Scheduling
from kata_desktop.store import tasks, workspaces
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database

_PATHS_MOST = 2_000
"""Paths of one batch that are matched; a checkout or an unpacked archive changes thousands at once."""

_log = logging.getLogger(__name__)


class FileWatcher:
    """Turns changes on disk into `file-changed` events of the workspace they happened in."""

    def __init__(
        self,
        *,
        database: Database,
        scheduling: Scheduling,
        bus: EventBus,
        spawner: Spawner,
        clock: Clock,
        began: datetime | None = None,
    ) -> None:
        """Watch nothing yet. `began` is when the app started: what changed after that is told to who waits then."""
        self._database = database
        self._scheduling = scheduling
        self._bus = bus
        self._spawner = spawner
        self._clock = clock
        self._began = began
        self._watching: dict[tuple[Path, str], asyncio.Task[None]] = {}
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
        await self._end(list(self._watching))

    def _changed(self, _: object) -> None:
        self._again = True
        if not self._refreshing:
            self._refreshing = True
            self._spawner.spawn(self._refresh(), name="folders to watch")

    async def _refresh(self) -> None:
        try:
            while self._again:
                self._again = False
                wanted = await self._database.read(_folders_to_watch)
                await self._end([place for place in self._watching if place not in wanted])
                for folder, workspace_id in wanted - self._watching.keys():
                    watch = FolderWatch(folder, sleep=self._clock.sleep, on_trouble=_tell, since=self._began)
                    work = self._watch(watch, folder, workspace_id)
                    self._watching[folder, workspace_id] = self._spawner.spawn(work, name=f"watch of {folder}")
                self._began = None  # whoever begins to wait later waits from then on
        finally:
            self._refreshing = False

    async def _end(self, places: Iterable[tuple[Path, str]]) -> None:
        ending = [self._watching.pop(place) for place in places]
        for task in ending:
            task.cancel()
        if ending:
            await asyncio.wait(ending)

    async def _watch(self, watch: FolderWatch, folder: Path, workspace_id: str) -> None:
        async with aclosing(watch.changes()) as told:
            async for changes in told:
                if names := await asyncio.to_thread(names_beneath, folder, sorted(changes)[:_PATHS_MOST]):
                    await self._scheduling.emit(EventType.FILE_CHANGED, workspace_id, "\n".join(names))


def _tell(trouble: str) -> None:
    if trouble:
        _log.warning("%s", trouble)
    else:
        _log.info("The folder is watched again")


def names_beneath(folder: Path, paths: Iterable[Path]) -> list[str]:
    """The paths that really lie in a folder, relative to it; asks the disk.

    What a link leads to lies elsewhere, and a name that is more than one line would pass for several.
    """
    real, resolved = folder.resolve(), cache(Path.resolve)
    inside = [path for path in paths if path.is_relative_to(folder) and resolved(path.parent).is_relative_to(real)]
    names = [path.relative_to(folder).as_posix() for path in inside]
    return [name for name in names if name.isprintable()]


def _folders_to_watch(db: Connection) -> set[tuple[Path, str]]:
    """Folders and the ids of their workspaces, where an active task waits for files."""
    waiting = {task.spec.workspace_id for task in tasks.listening(db, EventType.FILE_CHANGED)}
    return {(Path(workspace.folder), workspace.id) for workspace in workspaces.listed(db) if workspace.id in waiting}
