"""What is switched on where: the choices of people, the defaults of manifests, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterator

from kata_desktop.domain.errors import NotFound
from kata_desktop.domain.plugin import PluginKind
from kata_desktop.domain.trigger import EventKind
from kata_desktop.domain.workspace import Workspace
from kata_desktop.plugins.catalogue import Catalogue
from kata_desktop.plugins.errors import CannotBeOn
from kata_desktop.plugins.manifest import Manifest
from kata_desktop.store import plugins, workspaces
from kata_desktop.store.connection import Connection

Pair = tuple[str, str]
"""Workspace id and plugin id."""


class Switchboard:
    """Knows without asking the store, once it has looked. Imports no plugin's code."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._switches: dict[Pair, bool] = {}
        self._workspaces: dict[str, Workspace] = {}

    def look(self, db: Connection) -> None:
        """Read workspaces and choices anew."""
        switches = plugins.switches(db)
        self._workspaces = {workspace.id: workspace for workspace in workspaces.listed(db)}
        self._switches = switches

    def put(self, pair: Pair, *, on: bool) -> None:
        """A choice was stored."""
        self._switches = {**self._switches, pair: on}

    @property
    def workspace_ids(self) -> tuple[str, ...]:
        """Every workspace that there is."""
        return tuple(self._workspaces)

    def find(self, workspace_id: str) -> Workspace | None:
        """A workspace as it is now; None when there is none."""
        return self._workspaces.get(workspace_id)

    def workspace(self, workspace_id: str) -> Workspace:
        """As `find`. Raises `NotFound`."""
        found = self.find(workspace_id)
        if found is None:
            raise NotFound("workspace", workspace_id)
        return found

    def is_on(self, pair: Pair) -> bool:
        """What was chosen last, or else the manifest's default; never for one that cannot work."""
        manifest = self._catalogue.entry(pair[1]).manifest
        if manifest is None or not manifest.is_supported:
            return False
        return self._switches.get(pair, manifest.on_by_default)

    def wanted(self) -> list[Pair]:
        """Everything that is on, plugin by plugin in their fixed order."""
        return [
            (workspace_id, manifest.id)
            for manifest in self._catalogue.manifests
            for workspace_id in self.workspace_ids
            if self.is_on((workspace_id, manifest.id))
        ]

    def refuse_broken(self, plugin_id: str) -> Manifest:
        """The manifest. Raises `CannotBeOn` when it is wrong, `NotFound` for a plugin that is none."""
        entry = self._catalogue.entry(plugin_id)
        if entry.manifest is None:
            raise CannotBeOn(plugin_id, entry.problem)
        return entry.manifest

    def refuse_impossible(self, plugin_id: str) -> Manifest:
        """As `refuse_broken`; raises `CannotBeOn` also for one that is not for this operating system."""
        manifest = self.refuse_broken(plugin_id)
        if not manifest.is_supported:
            raise CannotBeOn(manifest.name, "It is not for this operating system.")
        return manifest

    def channels(self) -> tuple[str, ...]:
        """Ids of channels that are on in some workspace: what tasks may deliver to."""
        return tuple(manifest.id for manifest in self._on_somewhere() if manifest.kind is PluginKind.CHANNEL)

    def channel_names(self) -> tuple[tuple[str, str], ...]:
        """Id and name of every channel that there is, switched on or not."""
        return tuple(
            (manifest.id, manifest.name)
            for manifest in self._catalogue.manifests
            if manifest.kind is PluginKind.CHANNEL
        )

    def event_kinds(self) -> tuple[EventKind, ...]:
        """Events of plugins that are on in some workspace."""
        from kata_desktop.plugins.events import event_kinds  # brings the scheduler's verbs

        return tuple(
            kind
            for manifest in self._on_somewhere()
            for kind in event_kinds(manifest.id, manifest.name, manifest.event_types, manifest.event_words)
        )

    def _on_somewhere(self) -> Iterator[Manifest]:
        for manifest in self._catalogue.manifests:
            if any(self.is_on((workspace_id, manifest.id)) for workspace_id in self.workspace_ids):
                yield manifest
