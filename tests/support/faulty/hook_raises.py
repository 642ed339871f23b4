"""Raises in a hook."""

from __future__ import annotations

from kata_desktop.plugins.sdk import HookEvent, HookPoint, Plugin, Registrar


class FaultyPlugin(Plugin):
    """Does not like to be told."""

    def register(self, registrar: Registrar) -> None:
        registrar.hook(HookPoint.TASK_COMPLETED, self.told)

    async def told(self, event: HookEvent) -> None:
        raise KeyError(event.task_name)
