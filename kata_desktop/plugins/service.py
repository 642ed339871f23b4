"""The verbs on plugins that windows, socket and command line share; see `control.plugin_services.PluginVerbs`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from kata_desktop.domain.command import CommandResult
from kata_desktop.domain.errors import NotFound
from kata_desktop.domain.plugin import PairingStep, PluginRow, SettingValue
from kata_desktop.domain.task import Task
from kata_desktop.plugins.activation import Activation
from kata_desktop.plugins.bindings import Bindings
from kata_desktop.plugins.containment import told
from kata_desktop.plugins.contract import Pairing
from kata_desktop.plugins.credentials import BoundCredentials
from kata_desktop.plugins.equipment import Equipment
from kata_desktop.plugins.errors import NoSuchAction, NotOn, PluginFault
from kata_desktop.plugins.log_files import LogFiles
from kata_desktop.plugins.manager import PluginManager
from kata_desktop.plugins.manifest import Manifest
from kata_desktop.plugins.offered_tools import OfferedTool
from kata_desktop.plugins.rows import START_SERVER, STOP_SERVER, Rows, actions_of
from kata_desktop.plugins.setting_values import typed_values
from kata_desktop.store import plugins


class Plugins:
    """Every verb raises the domain's errors."""

    def __init__(
        self,
        manager: PluginManager,
        equipment: Equipment,
        logs: LogFiles,
        *,
        known_changed: Callable[[], Awaitable[None]],
    ) -> None:
        self.manager = manager
        self._board = manager.board
        self._equipment = equipment
        self._rows = Rows(manager, equipment)
        self._logs = logs
        self._known_changed = known_changed

    # -- looking

    async def rows(self, workspace_id: str) -> list[PluginRow]:
        """See `PluginVerbs`."""
        return await self._rows.all(workspace_id)

    async def row(self, workspace_id: str, plugin_id: str) -> PluginRow:
        """See `PluginVerbs`. One whose code was left alone is loaded for it: only its code knows its buttons."""
        if (activation := self.manager.activation((workspace_id, plugin_id))) is not None:
            await activation.wake()
        return await self._rows.one(workspace_id, plugin_id)

    async def dependants(self, workspace_id: str, plugin_id: str) -> list[Task]:
        """See `PluginVerbs`."""
        return await self._rows.dependants(workspace_id, plugin_id)

    async def settings(self, workspace_id: str, plugin_id: str) -> Mapping[str, SettingValue]:
        """See `PluginVerbs`."""
        return (await (await self._bound(workspace_id, plugin_id)).load()).values

    def ids(self) -> tuple[str, ...]:
        """See `PluginVerbs`."""
        return self._equipment.catalogue.ids

    def tools(self, workspace_id: str) -> list[OfferedTool]:
        """What plugins offer to prompts of a workspace now."""
        return [
            OfferedTool(activation=activation, tool=tool, hide=self._equipment.hide, limit=self._equipment.limits.tool)
            for activation in self.manager.activations(workspace_id)
            for tool in activation.brought.tools.values()
        ]

    # -- changing

    async def switch(self, workspace_id: str, plugin_id: str, *, on: bool) -> PluginRow:
        """See `PluginVerbs`."""
        await self.manager.know(workspace_id)
        self._equipment.catalogue.entry(plugin_id)
        if on:
            self._board.refuse_impossible(plugin_id)
        now = self._equipment.clock.now()
        await self._equipment.database.write(lambda db: plugins.switch(db, workspace_id, plugin_id, on=on, at=now))
        self.manager.switched((workspace_id, plugin_id), on=on)
        await self._known_changed()
        return await self.row(workspace_id, plugin_id)

    async def change(self, workspace_id: str, plugin_id: str, values: Mapping[str, str]) -> PluginRow:
        """See `PluginVerbs`."""
        checked = typed_values(self._manifest(plugin_id), values)
        await self.manager.know(workspace_id)
        keep = partial(plugins.keep_settings, workspace_id=workspace_id, plugin_id=plugin_id, values=checked)
        await self._equipment.database.write(keep)
        self.manager.set_up_again((workspace_id, plugin_id))
        return await self._rows.one(workspace_id, plugin_id)

    async def set_credential(self, workspace_id: str, plugin_id: str, name: str, value: str) -> None:
        """See `PluginVerbs`."""
        await (await self._credentials(workspace_id, plugin_id)).set(name, value)
        self._set_up_again(workspace_id, plugin_id)

    async def remove_credential(self, workspace_id: str, plugin_id: str, name: str) -> None:
        """See `PluginVerbs`."""
        if not await (await self._credentials(workspace_id, plugin_id)).remove(name):
            raise NotFound("credential", f"{plugin_id} {name}")
        self._set_up_again(workspace_id, plugin_id)

    # -- doing

    async def run_command(
        self, workspace_id: str, plugin_id: str, command: str, on_line: Callable[[str], None] | None = None
    ) -> CommandResult:
        """See `PluginVerbs`."""
        bound = await self._bound(workspace_id, plugin_id)
        await bound.load()
        await asyncio.to_thread(partial(bound.data_folder.mkdir, mode=0o700, parents=True, exist_ok=True))
        hide = self._equipment.hide
        tell = None if on_line is None else lambda line: on_line(hide(line))
        result = await bound.commands.run(command, on_line=tell)
        return replace(result, output=hide(result.output), errors=hide(result.errors))

    async def restart(self, workspace_id: str, plugin_id: str) -> PluginRow:
        """See `PluginVerbs`."""
        self._board.refuse_impossible(plugin_id)
        await self.manager.know(workspace_id)
        if not self._board.is_on((workspace_id, plugin_id)):
            raise NotOn(self._manifest(plugin_id).name)
        await self.manager.ask_keyring_again()
        self.manager.set_up_again((workspace_id, plugin_id))
        return await self._rows.one(workspace_id, plugin_id)

    async def act(self, workspace_id: str, plugin_id: str, action: str) -> str:
        """See `PluginVerbs`."""
        activation = await self._living(workspace_id, plugin_id)
        name = activation.manifest.name
        offered = tuple(each.id for each in actions_of(activation))
        if action not in offered:
            raise NoSuchAction(name, "action", action, offered)
        if (server := activation.connections.server) is not None and action == START_SERVER.id:
            server.start()
            return f"The server of {name} is being started."
        if server is not None and action == STOP_SERVER.id:
            await server.stop()
            return f"The server of {name} is stopped."
        if action not in activation.brought.actions:
            await self.start_pairing(workspace_id, plugin_id)
            return f"The linking of a device with {name} has begun."
        run = activation.brought.actions[action].run
        pressed = activation.scope.call(run, what=f"“{action}”", limit=self._equipment.limits.action)
        said: object = await told(pressed, name, self._equipment.hide)
        if not isinstance(said, str):
            raise PluginFault(f"“{action}” of {name} returned {type(said).__name__} instead of a sentence")
        return self._equipment.hide(said)

    async def check(self, workspace_id: str) -> None:
        """See `PluginVerbs`."""
        await self.manager.know(workspace_id)
        self.manager.look_again(workspace_id)

    # -- pairing

    async def start_pairing(self, workspace_id: str, plugin_id: str, phone_number: str = "") -> None:
        """See `PluginVerbs`."""
        activation, flow = await self._pairing(workspace_id, plugin_id)
        limit = self._equipment.limits.action
        linking = activation.scope.call(lambda: flow.start(phone_number), what="Linking a device", limit=limit)
        await told(linking, activation.manifest.name, self._equipment.hide)

    async def cancel_pairing(self, workspace_id: str, plugin_id: str) -> None:
        """See `PluginVerbs`."""
        activation, flow = await self._pairing(workspace_id, plugin_id)
        limit = self._equipment.limits.action
        ending = activation.scope.call(flow.cancel, what="Ending the linking", limit=limit)
        await told(ending, activation.manifest.name, self._equipment.hide)

    def pairing(self, workspace_id: str, plugin_id: str) -> PairingStep | None:
        """See `PluginVerbs`."""
        activation = self.manager.activation((workspace_id, plugin_id))
        flow = activation.brought.pairing if activation is not None else None
        if activation is None or flow is None:
            return None
        try:
            step: object = activation.scope.sync(flow.step, "Telling how the linking stands")
        except Exception:  # noqa: BLE001 - logged by the scope; nothing can be shown then
            return None
        return step if isinstance(step, PairingStep) else None

    # -- logs

    def log_file(self, plugin_id: str) -> Path:
        """See `PluginVerbs`."""
        self._equipment.catalogue.entry(plugin_id)
        return self._logs.file(plugin_id)

    async def log_tail(self, plugin_id: str, lines: int = 200) -> list[str]:
        """See `PluginVerbs`."""
        self._equipment.catalogue.entry(plugin_id)
        return await asyncio.to_thread(self._logs.tail, plugin_id, lines)

    # -- how

    def _manifest(self, plugin_id: str) -> Manifest:
        return self._board.refuse_broken(plugin_id)

    async def _bound(self, workspace_id: str, plugin_id: str) -> Bindings:
        manifest = self._manifest(plugin_id)
        await self.manager.know(workspace_id)
        return self.manager.bindings(workspace_id, manifest)

    async def _credentials(self, workspace_id: str, plugin_id: str) -> BoundCredentials:
        if workspace_id:
            await self.manager.know(workspace_id)
        manifest = self._manifest(plugin_id)
        return BoundCredentials(workspace_id=workspace_id, manifest=manifest, vault=self._equipment.vault)

    def _set_up_again(self, workspace_id: str, plugin_id: str) -> None:
        for each in (workspace_id,) if workspace_id else self._board.workspace_ids:
            self.manager.set_up_again((each, plugin_id))

    async def _living(self, workspace_id: str, plugin_id: str) -> Activation:
        manifest = self._manifest(plugin_id)
        self._board.workspace(workspace_id)
        activation = self.manager.activation((workspace_id, plugin_id))
        if activation is None:
            raise NotOn(manifest.name)
        await activation.wake()
        return activation

    async def _pairing(self, workspace_id: str, plugin_id: str) -> tuple[Activation, Pairing]:
        activation = await self._living(workspace_id, plugin_id)
        flow = activation.brought.pairing
        if flow is None:
            raise NoSuchAction(activation.manifest.name, "action", "pair", ())
        return activation, flow
