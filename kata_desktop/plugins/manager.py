"""Runs plugins: one object per workspace in which one is switched on; nothing it does stops another."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from kata_desktop.credentials.errors import KeyringTrouble
from kata_desktop.domain.events import PluginsChanged, TaskChange, TaskChanged, VaultChanged, WorkspacesChanged
from kata_desktop.domain.plugin import PluginState
from kata_desktop.domain.workspace import Workspace
from kata_desktop.plugins.activation import Activation
from kata_desktop.plugins.bindings import Bindings
from kata_desktop.plugins.ending import end_all
from kata_desktop.plugins.equipment import Equipment
from kata_desktop.plugins.forgotten import tell_of_forgotten_awaits
from kata_desktop.plugins.manifest import Manifest
from kata_desktop.plugins.pipelines import CommandFinder
from kata_desktop.plugins.switchboard import Pair, Switchboard
from kata_desktop.plugins.toggles import Toggles
from kata_desktop.runtime.ownership import watch_new_tasks
from kata_desktop.store import plugins

_log = logging.getLogger(__name__)
_WORTH_A_TRY = frozenset({PluginState.NEEDS_SETUP, PluginState.CRASHED})


class PluginManager:
    """One for the program. Verbs that change what is stored are in `service`.

    Attributes:
        board: What is switched on where.
    """

    def __init__(self, board: Switchboard, equipment: Equipment) -> None:
        self.board = board
        self._equipment = equipment
        self._find = CommandFinder(board, equipment)
        self._activations: dict[Pair, Activation] = {}
        self._order: list[Activation] = []
        self._toggles = Toggles(
            clock=equipment.clock,
            spawner=equipment.spawner,
            start=self._bring_up,
            stop=self._take_down,
            quiet=equipment.limits.quiet,
        )
        self._undo: list[Callable[[], None]] = []
        self._refreshing = asyncio.Lock()
        self._is_running = False

    # -- life

    async def register_all(self) -> None:
        """Import and register what is switched on; harmless when repeated.

        Before the engine looks for the first time, since what is due of a handler that is not there is skipped.
        """
        if self._is_running:
            return
        self._is_running = True
        await self._equipment.database.read(self.board.look)
        bus, loop = self._equipment.bus, asyncio.get_running_loop()
        self._undo = [
            watch_new_tasks(loop),
            tell_of_forgotten_awaits(),
            bus.subscribe(WorkspacesChanged, self._workspaces_changed),
            bus.subscribe(VaultChanged, self._vault_changed),
            bus.subscribe(TaskChanged, self._task_changed),
        ]
        await asyncio.to_thread(lambda: self._equipment.catalogue.entries)
        registering = self._equipment.spawner.spawn(self._register_each(), name="registering plugins")
        limit = self._equipment.limits.register_all
        timer = self._equipment.spawner.spawn(self._equipment.clock.sleep(limit), name="time limit of registering")
        await asyncio.wait({registering, timer}, return_when=asyncio.FIRST_COMPLETED)
        timer.cancel()
        if not registering.done():
            _log.warning("Some plugins take long to register; the others are not kept waiting")

    async def _register_each(self) -> None:
        for activation in [self._added(pair) for pair in self.board.wanted()]:
            await activation.prepare(may_sleep=True)

    def initialise_all(self) -> None:
        """Initialise what was registered, all beside each other; returns at once."""
        for pair in self.board.wanted():
            self._toggles.wish(pair, on=True, at_once=True)

    async def stop(self, *, limit: float = 5.0) -> None:
        """End every plugin, the last initialised first, within about `limit` seconds."""
        self._is_running = False
        await self._toggles.close()
        await end_all(tuple(reversed(self._order)), self._equipment, limit)
        self._activations.clear()
        self._order.clear()
        for undo in reversed(self._undo):
            undo()
        self._undo = []

    # -- switching

    def switched(self, pair: Pair, *, on: bool) -> None:
        """It was stored that it is to be on or off."""
        self.board.put(pair, on=on)
        if self._is_running:
            self._toggles.wish(pair, on=on)
        self._tell(pair)

    def set_up_again(self, pair: Pair) -> None:
        """Stop and start it, if it is on."""
        if self._is_running and self.board.is_on(pair):
            self._toggles.wish(pair, on=True, anew=True)
        self._tell(pair)

    async def ask_keyring_again(self) -> None:
        """A person wants that, though its question was dismissed before; what comes of it shows on the rows."""
        with contextlib.suppress(KeyringTrouble):
            if any(each.standing.state is PluginState.WAITING_KEYRING for each in self._activations.values()):
                await self._equipment.vault().unlock()

    def look_again(self, workspace_id: str) -> None:
        """Have what does not work in a workspace set up again, and every row read anew."""
        self.board.workspace(workspace_id)
        self._equipment.channels.retry(workspace_id)
        for plugin_id in self._equipment.catalogue.ids:
            activation = self._activations.get((workspace_id, plugin_id))
            if activation is not None and activation.standing.state in _WORTH_A_TRY:
                self.set_up_again((workspace_id, plugin_id))
            else:
                self._tell((workspace_id, plugin_id))

    async def settled(self, workspace_id: str, plugin_id: str) -> None:
        """Return when it is as it was wished so far."""
        await self._toggles.settled((workspace_id, plugin_id))

    # -- looking

    @property
    def is_running(self) -> bool:
        """Whether plugins are running in this process at all."""
        return self._is_running

    async def know(self, workspace_id: str) -> None:
        """Make sure that a workspace which was added a moment ago is known. Raises `NotFound` when there is none."""
        if self.board.find(workspace_id) is None:
            await self._refresh()
        self.board.workspace(workspace_id)

    def activation(self, pair: Pair) -> Activation | None:
        """The living object; None when it is off or between two lives."""
        return self._activations.get(pair)

    def activations(self, workspace_id: str) -> list[Activation]:
        """Those of a workspace that work, in the fixed order of plugins."""
        pairs = ((workspace_id, plugin_id) for plugin_id in self._equipment.catalogue.ids)
        found = (self._activations.get(pair) for pair in pairs)
        return [activation for activation in found if activation is not None and activation.works]

    def bindings(self, workspace_id: str, manifest: Manifest) -> Bindings:
        """Settings, credentials and commands of a plugin, whether it is on or not. Raises `NotFound`."""
        self.board.workspace(workspace_id)
        return Bindings(manifest, partial(self.board.workspace, workspace_id), self._equipment)

    # -- how

    def _added(self, pair: Pair) -> Activation:
        manifest = self.board.refuse_broken(pair[1])
        last = self.board.workspace(pair[0])

        def workspace() -> Workspace:
            return self.board.find(pair[0]) or last  # its last words come when it is gone

        activation = Activation(manifest, workspace, self._equipment, self._find)
        self._activations[pair] = activation
        self._order.append(activation)
        self._tell(pair)
        return activation

    async def _bring_up(self, pair: Pair) -> None:
        if self.board.find(pair[0]) is None:
            return
        activation = self._activations.get(pair) or self._added(pair)
        await activation.prepare(may_sleep=True)
        await activation.begin()

    async def _take_down(self, pair: Pair, is_off: bool) -> None:
        activation = self._activations.pop(pair, None)
        if activation is None:
            return
        self._order.remove(activation)
        activation.withdraw()
        self._tell(pair)
        if is_off:
            await self._equipment.tasks.switched_off(pair[0], pair[1], activation.handler_names)
        await activation.end()
        self._tell(pair)

    def _tell(self, pair: Pair) -> None:
        self._equipment.bus.publish(PluginsChanged(workspace_id=pair[0], plugin_id=pair[1]))

    def _workspaces_changed(self, _: WorkspacesChanged) -> None:
        self._equipment.spawner.spawn(self._refresh(), name="plugins of workspaces")

    async def _refresh(self) -> None:
        """Follow workspaces that came or went."""
        async with self._refreshing:
            before = set(self.board.workspace_ids)
            await self._equipment.database.read(self.board.look)
            now = set(self.board.workspace_ids)
            for pair in self.board.wanted():
                if pair[0] in now - before and self._is_running:
                    self._toggles.wish(pair, on=True)
            for pair in [pair for pair in self._activations if pair[0] not in now]:
                self._toggles.wish(pair, on=False, at_once=True)
                await self._toggles.settled(pair)
            for workspace_id in before - now:
                await asyncio.to_thread(_forget_data, self._equipment.data_folder, workspace_id)

    def _task_changed(self, event: TaskChanged) -> None:
        """Load what was left alone when an import or an undone deletion brings work for it."""
        if event.change is not TaskChange.CREATED:
            return
        for pair, activation in self._activations.items():
            if activation.sleeps and pair[0] == event.workspace_id:
                self._equipment.spawner.spawn(self._wake_for_work(pair, activation), name=f"work for {pair[1]}")

    async def _wake_for_work(self, pair: Pair, sleeper: Activation) -> None:
        if await self._equipment.database.read(lambda db: plugins.has_tasks(db, *pair)):
            await sleeper.wake()

    def _vault_changed(self, event: VaultChanged) -> None:
        """Set up again what waited for the keyring, or for a credential that is there now."""
        for pair, activation in tuple(self._activations.items()):
            state = activation.standing.state
            waits = event.opened and state is PluginState.WAITING_KEYRING
            missed = state is PluginState.NEEDS_SETUP and event.plugin in {pair[1], f"{pair[0]}/{pair[1]}"}
            if waits or missed:
                self.set_up_again(pair)


def _forget_data(folder: Path, workspace_id: str) -> None:
    for data in folder.glob(f"*/{workspace_id}"):
        shutil.rmtree(data, ignore_errors=True)
