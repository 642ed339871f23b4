"""Blocking calls where they hold up everybody: in work, beside it, and in a button; and one where they do not."""

from __future__ import annotations

import asyncio
import time

from kata_desktop.plugins.sdk import HandlerContext, Plugin, PluginContext, Registrar

LONG = 0.4


class FaultyPlugin(Plugin):
    """Sleeps at the wheel."""

    def register(self, registrar: Registrar) -> None:
        registrar.handler("hold", self.hold)
        registrar.handler("plain", self.plain)
        registrar.action("test", "Test", self.test)

    async def initialize(self, context: PluginContext) -> None:
        context.spawn(self.poll(), name="poll")

    async def hold(self, run: HandlerContext) -> str:
        await asyncio.sleep(0)
        time.sleep(LONG)  # noqa: ASYNC251 - what plugins must not do
        return "held"

    def plain(self, run: HandlerContext) -> str:
        time.sleep(LONG)
        return "in a thread"

    async def poll(self) -> None:
        time.sleep(LONG)  # noqa: ASYNC251

    async def test(self) -> str:
        time.sleep(LONG)  # noqa: ASYNC251
        return "It works."
