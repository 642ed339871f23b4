"""A channel to a far end in memory, whose adapter tries to end the program when it is told "leave"."""

from __future__ import annotations

from kata_desktop.plugins.sdk import ChannelAdapter, Plugin, PluginContext, Registrar
from tests.support.fake_channel import FakeAdapter
from tests.support.faulty.far_ends import FAR_ENDS


class Adapter(FakeAdapter):
    """Takes some things too seriously."""

    async def send(self, address: str, text: str, key: str) -> None:
        if "leave" in text:
            raise SystemExit(4)
        await super().send(address, text, key)


class FaultyPlugin(Plugin):
    """Brings the channel."""

    def register(self, registrar: Registrar) -> None:
        registrar.channel(self.build)

    def build(self, context: PluginContext) -> ChannelAdapter:
        return Adapter(FAR_ENDS[context.workspace_id])
