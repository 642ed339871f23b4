"""The handler ``pipeline``, which every plugin with commands has: its steps get, process and push as one run."""

from __future__ import annotations

import asyncio
from functools import partial

from kata_desktop.domain.command import CommandSpec
from kata_desktop.plugins.bindings import Bindings
from kata_desktop.plugins.equipment import Equipment
from kata_desktop.plugins.errors import NotOn
from kata_desktop.plugins.registrar import BroughtHandler
from kata_desktop.plugins.switchboard import Switchboard
from kata_desktop.servers.pipeline import STEPS, FindCommand, Pipeline

HANDLER = "pipeline"
"""What tasks of a manifest name as their handler; a plugin that registers one of that name has its own instead."""


def pipeline_of(bindings: Bindings, find: FindCommand, equipment: Equipment) -> dict[str, BroughtHandler]:
    """The handler; nothing when the plugin has no steps. A task's arguments may name other plugins and steps."""
    own = bindings.manifest.id
    if not any(command.name in STEPS for command in bindings.manifest.commands):
        return {}

    async def found(workspace_id: str, plugin_id: str, step: str) -> CommandSpec | None:
        if plugin_id == own:  # whoever switches it off cancels this very run
            return await step_of(bindings, step)
        return await find(workspace_id, plugin_id, step)

    work = Pipeline(found, equipment.run_command, plugins=(own,))
    return {HANDLER: BroughtHandler(run=work, sliced=False, limited=False)}


class CommandFinder:
    """Finds a plugin's command in a workspace, where the plugin is switched on; see `servers.pipeline.FindCommand`."""

    def __init__(self, board: Switchboard, equipment: Equipment) -> None:
        self._board = board
        self._equipment = equipment

    async def __call__(self, workspace_id: str, plugin_id: str, step: str) -> CommandSpec | None:
        """Raises `NotFound`, `Refused`, and `Unavailable` when the keyring does not give a credential it needs."""
        manifest = self._board.refuse_broken(plugin_id)
        workspace = partial(self._board.workspace, workspace_id)
        workspace()
        if not self._board.is_on((workspace_id, plugin_id)):
            raise NotOn(manifest.name)
        return await step_of(Bindings(manifest, workspace, self._equipment), step)


async def step_of(bindings: Bindings, step: str) -> CommandSpec | None:
    """One step, ready to start, with the settings as they are now; None when the plugin has no such step."""
    if bindings.manifest.command(step) is None:
        return None
    await bindings.load()
    await asyncio.to_thread(partial(bindings.data_folder.mkdir, mode=0o700, parents=True, exist_ok=True))
    return await bindings.commands.spec(step)
