"""Asks for things and does not wait until they are done, in async work and in a plain method."""

from __future__ import annotations

from kata_desktop.plugins.sdk import HandlerContext, Plugin, Registrar


class FaultyPlugin(Plugin):
    """In a hurry."""

    def register(self, registrar: Registrar) -> None:
        registrar.handler("hurry", self.hurry)
        registrar.handler("plain", self.plain)

    async def hurry(self, run: HandlerContext) -> str:
        self.context.memory.put("seen", "yes")  # type: ignore[unused-coroutine]  # what plugins must not do
        return "done"

    def plain(self, run: HandlerContext) -> str:
        run.note("Half way")  # type: ignore[unused-coroutine]
        return "done"
