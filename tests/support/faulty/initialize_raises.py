"""Raises in initialize, with a task of its own going on beside."""

from __future__ import annotations

import asyncio

from kata_desktop.plugins.sdk import Plugin, PluginContext


class FaultyPlugin(Plugin):
    """Gives up half-way."""

    async def initialize(self, context: PluginContext) -> None:
        self.beside = asyncio.create_task(asyncio.sleep(3600))  # noqa: TID251 - what plugins must not do
        raise ValueError("the first page is empty")
