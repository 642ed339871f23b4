"""Headings and rows in a card that is as tall as its rows, or as the room there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QRegion
from PySide6.QtWidgets import QSizePolicy, QWidget

from kata_desktop.ui.pages.tasks.row_places import row_places
from kata_desktop.ui.pages.tasks.rows_view import TaskRowsView
from kata_desktop.ui.widgets.frames import Card
from kata_desktop.ui.widgets.layout import boxed, column

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from kata_desktop.domain.listing import TaskRow
    from kata_desktop.ui.models.task_list import TaskListModel
    from kata_desktop.ui.pages.tasks.row_view import RowView
    from kata_desktop.ui.theme.theme import Theme

_FRAME, _RADIUS = 2, 9


class ColumnHeads(QWidget):
    """The names of the columns, above the same places as in the rows."""

    def __init__(self, theme: Theme, rows: QWidget, parent: QWidget | None = None) -> None:
        """Name the columns of rows as wide as `rows`."""
        super().__init__(parent)
        self._theme, self._rows = theme, rows
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Columns: task, next run, last result, last ten runs"))
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """One line of small print."""
        return QSize(self._theme.px(400), self._theme.px(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the names."""
        painter = QPainter(self)
        mirrored = self.isRightToLeft()
        width = self._rows.width()
        places = row_places(width, self._theme.scale, mirrored=mirrored)
        painter.translate(self.width() - width - 1 if mirrored else 1, 0)
        painter.setFont(self._theme.font(0.88, bold=True))
        painter.setPen(self._theme.color("text_3"))
        side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        flags = side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        start = QRect(places.switch)
        start.setWidth(self._theme.px(200))
        if mirrored:
            start.moveRight(places.switch.right())
        for area, text in (
            (start, self.tr("Task")),
            (places.next, self.tr("Next run")),
            (places.result, self.tr("Last result")),
            (places.ticks, self.tr("Last 10")),
        ):
            if area.isValid():
                painter.drawText(area.adjusted(0, 0, 0, self.height() - area.height()), flags, text)


class TaskTable(QWidget):
    """The list of tasks with its headings.

    Attributes:
        view: the rows.
    """

    def __init__(self, theme: Theme, model: TaskListModel, describe: Callable[[TaskRow], RowView]) -> None:
        super().__init__()
        self._theme = theme
        self.view = TaskRowsView(theme, model, describe)
        self._heads = ColumnHeads(theme, self.view.viewport())
        self._card = Card(column(self.view))
        self._room = QWidget()
        self._card.setParent(self._room)
        self._card.setAccessibleName(self.tr("Task list"))
        boxed(column(self._heads, (self._room, 1), spacing=5), self)
        self._room.setMinimumHeight(theme.px(60))
        model.rows_changed.connect(self._fit)
        theme.changed.connect(self._fit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the card the room it can use."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        layout = self.layout()
        if layout is not None:
            layout.activate()
        height = min(self.view.contents_height + _FRAME, self._room.height())
        self._card.setGeometry(0, 0, self._room.width(), max(height, 0))
        self._round()

    def _round(self) -> None:
        """Keep rows that are half in sight from painting over the corners of the card."""
        corner = self._theme.px(_RADIUS)
        path = QPainterPath()
        path.addRoundedRect(QRectF(self.view.rect()), corner, corner)
        self.view.setMask(QRegion(path.toFillPolygon().toPolygon()))
