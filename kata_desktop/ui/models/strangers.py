"""How many people wait to be let in, in all workspaces, for the tray's menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from kata_desktop.domain.channel import SenderState
from kata_desktop.ui.slots import Rereading, Slots

if TYPE_CHECKING:
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.services import Services


class Strangers(QObject):
    """Counts when `refresh` is called.

    Attributes:
        count: how many wait.
        workspace_id: where the first of them wrote; empty while nobody waits.

    Signals:
        changed: another number of people waits.
    """

    changed = Signal()

    def __init__(self, services: Services, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        slots = Slots(services.spawner, bridge.told.emit)
        self._rereading = Rereading(slots, self._read, name="count people who wait")
        self.count = 0
        self.workspace_id = ""

    @property
    def busy(self) -> bool:
        """Whether it counts now."""
        return self._rereading.busy

    def refresh(self) -> None:
        """Count again; what is asked for while counting is counted afterwards, once."""
        self._rereading.ask()

    async def _read(self) -> None:
        waiting: list[str] = []
        for workspace in await self._services.workspaces.all():
            senders = await self._services.channels.senders(workspace.id)
            waiting += [workspace.id for each in senders if each.state is SenderState.PENDING]
        if len(waiting) != self.count:
            self.count, self.workspace_id = len(waiting), waiting[0] if waiting else ""
            self.changed.emit()
