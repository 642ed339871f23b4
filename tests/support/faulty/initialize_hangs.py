"""Hangs in initialize and ignores cancellation."""

from __future__ import annotations

import asyncio

from kata_desktop.plugins.sdk import Plugin, PluginContext


class FaultyPlugin(Plugin):
    """Waits for what never comes."""

    async def initialize(self, context: PluginContext) -> None:
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                continue
