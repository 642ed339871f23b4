"""Which plugins there are: the bundled ones, with their manifests; their code is imported when it is first needed."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kata_desktop.domain.errors import NotFound
from kata_desktop.plugins.errors import ManifestInvalid, PluginFault
from kata_desktop.plugins.loading import SideThreads
from kata_desktop.plugins.manifest import Dependency, Manifest
from kata_desktop.plugins.manifest_reader import read_manifest

if TYPE_CHECKING:  # who only asks what is switched on needs no plugin's code, nor what that is made of
    from kata_desktop.plugins.contract import Plugin


@dataclass(frozen=True, kw_only=True, slots=True)
class Bundled:
    """A plugin that comes along."""

    id: str
    """Name of its folder."""
    load: Callable[[], type[Plugin]]
    """Imports its class; called in a thread."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A plugin and what its manifest says; or why that cannot be used."""

    id: str
    load: Callable[[], type[Plugin]]
    manifest: Manifest | None = None
    problem: str = ""


class Catalogue:
    """Bundled plugins in their fixed order."""

    def __init__(
        self, bundled: Sequence[Bundled], folder: Path, *, threads: SideThreads, load_limit: float = 20.0
    ) -> None:
        self._bundled = tuple(bundled)
        self._folder = folder
        self._threads = threads
        self._load_limit = load_limit
        self._entries: dict[str, Entry] | None = None
        self._classes: dict[str, type[Plugin]] = {}
        self._importing: set[str] = set()
        self._one_at_a_time = asyncio.Lock()

    @property
    def ids(self) -> tuple[str, ...]:
        """Every plugin, in order; reads nothing."""
        return tuple(bundled.id for bundled in self._bundled)

    @property
    def entries(self) -> dict[str, Entry]:
        """Every plugin by its id. The first look reads the manifests from the disk."""
        if self._entries is None:
            self._entries = {bundled.id: self._read(bundled) for bundled in self._bundled}
        return self._entries

    @property
    def manifests(self) -> list[Manifest]:
        """Those that can be used."""
        return [entry.manifest for entry in self.entries.values() if entry.manifest is not None]

    def entry(self, plugin_id: str) -> Entry:
        """The plugin of that id. Raises `NotFound`."""
        if plugin_id not in self.entries:
            raise NotFound("plugin", plugin_id)
        return self.entries[plugin_id]

    async def load(self, plugin_id: str) -> type[Plugin]:
        """Its class, imported in a thread; one import at a time, since they share libraries.

        Raises whatever its import raises; `PluginFault` when that takes too long or brings no plugin.
        """
        async with self._one_at_a_time:
            if plugin_id in self._classes:
                return self._classes[plugin_id]
            if plugin_id in self._importing:
                raise PluginFault("An earlier import of its code has still not ended", "restart Kata to try it again")
            entry = self.entry(plugin_id)
            found: object = await self._threads.run(
                lambda: self._imported(entry), what="Importing it", who=plugin_id, limit=self._load_limit
            )
            from kata_desktop.plugins.contract import Plugin

            if not (isinstance(found, type) and issubclass(found, Plugin)):
                raise PluginFault(f"It brings {found!r} instead of a class of Plugin", "that is an error in the plugin")
            self._classes[plugin_id] = found
            return found

    def _imported(self, entry: Entry) -> object:
        self._importing.add(entry.id)
        try:
            return entry.load()
        finally:
            self._importing.discard(entry.id)

    def _read(self, bundled: Bundled) -> Entry:
        try:
            manifest = read_manifest(self._folder / bundled.id)
        except ManifestInvalid as error:
            return Entry(id=bundled.id, load=bundled.load, problem=error.sentence)
        return Entry(id=bundled.id, load=bundled.load, manifest=manifest)


def missing_library(manifest: Manifest) -> Dependency | None:
    """The first library that is needed and not installed; asks the disk."""
    for dependency in manifest.dependencies:
        try:
            found = importlib.util.find_spec(dependency.module)
        except (ImportError, ValueError):
            found = None
        if found is None:
            return dependency
    return None
