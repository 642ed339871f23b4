"""What a list looks like before it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from kata_desktop.ui.theme.theme import Theme

_ROW = 53


class Skeleton(QWidget):
    """Grey shapes of rows that stand still; a page shows it when loading takes longer than 200 ms."""

    def __init__(self, theme: Theme, name: str, *, rows: int = 5, parent: QWidget | None = None) -> None:
        """Make a skeleton; `name` is what a screen reader says, such as "Loading tasks"."""
        super().__init__(parent)
        self._theme, self._rows = theme, rows
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Return the height of all rows."""
        return QSize(self._theme.px(400), self._theme.px(_ROW) * self._rows)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows inside the outline of a card."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._theme.color("border"))
        painter.setBrush(self._theme.color("surface"))
        corner = self._theme.px(10)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), corner, corner)
        if self.isRightToLeft():
            painter.translate(self.width(), 0)
            painter.scale(-1, 1)
        for index in range(self._rows):
            self._paint_row(painter, index)

    def _paint_row(self, painter: QPainter, index: int) -> None:
        px, top, width = self._theme.px, index * self._theme.px(_ROW), self.width()
        if index:
            painter.fillRect(1, top, width - 2, 1, self._theme.color("border"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("sidebar"))
        name = px(120 + (index * 37) % 90)
        bars = (
            (px(16), px(14), px(34), px(26)),
            (px(66), px(13), name, px(11)),
            (px(66), px(31), px(180), px(8)),
            (width * 3 // 5, px(13), px(84), px(11)),
            (width * 3 // 5, px(31), px(60), px(8)),
        )
        for x, y, wide, high in bars:
            painter.drawRoundedRect(QRectF(x, top + y, wide, high), high / 2.6, high / 2.6)
