"""Paints the rows of the history: days as headings, their runs as one card each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from kata_desktop.ui.pages.activity.run_table import RowFace, RunRole
from kata_desktop.ui.widgets.buttons import paint_ring
from kata_desktop.ui.widgets.card_paint import paint_bones, paint_ground, paint_mark, write
from kata_desktop.ui.widgets.spinner import paint_spinner

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex

    from kata_desktop.ui.theme.theme import Theme
    from kata_desktop.ui.theme.tokens import ColorRole

    Index = QModelIndex | QPersistentModelIndex

RUN_HEIGHT, HEADING_HEIGHT = 50, 34
"""Heights of rows in lengths of the design."""
_SMALL = 0.88
_INKS: tuple[ColorRole, ...] = ("text", "text_3", "hover", "surface", "border")
_BONES = ((14, 16, 17, 17), (42, 12, 150, 10), (42, 30, 210, 8))


class RunDelegate(QStyledItemDelegate):
    """Draws with fonts and measures that are kept until the look changes.

    Attributes:
        angle: how far the sign of running things has turned, in degrees.
    """

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self.angle = 0
        theme.changed.connect(self._measure)
        self._measure()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the height of a row; the width is the list's."""
        heading = index.data(RunRole.HEADING) is not None
        return QSize(0, self._theme.px(HEADING_HEIGHT if heading else RUN_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        area = QRectF(option.rect)
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        title = index.data(RunRole.HEADING)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        if title is not None:
            words = area.adjusted(self._px(2), 0, -self._px(2), -self._px(7))
            self._write(painter, words, str(title), self._heading, "text_3", below=True, end=False, mirrored=mirrored)
        else:
            self._paint_run(painter, option, index, area, mirrored=mirrored)
        painter.restore()

    def _paint_run(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index, area: QRectF, *, mirrored: bool
    ) -> None:
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        over = bool(state & QStyle.StateFlag.State_MouseOver)
        first, last = index.data(RunRole.PLACE)
        fill = self._inks["hover" if chosen or over else "surface"]
        paint_ground(painter, area, self._theme, first=first, last=last, fill=fill, edge=self._inks["border"])
        if chosen:
            paint_mark(painter, area, self._theme, mirrored=mirrored)
        face = index.data(RunRole.ROW)
        if isinstance(face, RowFace):
            self._paint_face(painter, area, face, mirrored=mirrored)
        else:
            paint_bones(painter, area, self._theme, _BONES, mirrored=mirrored)
        if chosen and state & QStyle.StateFlag.State_HasFocus:
            paint_ring(painter, area.adjusted(2, 2, -2, -2), self._theme, radius=8)

    def _paint_face(self, painter: QPainter, area: QRectF, face: RowFace, *, mirrored: bool) -> None:
        inner = area.adjusted(self._px(14), self._px(7), -self._px(14), -self._px(7))
        self._paint_icon(painter, inner, face, mirrored=mirrored)
        above, below = QRectF(inner), QRectF(inner)
        above.setBottom(inner.center().y() + self._px(1))
        below.setTop(above.bottom())
        wide = max(
            self._bold_measure.horizontalAdvance(face.time), self._measure_small.horizontalAdvance(face.duration)
        )
        gap, start = wide + self._px(12), self._px(28)
        left, right = (gap, -start) if mirrored else (start, -gap)
        name, line = above.adjusted(left, 0, right, 0), below.adjusted(left, 0, right, 0)
        self._write(painter, name, face.name, self._bold, "text", below=False, end=False, mirrored=mirrored)
        self._write(painter, line, face.line, self._small, "text_3", below=False, end=False, mirrored=mirrored)
        self._write(painter, above, face.time, self._bold, "text", below=False, end=True, mirrored=mirrored)
        self._write(painter, below, face.duration, self._small, "text_3", below=False, end=True, mirrored=mirrored)

    def _paint_icon(self, painter: QPainter, inner: QRectF, face: RowFace, *, mirrored: bool) -> None:
        edge = self._px(17)
        spot = QRectF(0, 0, edge, edge)
        spot.moveCenter(inner.center())
        spot.moveLeft(inner.right() - edge if mirrored else inner.left())
        if face.look.icon == "loader-circle":
            paint_spinner(painter, spot, self._theme, self.angle)
        else:
            painter.drawPixmap(spot.topLeft(), self._theme.pixmap(face.look.icon, face.look.ink, 17))

    def _write(
        self, painter: QPainter, area: QRectF, text: str, font: QFont, ink: ColorRole, *,
        below: bool, end: bool, mirrored: bool,
    ) -> None:  # fmt: skip
        measure = self._bold_measure if font is self._bold else self._measure_small
        write(painter, area, text, font, measure, self._inks[ink], right=end != mirrored, below=below)

    def _px(self, length: float) -> float:
        return length * self._theme.scale

    def _measure(self) -> None:
        self._bold = self._theme.font(bold=True)
        self._small = self._theme.font(_SMALL)
        self._heading = self._theme.font(_SMALL, bold=True)
        self._inks = {role: self._theme.color(role) for role in _INKS}
        self._bold_measure = QFontMetricsF(self._bold)
        self._measure_small = QFontMetricsF(self._small)
