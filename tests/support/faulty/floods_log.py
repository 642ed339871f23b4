"""Writes lines without end."""

from __future__ import annotations

from kata_desktop.plugins.sdk import Plugin, PluginContext


class FaultyPlugin(Plugin):
    """Talkative."""

    async def initialize(self, context: PluginContext) -> None:
        for number in range(20_000):
            context.log.info("line %d of many %s", number, "x" * 50)
        context.log.info("y" * 1_000_000)
