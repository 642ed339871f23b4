"""One object of a plugin in one workspace, from its registration to its end. Nothing it does comes out of here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any

from kata_desktop.credentials.errors import KeyringTrouble
from kata_desktop.domain.channel import ChannelStatus
from kata_desktop.domain.command import ServerStatus
from kata_desktop.domain.errors import KataError, Refused
from kata_desktop.domain.events import PairingChanged, PluginsChanged
from kata_desktop.domain.plugin import PluginState
from kata_desktop.domain.workspace import Workspace
from kata_desktop.plugins.bindings import Bindings
from kata_desktop.plugins.connections import Connections
from kata_desktop.plugins.containment import explained
from kata_desktop.plugins.contract import Hook, HookEvent, Plugin, PluginContext
from kata_desktop.plugins.equipment import Equipment
from kata_desktop.plugins.errors import PluginFault, SetupMissing
from kata_desktop.plugins.handler_gate import HandlerGate
from kata_desktop.plugins.loading import threads_running
from kata_desktop.plugins.manifest import Manifest
from kata_desktop.plugins.pipelines import pipeline_of
from kata_desktop.plugins.registrar import Brought, BroughtHandler, Collector
from kata_desktop.plugins.scheduled import scheduled_work
from kata_desktop.plugins.scheduler_api import TaskDeclaration
from kata_desktop.plugins.scope import Scope
from kata_desktop.plugins.setting_up import missing, nobody_wants
from kata_desktop.plugins.standing import Standing, together
from kata_desktop.servers.pipeline import FindCommand

_KEYRING_MOMENT = 1.0
"""Seconds after which a keyring that has not answered is told of; an open one takes some milliseconds."""


class Activation:
    """Brings a plugin up in one workspace and takes it down again.

    Attributes:
        bindings: Its settings, credentials and commands here.
        brought: What it registered.
        connections: Its channel and server.
        handler_names: Its handlers, by their own names.
        has_ended: Whether nothing of it is left.
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
        self.connections = Connections(self.bindings, self.scope, equipment, self.changed)
        self._gate = HandlerGate(manifest, self.workspace_id, self.scope, self.note)
        self._plugin: Plugin | None = None
        self._taken_back: list[Callable[[], None]] = []
        self._declared: dict[str, TaskDeclaration] = {}
        self._faults: dict[str, str] = {}
        self._own = Standing(state=PluginState.STARTING, sentence="Starting …", since=equipment.clock.now())
        self._preparing = asyncio.Lock()
        self._is_prepared = False
        self._is_up = False
        self._is_ending = False
        self.handler_names: tuple[str, ...] = ()
        self.has_ended = False
        self.sleeps = False

    # -- how it fares

    @property
    def standing(self) -> Standing:
        """Its state, with what its channel and server make of it."""
        return together(self._own, self.channel_status, self.server_status, list(self._faults.values()))

    @property
    def plugin(self) -> Plugin | None:
        """The plugin's object; None when it could not be made."""
        return self._plugin

    @property
    def works(self) -> bool:
        """Whether it is initialised and not ending."""
        return self._own.state is PluginState.READY and not self._is_ending

    @property
    def is_registered(self) -> bool:
        """Whether what it brought can be used, at least to get it going."""
        return self._own.state not in {PluginState.STARTING, PluginState.CRASHED} and not self._is_ending

    @property
    def channel_status(self) -> ChannelStatus | None:
        """Of its channel; None when it has none or that is not attached."""
        return self.connections.channel_status

    @property
    def server_status(self) -> ServerStatus | None:
        """Of its server; None when it has none or that was not built."""
        return self.connections.server_status

    def note(self, where: str, error: Exception | None) -> None:
        """Remember what its code did wrong at some place, or that it went well there again."""
        if error is None or (isinstance(error, KataError) and not isinstance(error, PluginFault)):
            if self._faults.pop(where, None) is not None:
                self.changed()
            return
        self._faults[where] = self._equipment.hide(explained(error, where))
        self.changed()

    def changed(self) -> None:
        """Tell that its row is to be read again."""
        self._equipment.bus.publish(PluginsChanged(workspace_id=self.workspace_id, plugin_id=self.manifest.id))

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
        self.changed()

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
            spec = self._gate.handler(name, handler.run, sliced=handler.sliced, limited=handler.limited)
            self._taken_back.append(self._equipment.tasks.register(spec))
            self.handler_names += (name,)
        self._declared = {**self.manifest.tasks, **{each.name: each.task for each in work}}

    async def begin(self) -> None:
        """Initialise and connect, if everything needed is there, and make its tasks known. Never raises for what the
        plugin does.
        """
        try:
            if self._own.state is PluginState.STARTING:
                await self._rouse()
            if self._own.state is PluginState.STARTING:
                await self._begin()
                # not before: tasks of a plugin that nobody has set up yet would only fail, in a list that is not theirs
                await self._declare(self._declared)
        except SetupMissing as error:
            self._stand(PluginState.NEEDS_SETUP, error.sentence)
        except KeyringTrouble as error:
            self._stand(PluginState.WAITING_KEYRING, error.sentence)
        except Exception as error:  # noqa: BLE001 - the top handler for initialising
            await self._crash(error, "Starting it")
        finally:
            self._gate.open(self._own)

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
        await self._require_setup()
        self._is_up = True
        limit = self._equipment.limits.initialize
        await self.scope.call(lambda: plugin.initialize(context), what="Initialising", limit=limit)
        for point, hook in self.brought.hooks:
            stop = self._equipment.tasks.hook(self.workspace_id, self.manifest.id, point, self._guarded(hook))
            self._taken_back.append(stop)
        self._stand(PluginState.READY, "")
        if self._equipment.connects:
            await self.connections.start(self.brought, context)

    async def _require_setup(self) -> None:
        if lacking := await missing(self.bindings):
            raise SetupMissing(lacking)
        waiting = self._equipment.spawner.spawn(self._tell_of_keyring(), name=f"{self.scope.name}: keyring")
        try:
            await self.bindings.credentials.probe()
        finally:
            waiting.cancel()
        if self._own.state is not PluginState.STARTING:
            self._stand(PluginState.STARTING, "Starting …")

    async def _tell_of_keyring(self) -> None:
        """A keyring that asks a person takes as long as they do: its window may be behind others."""
        await self._equipment.clock.sleep(_KEYRING_MOMENT)
        sentence = "The keyring has not answered yet; look for a window that asks for its password."
        self._stand(PluginState.WAITING_KEYRING, sentence)

    # -- down

    def withdraw(self) -> None:
        """Take its handlers and hooks back at once; what runs of them is cancelled by whoever runs it."""
        self._is_ending = True
        for take_back in reversed(self._taken_back):
            take_back()
        self._taken_back.clear()

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
        plugin, collector = plugin_class(), Collector()
        got: object = plugin.register(collector)  # type: ignore[func-returns-value]  # a plugin may not keep to it
        collector.close()
        if got is not None:
            if asyncio.iscoroutine(got):
                got.close()
            raise PluginFault(f"Its register returned {type(got).__name__} instead of nothing")
        self._plugin, self.brought = plugin, collector.brought

    async def _declare(self, tasks: dict[str, TaskDeclaration]) -> None:
        try:
            await self._equipment.tasks.declare(self.workspace_id, self.manifest.id, tasks)
        except Refused as error:
            self.log.warning("A task it declares was refused: %s", error.sentence)
            self._faults["tasks"] = f"A task it declares was refused. {error.sentence}"

    async def _crash(self, error: Exception, what: str) -> None:
        self.scope.complain(error, what)
        self._stand(PluginState.CRASHED, explained(error, what))
        await self._shut_down()

    def _stand(self, state: PluginState, sentence: str) -> None:
        told = self._equipment.hide(sentence)
        self._own = Standing(state=state, sentence=told, since=self._equipment.clock.now())
        self.changed()

    def _context(self) -> PluginContext:
        return self.bindings.context(spawn=self._spawn, tell_pairing=self._pairing_changed)

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self.scope.spawn(work, name=name, on_end=partial(self.note, f"Its work “{name}”"))

    def _pairing_changed(self) -> None:
        self._equipment.bus.publish(PairingChanged(workspace_id=self.workspace_id, plugin_id=self.manifest.id))
        self.changed()

    def _guarded(self, hook: Hook) -> Callable[[HookEvent], Awaitable[None]]:
        async def run(event: HookEvent) -> None:
            what = f"Its hook {event.point.value}"
            try:
                await self.scope.call(lambda: hook(event), what=what, limit=self._equipment.limits.hook)
            except Exception as error:  # noqa: BLE001 - the top handler for hooks
                self.note(what, error)
            else:
                self.note(what, None)

        return run
