"""Paints rows of a long list as one card: a tile, two lines of words, a time and a note at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from kata_desktop.ui.models.paged_rows import FACE_ROLE, Face
from kata_desktop.ui.widgets.buttons import paint_ring
from kata_desktop.ui.widgets.card_paint import paint_bones, paint_ground, paint_mark, write
from kata_desktop.ui.widgets.tile import paint_tile

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex

    from kata_desktop.ui.theme.theme import Theme
    from kata_desktop.ui.theme.tokens import ColorRole

    Index = QModelIndex | QPersistentModelIndex

ROW_HEIGHT = 58
"""Height of a row in lengths of the design."""
_SMALL, _TILE, _SIGN = 0.88, 34.0, 13.0
_BONES = ((12, 12, 34, 34), (58, 16, 150, 10), (58, 35, 210, 8))


class CardDelegate(QStyledItemDelegate):
    """Draws with fonts and measures that are kept until the look changes."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        theme.changed.connect(self._measure)
        self._measure()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the height of a row; the width is the list's."""
        return QSize(0, self._theme.px(ROW_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        area = QRectF(option.rect)
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        first, last = index.row() == 0, index.row() == index.model().rowCount() - 1
        fill, edge = self._theme.color("hover" if chosen or over else "surface"), self._theme.color("border")
        paint_ground(painter, area, self._theme, first=first, last=last, fill=fill, edge=edge)
        if chosen:
            paint_mark(painter, area, self._theme, mirrored=mirrored)
        face = index.data(FACE_ROLE)
        if isinstance(face, Face):
            self._paint_face(painter, area, face, mirrored=mirrored)
        else:
            paint_bones(painter, area, self._theme, _BONES, mirrored=mirrored)
        if chosen and option.state & QStyle.StateFlag.State_HasFocus:
            paint_ring(painter, area.adjusted(2, 2, -2, -2), self._theme, radius=8)
        painter.restore()

    def _paint_face(self, painter: QPainter, area: QRectF, face: Face, *, mirrored: bool) -> None:
        inner = area.adjusted(self._px(12), self._px(8), -self._px(14), -self._px(8))
        tile = QRectF(0, 0, self._px(_TILE), self._px(_TILE))
        tile.moveCenter(inner.center())
        tile.moveLeft(inner.right() - tile.width() if mirrored else inner.left())
        colours: tuple[ColorRole, ColorRole] = ("accent_text", "accent_soft") if face.active else ("text_3", "sidebar")
        paint_tile(painter, tile, self._theme, face.tile, *colours)
        above, below = QRectF(inner), QRectF(inner)
        above.setBottom(inner.center().y() + self._px(1))
        below.setTop(above.bottom())
        start = tile.width() + self._px(11)
        self._line(painter, above, (face.title, self._bold, "text"), face.time, start, mirrored=mirrored)
        if face.sign:
            self._paint_sign(painter, below, face, start, mirrored=mirrored)
        after = start + (self._px(_SIGN + 5) if face.sign else 0)
        self._line(painter, below, (face.line, self._small, "text_3"), face.note, after, mirrored=mirrored)

    def _line(
        self, painter: QPainter, area: QRectF, words: tuple[str, QFont, ColorRole], at_end: str, start: float, *,
        mirrored: bool,
    ) -> None:  # fmt: skip
        """Words from `start` on, and something short at the end of the line that is never cut."""
        text, font, ink = words
        wide = self._small_measure.horizontalAdvance(at_end)
        end = wide + self._px(12) if at_end else 0
        room = area.adjusted(end if mirrored else start, 0, -start if mirrored else -end, 0)
        self._write(painter, room, text, font, ink, right=mirrored)
        self._write(painter, area, at_end, self._small, "text_3", right=not mirrored)

    def _paint_sign(self, painter: QPainter, line: QRectF, face: Face, start: float, *, mirrored: bool) -> None:
        spot = QRectF(0, 0, self._px(_SIGN), self._px(_SIGN))
        spot.moveCenter(line.center())
        spot.moveLeft(line.right() - start - spot.width() if mirrored else line.left() + start)
        painter.drawPixmap(spot.topLeft(), self._theme.pixmap(face.sign, face.ink, _SIGN))

    def _write(self, painter: QPainter, area: QRectF, text: str, font: QFont, ink: ColorRole, *, right: bool) -> None:
        measure = self._bold_measure if font is self._bold else self._small_measure
        write(painter, area, text, font, measure, self._theme.color(ink), right=right)

    def _px(self, length: float) -> float:
        return length * self._theme.scale

    def _measure(self) -> None:
        self._bold = self._theme.font(bold=True)
        self._small = self._theme.font(_SMALL)
        self._bold_measure = QFontMetricsF(self._bold)
        self._small_measure = QFontMetricsF(self._small)
