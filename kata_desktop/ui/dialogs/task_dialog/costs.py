"""What a run of the task in the dialog is likely to cost: read when the dialog opens and when its model changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from kata_desktop.domain.errors import NotFound

if TYPE_CHECKING:
    from kata_desktop.domain.task import Task
    from kata_desktop.domain.task_input import TaskInput
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.slots import Slots


class Costs(QObject):
    """Knows the figure, so that nothing has to be read at a keystroke.

    Attributes:
        figure: millionths of a dollar a run; None while nothing is known.

    Signals:
        changed: there is another figure.
    """

    changed = Signal()

    def __init__(self, services: Services, slots: Slots, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services, self._slots = services, slots
        self._asked: tuple[str, str, str] | None = None
        self.figure: int | None = None

    def follow(self, raw: TaskInput, task: Task | None) -> None:
        """Read anew when what is typed means another model, workspace or task; the task's own runs count as long as
        its model stays.
        """
        model = raw.model or ""
        own = task.id if task is not None and task.spec.model == model else ""
        asked = (raw.workspace or "", model, own)
        if asked != self._asked:
            self._asked = asked
            self._slots.start(self._read(asked), name="read what a run costs")

    async def _read(self, asked: tuple[str, str, str]) -> None:
        workspace, model, task_id = asked
        try:
            figure = await self._figure(workspace, model, task_id)
        except NotFound:  # the workspace is being typed, or has just been removed
            figure = None
        if asked == self._asked and figure != self.figure:
            self.figure = figure
            self.changed.emit()

    async def _figure(self, workspace: str, model: str, task_id: str) -> int | None:
        home = await self._services.workspaces.get(workspace)
        answering = model or home.model or await self._default()
        return await self._services.scheduling.cost_per_run(home.id, answering, task_id)

    async def _default(self) -> str:
        return next(each.name for each in await self._services.models.all() if each.is_default)
