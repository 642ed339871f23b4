"""Does its work, and says so."""

from __future__ import annotations

import asyncio

from kata_desktop.plugins.sdk import Plugin, PluginContext, Registrar, Result, RunContext


class FaultyPlugin(Plugin):
    """Not faulty at all; the name is that of its neighbours."""

    def register(self, registrar: Registrar) -> None:
        registrar.handler("beat", self.beat)

    async def initialize(self, context: PluginContext) -> None:
        context.spawn(self.live(), name="living")
        await context.memory.put("born", "yes")

    async def live(self) -> None:
        """Be there until the end."""
        await asyncio.Event().wait()

    async def beat(self, context: RunContext) -> Result:
        return Result(output=f"{self.context.plugin_id} in {self.context.workspace_name}")
