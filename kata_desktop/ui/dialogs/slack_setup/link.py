"""The plugin as the steps of its set-up reach it: between two settings it is away for a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kata_desktop.domain.errors import KataError, Refused, Unavailable
from kata_desktop.domain.plugin import PluginState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

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
        self._changed_at: datetime | None = None

    async def row(self) -> PluginRow:
        """How it fares now."""
        return await self.services.plugins.row(self.workspace_id, self.plugin_id)

    async def switch_on(self) -> None:
        """Switch it on here."""
        await self.services.plugins.switch(self.workspace_id, self.plugin_id, on=True)

    async def change(self, values: Mapping[str, str]) -> None:
        """Set some of its settings. Raises `InvalidInput`."""
        self.will_change()
        await self.services.plugins.change(self.workspace_id, self.plugin_id, values)

    def will_change(self) -> None:
        """A setting or credential is about to change: what it did before then says nothing any more."""
        self._changed_at = self.services.clock.now()

    async def act(self, action: str) -> str:
        """Press one of its buttons as soon as it can be pressed. Raises `KataError`."""
        before = await self._ready(action)
        try:
            return await self.services.plugins.act(self.workspace_id, self.plugin_id, action)
        except KataError:
            if (await self.row()).checked_at == before.checked_at:
                raise
        # it was set up anew meanwhile, which interrupted it
        await self._ready(action)
        return await self.services.plugins.act(self.workspace_id, self.plugin_id, action)

    async def _ready(self, action: str) -> PluginRow:
        clock = self.services.clock
        end = clock.monotonic() + _PATIENCE
        while True:
            row = await self.row()
            if any(each.id == action for each in row.actions) and self._is_fresh(row):
                return row
            if row.state is PluginState.CRASHED:
                raise Refused(row.sentence or f"{row.name} crashed; its log says why.")
            if not row.on:
                raise Refused(f"{row.name} is off in this workspace; switch it on in the first step.")
            if clock.monotonic() > end:
                raise Unavailable(f"{row.name} is still starting; wait a moment and try again.")
            await clock.sleep(_LOOK_AGAIN)

    def _is_fresh(self, row: PluginRow) -> bool:
        return self._changed_at is None or row.checked_at is None or row.checked_at >= self._changed_at
