"""The Telegram plugin: a channel, and two buttons to try it."""

from __future__ import annotations

from kata_desktop.builtin.telegram import setting_up
from kata_desktop.builtin.telegram.adapter import TelegramAdapter
from kata_desktop.builtin.telegram.settings import read_settings
from kata_desktop.plugins.sdk import Plugin, PluginContext, Registrar


class TelegramPlugin(Plugin):
    """Brings the channel ``telegram``."""

    def register(self, registrar: Registrar) -> None:
        """Bring the channel and the buttons."""
        registrar.channel(build_adapter)
        registrar.action("test", "Test connection", self.test_connection)
        registrar.action("test-message", "Send test message", self.send_test_message)

    async def test_connection(self) -> str:
        """Ask who the bot is."""
        return await setting_up.check_connection(await read_settings(self.context.settings, self.context.credentials))

    async def send_test_message(self) -> str:
        """Write to the place that the settings name."""
        settings = await read_settings(self.context.settings, self.context.credentials)
        return await setting_up.send_test_message(settings, self.context.settings.text("test_chat"))


def build_adapter(context: PluginContext) -> TelegramAdapter:
    """The channel of one workspace."""
    return TelegramAdapter(
        settings=context.settings, credentials=context.credentials, clock=context.clock, log=context.log
    )
