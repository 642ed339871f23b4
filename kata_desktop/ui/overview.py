"""How things are at this moment, read once for everybody who shows it: window, sidebar and tray."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from kata_desktop.domain.preview import SchedulerStatus
from kata_desktop.ui.slots import Rereading, Slots

if TYPE_CHECKING:
    from kata_desktop.domain.listing import TaskRow
    from kata_desktop.domain.run import Run
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.services import Services

_SHOWN = 5


class Overview(QObject):
    """Reads the engine's state again after every change.

    Attributes:
        status: the scheduler in one look.
        going: runs that are queued or running now, newest first, at most five.
        attention: tasks that need a person, at most five.

    Signals:
        changed: something of it is different.
    """

    changed = Signal()

    def __init__(self, services: Services, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        slots = Slots(services.spawner, bridge.told.emit)
        self._rereading = Rereading(slots, self.read, name="read how things are")
        self._workspace_id = ""
        self.status = SchedulerStatus()
        self.going: tuple[Run, ...] = ()
        self.attention: tuple[TaskRow, ...] = ()
        for signal in (bridge.tasks_changed, bridge.runs_changed, bridge.outbox_changed):
            signal.connect(self._heard)
        bridge.scheduler_changed.connect(self.refresh)

    @property
    def busy(self) -> bool:
        """Whether it reads the engine now."""
        return self._rereading.busy

    def set_workspace(self, workspace_id: str) -> None:
        """Tell of the next run of this workspace; empty means of all."""
        if workspace_id != self._workspace_id:
            self._workspace_id = workspace_id
            self.refresh()

    def refresh(self) -> None:
        """Read again; what is asked for while reading is read afterwards, once."""
        self._rereading.ask()

    async def read(self) -> None:
        """Read now and tell."""
        from kata_desktop.domain.listing import RunFilter, RunQuery, TaskFilter, TaskQuery  # after the tray icon

        scheduling = self._services.scheduling
        status = await scheduling.status(self._workspace_id)
        going: tuple[Run, ...] = ()
        if status.running or status.queued:
            going = tuple(await scheduling.runs(RunQuery(filter=RunFilter.RUNNING, limit=_SHOWN)))
        attention = tuple(await scheduling.tasks(TaskQuery(filter=TaskFilter.ATTENTION, limit=_SHOWN)))
        if (status, going, attention) != (self.status, self.going, self.attention):
            self.status, self.going, self.attention = status, going, attention
            self.changed.emit()

    def _heard(self, _what: object) -> None:
        self.refresh()
