"""Work beside that raises, and work beside that tries to end the program."""

from __future__ import annotations

import asyncio

from kata_desktop.plugins.sdk import Plugin, PluginContext


class FaultyPlugin(Plugin):
    """Starts what it cannot finish."""

    async def initialize(self, context: PluginContext) -> None:
        context.spawn(self.poll(), name="poll")
        self.beside = asyncio.create_task(self.leave())  # noqa: TID251 - what plugins must not do

    async def poll(self) -> None:
        """Ask once."""
        raise ConnectionError("nobody answers")

    async def leave(self) -> None:
        """End everything."""
        raise SystemExit(1)
