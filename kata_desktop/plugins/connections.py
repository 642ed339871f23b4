"""The channel and the server of a plugin in one workspace: attached when it is up, taken down before it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kata_desktop.channels.adapter import ChannelAdapter, ChannelError
from kata_desktop.domain.channel import ChannelRules, ChannelStatus
from kata_desktop.domain.command import ServerSpec, ServerStatus
from kata_desktop.domain.errors import KataError
from kata_desktop.plugins.bindings import Bindings
from kata_desktop.plugins.containment import explained
from kata_desktop.plugins.contract import PluginContext
from kata_desktop.plugins.equipment import Equipment
from kata_desktop.plugins.errors import PluginFault, SetupMissing
from kata_desktop.plugins.guarded_adapter import GuardedAdapter
from kata_desktop.plugins.ports import Server, WantedChannel
from kata_desktop.plugins.registrar import Brought, BuildChannel
from kata_desktop.plugins.scope import Scope

AUTO_START = "auto_start"
"""A switch of this name among a plugin's settings says whether its server starts by itself."""


class Connections:
    """Hands a plugin's channel and server to those who keep them going.

    Attributes:
        server: The supervised server; None when there is none.
    """

    def __init__(self, bindings: Bindings, scope: Scope, equipment: Equipment, changed: Callable[[], None]) -> None:
        self._bindings = bindings
        self._scope = scope
        self._equipment = equipment
        self._changed = changed
        self._has_channel = False
        self.server: Server | None = None

    @property
    def channel_status(self) -> ChannelStatus | None:
        """Of the channel, while it is attached."""
        if not self._has_channel:
            return None
        return self._equipment.channels.status(self._bindings.workspace_id, self._bindings.manifest.id)

    @property
    def server_status(self) -> ServerStatus | None:
        """Of the server, once it was built."""
        return self.server.status if self.server is not None else None

    async def start(self, brought: Brought, context: PluginContext) -> None:
        """Attach what the plugin brought. Raises what building the server's command raises, and `SetupMissing`."""
        if brought.channel is not None:
            self._attach(brought.channel, brought.sender_id, context)
        spec = await self._server_spec(brought, context)
        if spec is not None:
            self.server = self._equipment.supervise(spec, self._line, self._changed)
            settings = self._bindings.settings()
            if settings.values.get(AUTO_START) is not False:
                self.server.start()

    async def stop(self) -> None:
        """Close the channel and stop the server; what goes wrong is logged."""
        if self._has_channel:
            self._has_channel = False
            try:
                await self._equipment.channels.detach(self._bindings.workspace_id, self._bindings.manifest.id)
            except KataError as error:
                self._scope.complain(error, "Closing the channel")
        if self.server is not None:
            server, self.server = self.server, None
            await server.stop()

    def _attach(self, build: BuildChannel, sender_id: Callable[[str], str], context: PluginContext) -> None:
        wanted = WantedChannel(
            workspace_id=self._bindings.workspace_id,
            channel=self._bindings.manifest.id,
            build=lambda: self._built(build, context),
            rules=lambda: self._rules(sender_id),
        )
        self._has_channel = True
        self._equipment.channels.attach(wanted)

    def _rules(self, sender_id: Callable[[str], str]) -> ChannelRules:
        """Who may write, by the ids that messages carry."""
        rules = self._bindings.settings().rules()
        allow = tuple(sender_id(entry) for entry in rules.allow)
        return replace(rules, allow=allow, allow_in_groups=tuple(sender_id(entry) for entry in rules.allow_in_groups))

    def _built(self, build: BuildChannel, context: PluginContext) -> ChannelAdapter:
        what = "Building its channel"
        try:
            adapter: object = self._scope.sync(lambda: build(context), what)
        except Exception as error:
            if isinstance(error, KataError) and not isinstance(error, PluginFault):
                raise
            raise ChannelError(self._equipment.hide(explained(error, what)), final=True) from error
        wanted = self._bindings.manifest.id
        if not isinstance(adapter, ChannelAdapter) or adapter.traits.id != wanted:
            sentence = (
                f"It built {type(adapter).__name__} instead of the channel {wanted}; that is an error in the plugin."
            )
            raise ChannelError(sentence, final=True)
        return GuardedAdapter(adapter, self._scope, self._equipment.hide)

    async def _server_spec(self, brought: Brought, context: PluginContext) -> ServerSpec | None:
        build = brought.server
        if build is None:
            return await self._bindings.commands.server()
        limit = self._equipment.limits.initialize
        spec: object = await self._scope.call(lambda: build(context), what="Preparing its server", limit=limit)
        if spec is None:
            raise SetupMissing("Its server needs settings that are not there; look at its settings.")
        if not isinstance(spec, ServerSpec):
            raise PluginFault(f"It brought {type(spec).__name__} instead of a server to start")
        return spec

    def _line(self, line: str) -> None:
        self._scope.log.info("server: %s", line)
