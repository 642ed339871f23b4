"""The plugin itself."""

from __future__ import annotations

import json
from urllib.parse import quote

from kata_desktop.plugins.sdk import HandlerContext, Plugin, PluginContext, Registrar, scheduled


class LeakyPlugin(Plugin):
    """Puts its password into everything that somebody might keep."""

    def register(self, registrar: Registrar) -> None:
        registrar.action("ask", "Ask", self.ask)
        registrar.action("fail", "Fail", self.fail)

    async def initialize(self, context: PluginContext) -> None:
        password, given = await self._secrets()
        context.log.debug("connecting with %s and %s", password, given)
        context.log.info("answer: %s, address: https://a.example/?key=%s", json.dumps([password]), quote(given))
        await context.memory.put("account", "somebody")
        if context.settings.switch("crash"):
            raise ConnectionError(f"login with {password!r} and {given} was refused")

    async def ask(self) -> str:
        return f"It answered: {' and '.join(await self._secrets())}"

    async def fail(self) -> str:
        raise LookupError(f"no account for {' and '.join(await self._secrets())}")

    @scheduled(interval="2h", name="Leaky work", retry_attempts=0)
    async def work(self, run: HandlerContext) -> dict[str, object]:
        password, given = await self._secrets()
        run.log("info", f"logged in with {password}")
        run.report_progress(50, f"half of {given}")
        await run.note(f"used {password}")
        await self.context.events.emit("told", source=given, value=f"the line {password}")
        await self.context.notifier.notify(f"Logged in with {given}", f"and with {password}")
        return {"output": f"done with {password} and {given}"}

    @scheduled(interval="2h", name="Leaky failure", retry_attempts=0)
    async def failure(self, run: HandlerContext) -> str:
        run.log("error", "now it fails")
        raise RuntimeError(f"401 for {' and '.join(await self._secrets())}")

    async def _secrets(self) -> tuple[str, str]:
        credentials = self.context.credentials
        return await credentials.get("password") or "", await credentials.get("given") or ""
