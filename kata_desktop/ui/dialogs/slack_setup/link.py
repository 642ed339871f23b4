"""The plugin as the steps of its set-up reach it: between two settings it is away for a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kata_desktop.domain.errors import Refused, Unavailable
from kata_desktop.domain.plugin import PluginState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kata_desktop.domain.plugin import PluginRow
    from kata_desktop.ui.services import Services

_PATIENCE, _LOOK_AGAIN = 10.0, 0.1
"""Seconds: how long it may take to come back, and between two looks."""


class PluginLink:
    """One plugin in one workspace.

    Attributes:
        services: what the engine offers.
        workspace_id: where.
        plugin_id: which.
    """

    def __init__(self, services: Services, row: PluginRow) -> None:
        self.services = services
        self.workspace_id, self.plugin_id = row.workspace_id, row.id

    async def row(self) -> PluginRow:
        """How it fares now."""
        return await self.services.plugins.row(self.workspace_id, self.plugin_id)

    async def switch_on(self) -> None:
        """Switch it on here."""
        await self.services.plugins.switch(self.workspace_id, self.plugin_id, on=True)

    async def change(self, values: Mapping[str, str]) -> None:
        """Set some of its settings. Raises `InvalidInput`."""
        await self.services.plugins.change(self.workspace_id, self.plugin_id, values)

    async def act(self, action: str) -> str:
        """Press one of its buttons as soon as it can be pressed. Raises `KataError`."""
        clock = self.services.clock
        end = clock.monotonic() + _PATIENCE
        while True:
            row = await self.row()
            if any(each.id == action for each in row.actions):
                return await self.services.plugins.act(self.workspace_id, self.plugin_id, action)
            if row.state is PluginState.CRASHED:
                raise Refused(row.sentence or f"{row.name} crashed; its log says why.")
            if not row.on:
                raise Refused(f"{row.name} is off in this workspace; switch it on in the first step.")
            if clock.monotonic() > end:
                raise Unavailable(f"{row.name} is still starting; wait a moment and try again.")
            await clock.sleep(_LOOK_AGAIN)
