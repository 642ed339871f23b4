"""The tasks that a query names, as a Qt model that grows while one scrolls."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from kata_desktop.domain.errors import KataError
from kata_desktop.domain.listing import TaskQuery

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kata_desktop.domain.listing import TaskRow
    from kata_desktop.scheduler.service import Scheduling

FIRST_PAGE = 100
"""Rows read at first; a window shows some fifteen."""
MORE = 300
"""Rows read in addition each time the end comes near."""
EVERYTHING = 100_000
ROW_ROLE = Qt.ItemDataRole.UserRole.value + 1
"""The role under which the model gives the whole `TaskRow`."""


class TaskListModel(QAbstractListModel):
    """Rows of tasks; filtering, searching and sorting are the store's.

    A switch that a person has just moved counts at once (`expect`), until the engine has answered.

    Attributes:
        query: what is listed.
        loaded: whether anything was read yet.

    Signals:
        rows_changed: other rows, or rows with other contents.
    """

    rows_changed = Signal()

    def __init__(self, scheduling: Scheduling, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._scheduling = scheduling
        self._rows: tuple[TaskRow, ...] = ()
        self._places: dict[str, int] = {}
        self._expected: dict[str, bool] = {}
        self._limit = FIRST_PAGE
        self._end_reached = False
        self.query = TaskQuery()
        self.loaded = False

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        """How many rows were read so far."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The task's name, or its whole row."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.task.spec.name
            case _ if role == ROW_ROLE:
                return row
            case _:
                return None

    @property
    def rows(self) -> tuple[TaskRow, ...]:
        """Everything that was read."""
        return self._rows

    @property
    def can_grow(self) -> bool:
        """Whether there may be more rows than were read."""
        return self.loaded and not self._end_reached

    def row(self, task_id: str) -> TaskRow | None:
        """The row of a task, None when it is not listed."""
        place = self._places.get(task_id)
        return None if place is None else self._rows[place]

    def place(self, task_id: str) -> int:
        """Where a task is, -1 when it is not listed."""
        return self._places.get(task_id, -1)

    @property
    def expected(self) -> Mapping[str, bool]:
        """Switches whose effect is not confirmed yet, by task."""
        return self._expected

    def expect(self, task_id: str, *, on: bool) -> None:
        """Show a task as switched before the engine has done it."""
        self._expected[task_id] = on
        self.rows_changed.emit()

    def settle(self, task_id: str, row: TaskRow | None) -> None:
        """Show what the engine answered; None shows the task as it was."""
        self._expected.pop(task_id, None)
        place = self.place(task_id)
        if row is not None and place >= 0:
            self._rows = (*self._rows[:place], row, *self._rows[place + 1 :])
        self.rows_changed.emit()

    def ask(self, query: TaskQuery) -> None:
        """List something else from the next `read` on."""
        if query != self.query:
            self.query, self._limit = query, FIRST_PAGE

    def want_more(self) -> None:
        """Read further rows from the next `read` on."""
        self._limit = len(self._rows) + MORE

    def want_all(self) -> None:
        """Read every row from the next `read` on."""
        self._limit = EVERYTHING

    async def read(self) -> None:
        """Read the rows; raises what the store raises, and then keeps those it has."""
        query, limit = self.query, self._limit
        rows = tuple(await self._scheduling.tasks(replace(query, limit=limit)))
        if query == self.query:
            self._end_reached = len(rows) < limit
            self._take(rows)

    async def answer(self, task_id: str) -> None:
        """Read one task again after its switch was used."""
        try:
            row = await self._scheduling.row(task_id)
        except KataError:  # it is gone; the next reading of the list shows that
            row = None
        self.settle(task_id, row)

    def _take(self, rows: tuple[TaskRow, ...]) -> None:
        first, self.loaded = not self.loaded, True
        if rows == self._rows and not first:
            return
        same_order = [row.task.id for row in rows] == [row.task.id for row in self._rows]
        if not same_order:
            self.beginResetModel()
        self._rows = rows
        self._places = {row.task.id: place for place, row in enumerate(rows)}
        if not same_order:
            self.endResetModel()
        elif rows:
            self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
        self.rows_changed.emit()
