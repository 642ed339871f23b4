"""Watches the folders of workspaces in which a task waits for a file to change; idle while there is none."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from kata_desktop.domain.events import TaskChanged, WorkspacesChanged
from kata_desktop.domain.ids import new_id
from kata_desktop.domain.notification import NotificationKind, OutboxItem
from kata_desktop.domain.task import DESKTOP
from kata_desktop.domain.trigger import EventType
from kata_desktop.runtime.backoff import doubling
from kata_desktop.runtime.bus import EventBus
from kata_desktop.runtime.clock import Clock
from kata_desktop.runtime.spawn import Spawner
from kata_desktop.runtime.watching.changes import FileChange
from kata_desktop.runtime.watching.watch import FolderWatch, Tell, folder_watch
from kata_desktop.scheduler.service import Scheduling
from kata_desktop.store import agenda, workspaces
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database
from kata_desktop.store.errors import StoreTrouble

_QUIET = 0.4
"""Seconds without a change after which a batch is told; the task's own debounce comes on top."""
_PATHS_MOST = 2_000
"""Paths of one batch that are matched; a checkout or an unpacked archive changes thousands at once."""
_TRY_AGAIN, _TRY_MOST = timedelta(seconds=1), timedelta(seconds=60)

MakeWatch = Callable[[Tell], FolderWatch]

_log = logging.getLogger(__name__)


def _folder_watch(tell: Tell) -> FolderWatch:
    return folder_watch(tell, quiet=_QUIET)


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
        make_watch: MakeWatch = _folder_watch,
    ) -> None:
        """Watch nothing yet. `began` is when the app started: what changed after that is told to who waits then."""
        self._database = database
        self._scheduling = scheduling
        self._bus = bus
        self._spawner = spawner
        self._clock = clock
        self._since = began
        self._folders: dict[Path, str] = {}
        self._watch: FolderWatch | None = None
        self._watching: asyncio.Task[None] | None = None
        self._refreshing: asyncio.Task[None] | None = None
        self._again = False
        self._make_watch = make_watch
        self._trying_later: asyncio.Task[None] | None = None
        self._said = ""
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
        for task in (self._trying_later, self._refreshing):
            if task is not None:
                task.cancel()
                await asyncio.wait({task})
        await self._end_watching()

    def _changed(self, _: object) -> None:
        self._again = True
        self._since = self._since or datetime.now(UTC)  # noqa: TID251 - the clock that files are dated with
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = self._spawner.spawn(self._refresh(), name="folders to watch")

    async def _refresh(self) -> None:
        while self._again:
            self._again = False
            since, self._since = self._since, None
            try:
                folders = await self._database.read(_folders_to_watch)
                if folders != self._folders:
                    await self._follow(folders, since)
            except StoreTrouble as trouble:
                _log.warning("Which folders are to be watched cannot be read now: %s", trouble)
                self._try_later(since)
                return
            except OSError as error:
                await self._end_watching()
                self._folders = {}
                self._try_later(since)
                await self._say(
                    f"The system refuses to watch folders ({error}), so changes are not noticed until it does."
                )
                return

    async def _follow(self, folders: dict[Path, str], since: datetime | None) -> None:
        if not folders or self._watching is None:  # nobody looks any more: what it knew is not to be trusted
            await self._end_watching()
        self._folders = folders
        if not folders:
            return
        if self._watch is None:
            self._watch = self._make_watch(self._tell)
        await self._watch.follow(folders, since=since)
        if self._watching is None:
            self._watching = self._spawner.spawn(self._watch_on(self._watch), name="file watcher")
        await self._say(self._watch.shortcoming)

    async def _watch_on(self, watch: FolderWatch) -> None:
        try:
            await watch.run()
        except Exception:  # noqa: BLE001 - the top handler for watching: tasks would wait for files that nobody looks at
            _log.exception("Watching folders ended")
            self._watching, self._folders = None, {}
            self._try_later(datetime.now(UTC))  # noqa: TID251 - the clock that files are dated with
            await self._say("Watching folders ended with an error; it begins again by itself, and the log has more.")

    def _try_later(self, since: datetime | None) -> None:
        """Follow the folders anew in a while, and tell then what changed since."""
        if since is not None:
            self._since = min(since, self._since or since)
        if self._trying_later is None or self._trying_later.done():
            self._trying_later = self._spawner.spawn(self._later(), name="watch folders later")

    async def _later(self) -> None:
        await self._clock.sleep(_TRY_MOST.total_seconds())
        self._changed(None)

    async def _say(self, sentence: str) -> None:
        """Tell a person once; a task that waits for files would otherwise just never start."""
        if not sentence or sentence == self._said:
            return
        _log.warning("%s", sentence)
        try:
            await self._scheduling.together(lambda _db, moves: moves.queue(_warning(sentence)))
        except StoreTrouble as trouble:
            _log.warning("That could not be told yet: %s", trouble)
        else:
            self._said = sentence

    async def _end_watching(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.wait({self._watching})
            self._watching = None
        if self._watch is not None:
            await self._watch.close()
            self._watch = None

    async def _tell(self, changes: Sequence[FileChange]) -> None:
        if self._watch is not None:  # folders may have come that are too many
            await self._say(self._watch.shortcoming)
        for folder, workspace_id in self._folders.items():
            paths = [folder / change.name for change in changes if change.folder == folder]
            if names := await asyncio.to_thread(names_beneath, folder, paths[:_PATHS_MOST]):
                await self._emit(workspace_id, "\n".join(names))

    async def _emit(self, workspace_id: str, names: str) -> None:
        """Tell the engine, however long the disk refuses: what happens meanwhile waits in the kernel."""
        attempt = 0
        while True:
            try:
                await self._scheduling.emit(EventType.FILE_CHANGED, workspace_id, names)
            except StoreTrouble:
                attempt += 1
                await self._clock.sleep(doubling(attempt, base=_TRY_AGAIN, cap=_TRY_MOST).total_seconds())
            else:
                return


def names_beneath(folder: Path, paths: Iterable[Path]) -> list[str]:
    """The paths that really lie in a folder, relative to it; asks the disk.

    What a link leads to lies elsewhere, and a name that is more than one line would pass for several.
    """
    real, resolved = folder.resolve(), cache(Path.resolve)
    inside = [path for path in paths if path.is_relative_to(folder) and resolved(path.parent).is_relative_to(real)]
    names = [path.relative_to(folder).as_posix() for path in inside]
    return [name for name in names if name.isprintable()]


def _warning(sentence: str) -> OutboxItem:
    ident = new_id("msg")
    title = "Not every change of a file is noticed"
    return OutboxItem(
        id=ident, key=ident, kind=NotificationKind.ATTENTION, target_kind=DESKTOP.kind, title=title, body=sentence
    )


def _folders_to_watch(db: Connection) -> dict[Path, str]:
    """Folder → workspace id, for workspaces in which an active task waits for files."""
    waiting = {task.spec.workspace_id for task in agenda.listening(db, EventType.FILE_CHANGED)}
    return {Path(workspace.folder): workspace.id for workspace in workspaces.listed(db) if workspace.id in waiting}
