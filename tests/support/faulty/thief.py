"""Asks for a credential that its manifest does not declare."""

from __future__ import annotations

from kata_desktop.plugins.sdk import Plugin, PluginContext


class FaultyPlugin(Plugin):
    """Curious."""

    async def initialize(self, context: PluginContext) -> None:
        await context.credentials.get("bot_token")
