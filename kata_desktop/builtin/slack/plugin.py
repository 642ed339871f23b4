"""The Slack plugin: a channel, and the steps of its set-up as buttons."""

from __future__ import annotations

from kata_desktop.builtin.slack import setting_up
from kata_desktop.builtin.slack.adapter import SlackAdapter
from kata_desktop.builtin.slack.patience import Patience
from kata_desktop.builtin.slack.settings import SlackSettings, read_settings
from kata_desktop.plugins.sdk import Plugin, PluginContext, Registrar


class SlackPlugin(Plugin):
    """Brings the channel ``slack``."""

    def __init__(self) -> None:
        self._patience = Patience()

    def register(self, registrar: Registrar) -> None:
        """Bring the channel and the buttons of its set-up."""
        registrar.channel(self.build_adapter)
        registrar.action("test", "Test connection", self.test_connection)
        registrar.action("channels", "List channels", self.list_channels)
        registrar.action("test-message", "Send test message", self.send_test_message)
        registrar.action("app-manifest", "Show app manifest", self.show_app_manifest)
        registrar.action("new-app", "Create the app in Slack", self.show_new_app_address)

    def build_adapter(self, context: PluginContext) -> SlackAdapter:
        """The channel of this workspace, for one connection."""
        return SlackAdapter(
            settings=context.settings,
            credentials=context.credentials,
            memory=context.memory,
            clock=context.clock,
            log=context.log,
            patience=self._patience,
        )

    async def test_connection(self) -> str:
        """Try both tokens."""
        return await setting_up.check_connection(await self._settings())

    async def list_channels(self) -> str:
        """The channels by name, one a line."""
        return await setting_up.list_channels(await self._settings())

    async def send_test_message(self) -> str:
        """Write to the place that the settings name."""
        place = self.context.settings.text("test_channel")
        return await setting_up.send_test_message(await self._settings(), place, self.context.clock)

    async def show_app_manifest(self) -> str:
        """What is pasted in Slack to create the app."""
        return setting_up.app_manifest()

    async def show_new_app_address(self) -> str:
        """Where Slack creates the app with the manifest filled in."""
        return setting_up.new_app_address()

    async def _settings(self) -> SlackSettings:
        return await read_settings(self.context.settings, self.context.credentials)
