"""Tells of events without end."""

from __future__ import annotations

import asyncio

from kata_desktop.plugins.sdk import Plugin, PluginContext


class FaultyPlugin(Plugin):
    """Cries wolf."""

    async def initialize(self, context: PluginContext) -> None:
        context.spawn(self.cry(context), name="crying")

    async def cry(self, context: PluginContext) -> None:
        """Tell ten thousand times."""
        for number in range(10_000):
            await context.events.emit("wolf", value=f"wolf {number}")
            await asyncio.sleep(0)
