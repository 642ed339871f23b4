"""How many messages wait for a person's decision, for the mark in the sidebar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from kata_desktop.domain.notification import OutboxQuery, OutboxState
from kata_desktop.ui.slots import Slots

if TYPE_CHECKING:
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.services import Services


class Undelivered(QObject):
    """Counts again after every change while somebody looks.

    Attributes:
        failed: messages that were not delivered.
        unknown: messages of which nobody knows whether they arrived.

    Signals:
        changed: one of the numbers is different.
    """

    changed = Signal()

    def __init__(self, services: Services, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._slots = Slots(services.spawner, bridge.told.emit)
        self._workspace_id = ""
        self._watched = self._reading = self._stale = False
        self.failed = self.unknown = 0
        bridge.outbox_changed.connect(self._heard)

    @property
    def count(self) -> int:
        """Both together."""
        return self.failed + self.unknown

    @property
    def words(self) -> str:
        """What it means, for the tip and for a screen reader; empty when there is none."""
        parts = []
        if self.failed:
            parts.append(self.tr("%n not delivered", "", self.failed))
        if self.unknown:
            parts.append(self.tr("%n perhaps delivered", "", self.unknown))
        return ", ".join(parts)

    def set_workspace(self, workspace_id: str) -> None:
        """Count the messages of a workspace."""
        self._workspace_id = workspace_id
        self.refresh()

    def set_watched(self, *, watched: bool) -> None:
        """Whether somebody looks; nothing is read otherwise."""
        self._watched = watched
        if watched:
            self.refresh()

    def refresh(self) -> None:
        """Count again; what is asked for while counting is counted afterwards, once."""
        self._stale = True
        if self._watched and self._workspace_id and not self._reading:
            self._reading = self._slots.start(self._read(), name="count undelivered messages") is not None

    async def _read(self) -> None:
        try:
            while self._stale:
                self._stale = False
                counts = await self._services.messages.counts(OutboxQuery(workspace_id=self._workspace_id))
                fresh = counts.get(OutboxState.FAILED, 0), counts.get(OutboxState.UNKNOWN, 0)
                if fresh != (self.failed, self.unknown):
                    self.failed, self.unknown = fresh
                    self.changed.emit()
        finally:
            self._reading = False

    def _heard(self, _what: object) -> None:
        self.refresh()
