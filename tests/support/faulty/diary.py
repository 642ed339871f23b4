"""Writes down what happens to it, where tests can read it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from kata_desktop.plugins.sdk import (
    HandlerError,
    Plugin,
    PluginContext,
    Registrar,
    Result,
    RunContext,
    Tool,
)
from tests.support.faulty.diary_pages import PAGES

NOTHING = {"type": "object", "properties": {"word": {"type": "string"}}, "required": ["word"]}


class FaultyPlugin(Plugin):
    """Well-behaved and talkative."""

    def register(self, registrar: Registrar) -> None:
        PAGES.append(("register", "", ""))
        registrar.handler("beat", self.beat)
        registrar.handler("ask", self.ask)
        registrar.action("test", "Test connection", self.test)
        registrar.tool(Tool(name="look", description="Look.", parameters=NOTHING, run=self.say, writes=False))
        registrar.tool(Tool(name="write", description="Write.", parameters=NOTHING, run=self.say))

    async def initialize(self, context: PluginContext) -> None:
        self._write("initialize")
        self.beside = asyncio.create_task(asyncio.sleep(3600), name=f"diary of {context.workspace_id}")  # noqa: TID251
        context.spawn(self.live(), name="living")

    async def shutdown(self) -> None:
        self._write("shutdown")

    async def live(self) -> None:
        """Be there until the end."""
        try:
            await asyncio.Event().wait()
        finally:
            self._write("cancelled")

    async def beat(self, context: RunContext) -> Result:
        return Result(output=f"{self.context.plugin_id} in {self.context.workspace_name}")

    async def ask(self, context: RunContext) -> Result:
        secret = await self.context.credentials.get("key")
        if secret is None:
            raise HandlerError("There is no key.")
        return Result(output=f"{len(secret)} characters, greeting {self.context.settings.text('greeting')}")

    async def test(self) -> str:
        """Press the button."""
        return f"It works in {self.context.workspace_name}."

    async def say(self, arguments: Mapping[str, Any]) -> str:
        """Answer a model."""
        return f"You said {arguments['word']}."

    def _write(self, what: str) -> None:
        PAGES.append((what, self.context.plugin_id, self.context.workspace_id))
