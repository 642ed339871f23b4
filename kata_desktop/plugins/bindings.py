"""Binds to one workspace and plugin what both its code and the manager use: settings, credentials, commands, log."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any

from kata_desktop.domain.workspace import Workspace
from kata_desktop.plugins.commands import BoundCommands
from kata_desktop.plugins.context import BoundContext, BoundNotifier, BoundSender
from kata_desktop.plugins.credentials import BoundCredentials
from kata_desktop.plugins.equipment import Equipment
from kata_desktop.plugins.logs import WorkspaceLog
from kata_desktop.plugins.manifest import Manifest
from kata_desktop.plugins.memory import BoundMemory
from kata_desktop.plugins.programs import BoundPrograms
from kata_desktop.plugins.scheduler_api import RegisterHandler
from kata_desktop.plugins.settings import SettingsValues
from kata_desktop.store import plugins


class Bindings:
    """Made for every object of a plugin, and for looking after one that is switched off."""

    def __init__(self, manifest: Manifest, workspace: Callable[[], Workspace], equipment: Equipment) -> None:
        self._manifest = manifest
        self._workspace = workspace
        self._equipment = equipment
        self._values = SettingsValues.of(manifest.settings, {})
        self.workspace_id = workspace().id
        self.log = WorkspaceLog(
            equipment.logger(manifest.id), clock=equipment.clock, workspace=lambda: workspace().name
        )
        self.credentials = BoundCredentials(workspace_id=self.workspace_id, manifest=manifest, vault=equipment.vault)
        self.commands = BoundCommands(
            manifest=manifest,
            workspace=workspace,
            data_folder=self.data_folder,
            settings=self.settings,
            credentials=self.credentials,
            runner=equipment.run_command,
        )

    @property
    def manifest(self) -> Manifest:
        """What the plugin says of itself."""
        return self._manifest

    @property
    def data_folder(self) -> Path:
        """The plugin's own folder in this workspace; may not be there yet."""
        return self._equipment.data_folder / self._manifest.id / self.workspace_id

    def settings(self) -> SettingsValues:
        """As they were when `load` was called last."""
        return self._values

    async def load(self) -> SettingsValues:
        """Read the settings from the store."""
        read = partial(plugins.settings, workspace_id=self.workspace_id, plugin_id=self._manifest.id)
        self._values = SettingsValues.of(self._manifest.settings, await self._equipment.database.read(read))
        return self._values

    def context(
        self,
        *,
        spawn: Callable[[Coroutine[Any, Any, None], str], None],
        tell_pairing: Callable[[], None],
        register: RegisterHandler,
    ) -> BoundContext:
        """What the plugin's code is given."""
        on, plugin_id = self._equipment, self._manifest.id
        return BoundContext(
            manifest=self._manifest,
            workspace=self._workspace,
            data_folder=self.data_folder,
            values=self.settings,
            credentials=self.credentials,
            memory=BoundMemory(database=on.database, workspace_id=self.workspace_id, plugin_id=plugin_id),
            log=self.log,
            scheduler=on.tasks.scheduler(self.workspace_id, plugin_id, register),
            events=on.tasks.events(self.workspace_id, plugin_id, self._manifest.event_types),
            notifier=BoundNotifier(outgoing=on.outgoing, workspace_id=self.workspace_id, plugin_id=plugin_id),
            channels=BoundSender(outgoing=on.outgoing, workspace_id=self.workspace_id, plugin_id=plugin_id),
            commands=self.commands,
            programs=BoundPrograms(folder=self.data_folder, starter=on.start_linked),
            clock=on.clock,
            spawn_beside=spawn,
            tell_pairing=tell_pairing,
            connect_again=lambda: on.channels.retry(self.workspace_id, plugin_id),
        )
