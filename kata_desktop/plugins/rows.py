"""What a plugin's row shows, put together from its manifest, its switch and its living object."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from kata_desktop.domain.channel import ChannelStatus
from kata_desktop.domain.command import ServerState
from kata_desktop.domain.plugin import PluginAction, PluginKind, PluginRow, PluginState
from kata_desktop.domain.task import Task
from kata_desktop.domain.trigger import Event
from kata_desktop.plugins.activation import Activation
from kata_desktop.plugins.catalogue import Entry
from kata_desktop.plugins.equipment import Equipment
from kata_desktop.plugins.manager import PluginManager
from kata_desktop.plugins.manifest import Manifest
from kata_desktop.plugins.standing import Standing
from kata_desktop.store import plugins

PAIR = PluginAction(id="pair", label="Link a device…")
START_SERVER = PluginAction(id="start", label="Start")
STOP_SERVER = PluginAction(id="stop", label="Stop")
_CHANNEL_EVENTS = frozenset({"conversation", "channel-message"})


class Rows:
    """Reads rows; asks no keyring and changes nothing."""

    def __init__(self, manager: PluginManager, equipment: Equipment) -> None:
        self._manager = manager
        self._equipment = equipment

    async def all(self, workspace_id: str) -> list[PluginRow]:
        """Every bundled plugin, in their fixed order. Raises `NotFound` for a workspace that is none."""
        await self._manager.know(workspace_id)
        tasks, touched = await self._active(workspace_id), await self._touched(workspace_id)
        entries = self._equipment.catalogue.entries.values()
        return [await self._row(entry, workspace_id, tasks, touched) for entry in entries]

    async def one(self, workspace_id: str, plugin_id: str) -> PluginRow:
        """One plugin. Raises `NotFound`."""
        entry = self._equipment.catalogue.entry(plugin_id)
        await self._manager.know(workspace_id)
        tasks, touched = await self._active(workspace_id), await self._touched(workspace_id)
        return await self._row(entry, workspace_id, tasks, touched)

    async def dependants(self, workspace_id: str, plugin_id: str) -> list[Task]:
        """Active tasks that stop working without it."""
        self._equipment.catalogue.entry(plugin_id)
        return [task for task in await self._active(workspace_id) if depends_on(task, plugin_id)]

    async def _active(self, workspace_id: str) -> list[Task]:
        return await self._equipment.database.read(partial(plugins.active_tasks, workspace_id=workspace_id))

    async def _touched(self, workspace_id: str) -> frozenset[str]:
        return await self._equipment.database.read(partial(plugins.touched, workspace_id=workspace_id))

    async def _row(self, entry: Entry, workspace_id: str, tasks: Sequence[Task], touched: frozenset[str]) -> PluginRow:
        if entry.manifest is None:
            return _invalid(entry, workspace_id)
        manifest = entry.manifest
        pair = workspace_id, entry.id
        activation = self._manager.activation(pair)
        standing = self._standing(manifest, activation, is_on=self._manager.board.is_on(pair))
        channel = activation.channel_status if activation is not None else None
        is_channel = manifest.kind is PluginKind.CHANNEL
        credentials = await self._manager.bindings(workspace_id, manifest).credentials.status()
        return PluginRow(
            id=manifest.id,
            workspace_id=workspace_id,
            name=manifest.name,
            version=manifest.version,
            description=manifest.description,
            icon=manifest.icon,
            kind=manifest.kind,
            on=self._manager.board.is_on(pair),
            state=standing.state,
            sentence=standing.sentence,
            credentials=credentials,
            capabilities=manifest.capabilities,
            settings=manifest.settings,
            commands=tuple(command.name for command in manifest.commands),
            actions=actions_of(activation),
            channel=channel or (ChannelStatus(workspace_id=workspace_id, channel=entry.id) if is_channel else None),
            server=activation.server_status if activation is not None else None,
            tasks=sum(depends_on(task, entry.id) for task in tasks),
            checked_at=standing.since,
            chosen=entry.id in touched or any(each.present for each in credentials),
        )

    def _standing(self, manifest: Manifest, activation: Activation | None, *, is_on: bool) -> Standing:
        if not manifest.is_supported:
            sentence = f"It works on {', '.join(manifest.platforms)} only."
            return Standing(state=PluginState.UNSUPPORTED, sentence=sentence)
        if not is_on:
            return Standing(state=PluginState.OFF)
        if activation is not None:
            return activation.standing
        if self._manager.is_running:
            return Standing(state=PluginState.STARTING, sentence="Starting …")
        return Standing(state=PluginState.OFF, sentence="Kata is not running; it starts with Kata.")


def depends_on(task: Task, plugin_id: str) -> bool:
    """Whether a task is done by a plugin, waits for it or delivers through it."""
    spec = task.spec
    if spec.handler.startswith(f"{plugin_id}.") or any(target.kind == plugin_id for target in spec.targets):
        return True
    trigger = spec.trigger
    if not isinstance(trigger, Event):
        return False
    return trigger.type.startswith(f"{plugin_id}.") or (trigger.type in _CHANNEL_EVENTS and trigger.source == plugin_id)


def actions_of(activation: Activation | None) -> tuple[PluginAction, ...]:
    """Buttons that can be pressed now."""
    if activation is None or not activation.is_registered:
        return ()
    found = [PluginAction(id=name, label=each.label) for name, each in activation.brought.actions.items()]
    if activation.brought.pairing is not None and all(each.id != PAIR.id for each in found):
        found.insert(0, PAIR)
    if (server := activation.server_status) is not None:
        found.append(START_SERVER if server.state in {ServerState.STOPPED, ServerState.FOREIGN} else STOP_SERVER)
    return tuple(found)


def _invalid(entry: Entry, workspace_id: str) -> PluginRow:
    return PluginRow(
        id=entry.id,
        workspace_id=workspace_id,
        name=entry.id,
        version="",
        description="",
        icon="plugin",
        kind=PluginKind.TOOL,
        on=False,
        state=PluginState.INVALID,
        sentence=entry.problem,
    )
