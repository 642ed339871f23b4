"""Tools that return rubbish, raise, or return far too much."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kata_desktop.plugins.sdk import Plugin, Refused, Registrar, Tool

NOTHING = {"type": "object", "properties": {}}


class FaultyPlugin(Plugin):
    """Answers anything."""

    def register(self, registrar: Registrar) -> None:
        for name, run in (("rubbish", self.rubbish), ("fail", self.fail), ("refuse", self.refuse), ("much", self.much)):
            registrar.tool(Tool(name=name, description=name, parameters=NOTHING, run=run, writes=name == "much"))

    async def rubbish(self, arguments: Mapping[str, Any]) -> Any:
        return ["not", "text"]

    async def fail(self, arguments: Mapping[str, Any]) -> str:
        raise ZeroDivisionError("the total is 0")

    async def refuse(self, arguments: Mapping[str, Any]) -> str:
        raise Refused("That page is not yours to read; ask for another one.")

    async def much(self, arguments: Mapping[str, Any]) -> str:
        return "z" * 300_000
