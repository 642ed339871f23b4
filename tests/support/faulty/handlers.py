"""Handlers that raise, exit, return rubbish, and hang past their limit whatever they are told."""

from __future__ import annotations

import asyncio
from typing import Any

from kata_desktop.plugins.sdk import Plugin, Registrar, RunContext


class FaultyPlugin(Plugin):
    """Cannot be relied upon."""

    def register(self, registrar: Registrar) -> None:
        registrar.handler("raise", self.raise_it)
        registrar.handler("exit", self.exit_it)
        registrar.handler("rubbish", self.rubbish)
        registrar.handler("hang", self.hang)

    async def raise_it(self, context: RunContext) -> Any:
        raise LookupError("no such page")

    async def exit_it(self, context: RunContext) -> Any:
        raise SystemExit(2)

    async def rubbish(self, context: RunContext) -> Any:
        return 42

    async def hang(self, context: RunContext) -> Any:
        while True:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                continue
