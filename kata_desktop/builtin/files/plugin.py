"""The Workspace watcher plugin: a thread of the system's own watches, and its news become events."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from fnmatch import fnmatch
from importlib import import_module
from pathlib import Path

from kata_desktop.plugins.sdk import Plugin, PluginContext, SetupMissing

QUIET_MS = 2_000
"""Milliseconds without news after which what happened is told together; the library looks as often, idle or not."""
MOST_PATHS = 200
"""Paths told at once; an unpacked archive brings thousands."""
_LOOK_MS = 60_000
_PAUSE = 60.0
_KINDS = {1: "created", 2: "changed", 3: "removed"}


class FilesPlugin(Plugin):
    """Watches while it is on; reads no file."""

    async def initialize(self, context: PluginContext) -> None:
        """Begin to watch. Raises `SetupMissing` when a folder is not there."""
        folders = folders_of(context)
        missing = await asyncio.to_thread(lambda: [folder for folder in folders if not folder.is_dir()])
        if missing:
            raise SetupMissing(f"The folder {missing[0]} is not there; create it or choose another one.")
        context.spawn(self._watch(context, folders), name="watch folders")

    async def _watch(self, context: PluginContext, folders: tuple[Path, ...]) -> None:
        await asyncio.to_thread(import_module, "watchfiles")  # takes longer than the loop may stand still
        from watchfiles import awatch

        patterns = context.settings.texts("patterns")
        while True:
            try:
                async for changes in awatch(
                    *folders, step=QUIET_MS, rust_timeout=_LOOK_MS, ignore_permission_denied=True
                ):
                    await self._tell(context, folders, patterns, changes)
            except OSError as error:
                context.log.warning("Watching ended and is tried again: %s", error)
            await context.clock.sleep(_PAUSE)  # a folder was removed: it may come back

    async def _tell(
        self,
        context: PluginContext,
        folders: tuple[Path, ...],
        patterns: tuple[str, ...],
        changes: Iterable[tuple[int, str]],
    ) -> None:
        found: dict[tuple[str, Path], list[str]] = {}
        for kind, path in sorted(changes, key=lambda change: change[1]):
            folder = next((each for each in folders if Path(path).is_relative_to(each)), None)
            if folder is not None and is_wanted(name := Path(path).relative_to(folder).as_posix(), patterns):
                found.setdefault((_KINDS[int(kind)], folder), []).append(name)
        for (event, folder), names in found.items():
            await context.events.emit(event, source=str(folder), value="\n".join(names[:MOST_PATHS]))


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
