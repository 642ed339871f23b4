"""The Workspace watcher plugin: what the system tells of folders becomes events."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from fnmatch import fnmatch
from functools import partial
from pathlib import Path

from kata_desktop.plugins.sdk import (
    ChangeKind,
    FileChange,
    Plugin,
    PluginContext,
    SetupMissing,
    Unavailable,
    watch_folders,
)

QUIET = 2.0
"""Seconds without news after which what happened is told together."""
MOST_PATHS = 200
"""Paths told at once; an unpacked archive brings thousands."""
_PAUSE = 60.0


class FilesPlugin(Plugin):
    """Watches while it is on; reads no file."""

    async def initialize(self, context: PluginContext) -> None:
        """Begin to watch. Raises `SetupMissing` when a folder is not there."""
        folders = folders_of(context)
        missing = await asyncio.to_thread(lambda: [folder for folder in folders if not folder.is_dir()])
        if missing:
            raise SetupMissing(f"The folder {missing[0]} is not there; create it or choose another one.")
        began = datetime.now(UTC)  # noqa: TID251 - the clock that files are dated with
        context.spawn(self._watch(context, folders, began), name="watch folders")

    async def _watch(self, context: PluginContext, folders: tuple[Path, ...], began: datetime) -> None:
        patterns = context.settings.texts("patterns")
        since: datetime | None = began
        while True:
            try:
                await watch_folders(folders, partial(_tell, context, patterns), quiet=QUIET, since=since)
            except OSError as error:
                context.log.warning("Watching ended and is tried again: %s", error)
            since = None
            await context.clock.sleep(_PAUSE)


async def _tell(context: PluginContext, patterns: tuple[str, ...], changes: Sequence[FileChange]) -> None:
    found: dict[tuple[ChangeKind, Path], list[str]] = {}
    for change in changes:
        if is_wanted(change.name, patterns):
            found.setdefault((change.kind, change.folder), []).append(change.name)
    for (kind, folder), names in found.items():
        await _emit(context, kind, folder, "\n".join(names[:MOST_PATHS]))


async def _emit(context: PluginContext, kind: ChangeKind, folder: Path, names: str) -> None:
    """Tell it, however long the disk refuses: what happens meanwhile waits in the system."""
    while True:
        try:
            await context.events.emit(kind, source=str(folder), value=names)
        except Unavailable as error:
            context.log.warning("What changed in %s is told later: %s", folder, error)
            await context.clock.sleep(_PAUSE)
        else:
            return


def folders_of(context: PluginContext) -> tuple[Path, ...]:
    """The folders to watch, absolute and resolved."""
    named = context.settings.texts("folders") or ("",)
    return tuple(dict.fromkeys((context.folder / Path(name).expanduser()).resolve() for name in named))


def is_wanted(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether a path, relative to its folder, is one to tell of; hidden and unprintable ones never are."""
    parts = name.split("/")
    if any(part.startswith(".") for part in parts) or not name.isprintable():
        return False
    lowered = name.casefold()
    wanted = [pattern.casefold() for pattern in patterns]
    return not wanted or any(fnmatch(lowered, each) or fnmatch(parts[-1].casefold(), each) for each in wanted)
