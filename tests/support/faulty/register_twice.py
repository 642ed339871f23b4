"""Registers the same handler twice."""

from __future__ import annotations

from kata_desktop.plugins.sdk import Plugin, Registrar, Result, RunContext


class FaultyPlugin(Plugin):
    """Forgetful."""

    def register(self, registrar: Registrar) -> None:
        registrar.handler("work", self.work)
        registrar.handler("work", self.work)

    async def work(self, context: RunContext) -> Result:
        return Result(output=context.task_id)
