"""Cancels what it runs in."""

from __future__ import annotations

import asyncio

from kata_desktop.plugins.sdk import Plugin, PluginContext


class FaultyPlugin(Plugin):
    """Pulls the rug from under its feet."""

    async def initialize(self, context: PluginContext) -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await asyncio.sleep(0)
