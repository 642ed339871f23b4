"""The Matrix plugin: a channel, and two buttons to try it."""

from __future__ import annotations

from kata_desktop.builtin.matrix import setting_up
from kata_desktop.builtin.matrix.adapter import MatrixAdapter
from kata_desktop.builtin.matrix.logins import Logins
from kata_desktop.builtin.matrix.settings import read_settings
from kata_desktop.plugins.sdk import Plugin, PluginContext, Registrar


class MatrixPlugin(Plugin):
    """Brings the channel ``matrix``."""

    def __init__(self) -> None:
        self._logins: Logins | None = None

    def register(self, registrar: Registrar) -> None:
        """Bring the channel and the buttons."""
        registrar.channel(self._adapter)
        registrar.action("test", "Test connection", self.test_connection)
        registrar.action("test-message", "Send test message", self.send_test_message)

    async def test_connection(self) -> str:
        """Sign in and ask who we are."""
        context = self.context
        settings = await read_settings(context.settings, context.credentials)
        return await setting_up.check_connection(settings, self._logins_of(context))

    async def send_test_message(self) -> str:
        """Write to the place that the settings name."""
        context = self.context
        settings = await read_settings(context.settings, context.credentials)
        place = context.settings.text("test_room")
        return await setting_up.send_test_message(settings, self._logins_of(context), place, context.clock.now())

    def _adapter(self, context: PluginContext) -> MatrixAdapter:
        return MatrixAdapter(
            settings=lambda: context.settings, credentials=context.credentials, logins=self._logins_of(context),
            clock=context.clock, log=context.log,
        )  # fmt: skip

    def _logins_of(self, context: PluginContext) -> Logins:
        """One for the channel and the buttons: two logins as the same device would end each other."""
        if self._logins is None:
            self._logins = Logins(context.workspace_id)
        return self._logins
