"""One object of a plugin in one workspace, from its registration to its end. Nothing it does comes out of here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from kata_desktop.credentials.errors import KeyringTrouble
from kata_desktop.domain.channel import ChannelStatus
from kata_desktop.domain.command import ServerStatus
from kata_desktop.domain.errors import Refused
from kata_desktop.domain.events import PairingChanged
from kata_desktop.domain.plugin import PluginState
from kata_desktop.domain.workspace import Workspace
from kata_desktop.plugins.bindings import Bindings
from kata_desktop.plugins.connections import Connections
from kata_desktop.plugins.containment import explained
from kata_desktop.plugins.contract import Plugin, PluginContext
from kata_desktop.plugins.equipment import Equipment
from kata_desktop.plugins.errors import SetupMissing
from kata_desktop.plugins.gate import Gate
from kata_desktop.plugins.health import Health
from kata_desktop.plugins.loading import threads_running
from kata_desktop.plugins.manifest import Manifest
from kata_desktop.plugins.pipelines import pipeline_of
from kata_desktop.plugins.registrar import Brought, BroughtHandler, registered
from kata_desktop.plugins.scheduled import scheduled_work
from kata_desktop.plugins.scheduler_api import TaskDeclaration
from kata_desktop.plugins.scope import Scope
from kata_desktop.plugins.setting_up import nobody_wants, require
from kata_desktop.plugins.standing import Standing
from kata_desktop.servers.pipeline import FindCommand


class Activation:
    """Brings a plugin up in one workspace and takes it down again.

    Attributes:
        bindings: Its settings, credentials and commands here.
        brought: What it registered.
        connections: Its channel and server.
        has_ended: Whether nothing of it is left.
        health: How it fares.
        scope: Its bounds.
        sleeps: Whether its code is not loaded, since it needs to be set up and nobody has begun to.
    """

    def __init__(
        self, manifest: Manifest, workspace: Callable[[], Workspace], equipment: Equipment, find: FindCommand
    ) -> None:
        self.manifest = manifest
        self._find = find
        self.workspace_id = workspace().id
        self._equipment = equipment
        self.bindings = Bindings(manifest, workspace, equipment)
        self.log = self.bindings.log
        limits = equipment.limits
        self.scope = Scope(
            f"plugin {manifest.id}@{self.workspace_id}",
            clock=equipment.clock,
            spawner=equipment.spawner,
            log=self.log,
            grace=limits.grace,
        )
        self.brought = Brought()
        self.health = Health(equipment, self.workspace_id, manifest.id)
        self.connections = Connections(self.bindings, self.scope, equipment, self.health.changed)
        self._gate = Gate(manifest, self.workspace_id, self.scope, equipment, self.health.note)
        self._plugin: Plugin | None = None
        self._declared: dict[str, TaskDeclaration] = {}
        self._preparing = asyncio.Lock()
        self._is_prepared = False
        self._is_up = False
        self._is_ending = False
        self.has_ended = False
        self.sleeps = False

    # -- how it fares

    @property
    def standing(self) -> Standing:
        """Its state, with what its channel and server make of it."""
        return self.health.standing(self.channel_status, self.server_status)

    @property
    def plugin(self) -> Plugin | None:
        """The plugin's object; None when it could not be made."""
        return self._plugin

    @property
    def works(self) -> bool:
        """Whether it is initialised and not ending."""
        return self.health.own.state is PluginState.READY and not self._is_ending

    @property
    def is_registered(self) -> bool:
        """Whether what it brought can be used, at least to get it going."""
        return self.health.own.state not in {PluginState.STARTING, PluginState.CRASHED} and not self._is_ending

    @property
    def channel_status(self) -> ChannelStatus | None:
        """Of its channel; None when it has none or that is not attached."""
        return self.connections.channel_status

    @property
    def server_status(self) -> ServerStatus | None:
        """Of its server; None when it has none or that was not built."""
        return self.connections.server_status

    @property
    def handler_names(self) -> tuple[str, ...]:
        """Its handlers, by their own names."""
        return self._gate.handler_names

    # -- up

    async def prepare(self, *, may_sleep: bool = False) -> None:
        """Import and register, and make its handlers known; once, however often it is called.

        One that `may_sleep` is left alone while it needs to be set up and nobody has begun to: see `wake`.
        Never raises for what the plugin does.
        """
        async with self._preparing:
            if not self._is_prepared:
                self._is_prepared = True
                await self._prepare(may_sleep)

    async def wake(self) -> None:
        """Import and register what was left alone, since somebody looks closely or there is work for it."""
        if self.sleeps:
            async with self._preparing:
                await self._woken()

    async def _woken(self) -> None:
        if not self.sleeps or self._is_ending:
            return
        self.sleeps = False
        await self._prepare(may_sleep=False)
        if self._plugin is not None:  # its buttons are there before it is set up
            self._plugin.context = self._context()
        self.health.changed()

    async def _prepare(self, may_sleep: bool) -> None:
        try:
            await self.bindings.load()
            self.sleeps = may_sleep and bool(await nobody_wants(self.bindings, self._equipment))
            if self.sleeps:
                return
            plugin_class = await self._equipment.catalogue.load(self.manifest.id)
            await self._equipment.threads.run(
                partial(self._register, plugin_class),
                what="Registering",
                who=self.manifest.id,
                limit=self._equipment.limits.register,
            )
        except Exception as error:  # noqa: BLE001 - the top handler for loading and registering
            await self._crash(error, "Loading it")
            return
        if self._is_ending:
            return
        work = scheduled_work(self._plugin)
        marked = {each.name: BroughtHandler(run=each.run, sliced=each.sliced, limited=each.limited) for each in work}
        steps = pipeline_of(self.bindings, self._find, self._equipment)
        for name, handler in (steps | marked | self.brought.handlers).items():
            self._gate.admit(name, handler)
        self._declared = {**self.manifest.tasks, **{each.name: each.task for each in work}}

    async def begin(self) -> None:
        """Initialise and connect, if everything needed is there, and make its tasks known. Never raises for what the
        plugin does.
        """
        try:
            if self.health.own.state is PluginState.STARTING:
                await self._rouse()
            if self.health.own.state is PluginState.STARTING:
                await self._begin()
                # not before: tasks of a plugin that nobody has set up yet would only fail, in a list that is not theirs
                await self._declare(self._declared)
        except SetupMissing as error:
            self.health.stand(PluginState.NEEDS_SETUP, error.sentence)
        except KeyringTrouble as error:
            self.health.stand(PluginState.WAITING_KEYRING, error.sentence)
        except Exception as error:  # noqa: BLE001 - the top handler for initialising
            await self._crash(error, "Starting it")
        finally:
            self._gate.open(self.health.own)

    async def _rouse(self) -> None:
        """Look again at one that was left alone: somebody may have set it up since."""
        if not self.sleeps:
            return
        await self.bindings.load()
        if lacking := await nobody_wants(self.bindings, self._equipment):
            raise SetupMissing(lacking)
        await self.wake()

    async def _begin(self) -> None:
        assert self._plugin is not None
        plugin, context = self._plugin, self._context()
        plugin.context = context
        await require(self.bindings, self._equipment, self.health)
        self._is_up = True
        limit = self._equipment.limits.initialize
        await self.scope.call(lambda: plugin.initialize(context), what="Initialising", limit=limit)
        for point, hook in self.brought.hooks:
            self._gate.hang(point, hook)
        self.health.stand(PluginState.READY, "")
        if self._equipment.connects:
            await self.connections.start(self.brought, context)

    # -- down

    def withdraw(self) -> None:
        """Take its handlers and hooks back at once; what runs of them is cancelled by whoever runs it."""
        self._is_ending = True
        self._gate.withdraw()

    async def end(self) -> None:
        """Disconnect, let it give back what it holds, and end whatever it still does. Never raises for what it does."""
        self.withdraw()
        self._gate.open(Standing(state=PluginState.OFF, sentence="It is switched off."))
        try:
            await self.connections.stop()
            await self._shut_down()
        finally:
            self.has_ended = True
        if left := await asyncio.to_thread(threads_running, self.manifest.folder):
            self.log.warning("It left threads behind that cannot be stopped: %s", ", ".join(left))

    async def _shut_down(self) -> None:
        if self._is_up and self._plugin is not None:
            self._is_up = False
            try:
                await self.scope.call(
                    self._plugin.shutdown, what="Shutting it down", limit=self._equipment.limits.shutdown
                )
            except Exception as error:  # noqa: BLE001 - the top handler for shutting down
                self.log.warning("%s", explained(error, "Shutting it down"))
        await self.scope.end()

    # -- how

    def _register(self, plugin_class: type[Plugin]) -> None:
        """In a thread."""
        self.bindings.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._plugin, self.brought = registered(plugin_class)

    async def _declare(self, tasks: dict[str, TaskDeclaration]) -> None:
        try:
            await self._equipment.tasks.declare(self.workspace_id, self.manifest.id, tasks)
        except Refused as error:
            self.log.warning("A task it declares was refused: %s", error.sentence)
            self.health.fault("tasks", f"A task it declares was refused. {error.sentence}")

    async def _crash(self, error: Exception, what: str) -> None:
        self.scope.complain(error, what)
        self.health.stand(PluginState.CRASHED, explained(error, what))
        await self._shut_down()

    def _context(self) -> PluginContext:
        return self.bindings.context(
            spawn=self._spawn, tell_pairing=self._pairing_changed, register=self._gate.admit_more
        )

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self.scope.spawn(work, name=name, on_end=partial(self.health.note, f"Its work “{name}”"))

    def _pairing_changed(self) -> None:
        self._equipment.bus.publish(PairingChanged(workspace_id=self.workspace_id, plugin_id=self.manifest.id))
        self.health.changed()
