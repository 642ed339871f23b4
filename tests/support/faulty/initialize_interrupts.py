"""Raises KeyboardInterrupt in initialize."""

from __future__ import annotations

from kata_desktop.plugins.sdk import Plugin, PluginContext


class FaultyPlugin(Plugin):
    """Presses Ctrl-C by itself."""

    async def initialize(self, context: PluginContext) -> None:
        raise KeyboardInterrupt
