"""Drawing of what a row only shows; what can be pressed are widgets of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPainterPath

from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.buttons import paint_ring
from kata_desktop.ui.widgets.ticks import paint_ticks
from kata_desktop.ui.widgets.tile import paint_tile

if TYPE_CHECKING:
    from PySide6.QtGui import QColor, QFont

    from kata_desktop.ui.pages.tasks.row_places import RowPlaces
    from kata_desktop.ui.pages.tasks.row_view import RowView
    from kata_desktop.ui.theme.theme import Theme

_SMALL = 0.88
_ICON, _DELIVERY_ICON = 16, 13
_RADIUS = 9


class RowPainter:
    """Draws rows with the fonts and colours of a theme.

    Attributes:
        mirrored: the language is written from right to left.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self.mirrored = False
        self.follow()

    def follow(self) -> None:
        """Take the fonts of the theme again after it changed."""
        self._plain, self._bold = self._theme.font(), self._theme.font(bold=True)
        self._small = self._theme.font(_SMALL)

    def ground(self, painter: QPainter, area: QRect, *, first: bool, last: bool, lit: bool, chosen: bool) -> None:
        """Draw the ground of a row, rounded where the card is, and the line above it."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = self._theme.color("accent_soft" if chosen else "hover" if lit else "surface")
        corner = self._theme.px(_RADIUS)
        path = QPainterPath()
        path.addRoundedRect(QRectF(area), corner, corner)
        if not first:
            path.addRect(QRectF(area.left(), area.top(), area.width(), area.height() / 2))
        if not last:
            path.addRect(QRectF(area.left(), area.center().y(), area.width(), area.height() / 2 + 1))
        path.setFillRule(Qt.FillRule.WindingFill)
        painter.fillPath(path, color)
        if not first:
            painter.fillRect(area.left(), area.top(), area.width(), 1, self._theme.color("border"))

    def ring(self, painter: QPainter, area: QRect) -> None:
        """Draw the mark of the row that has the keyboard."""
        paint_ring(painter, QRectF(area).adjusted(1, 1, -1, -1), self._theme, radius=_RADIUS)

    def contents(self, painter: QPainter, view: RowView, places: RowPlaces, *, spinning: bool) -> None:
        """Draw the words and marks of a row."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._tile(painter, view, places.tile)
        self._name(painter, view, places.name)
        head = self._bold if view.on else self._plain
        self._two_lines(painter, places.next, (view.next_head, head, "text" if view.on else "text_2"), view.next_sub)
        self._result(painter, view, places.result, spinning=spinning)
        if places.ticks.isValid():
            area = QRectF(places.ticks)
            width = self._theme.px(72)
            area.setLeft(area.right() - width if self.mirrored else area.left())
            area.setWidth(width)
            paint_ticks(painter, area, self._theme, view.ticks, mirrored=self.mirrored)

    def _tile(self, painter: QPainter, view: RowView, area: QRect) -> None:
        edge = area.width()
        square = QRectF(area.left(), area.center().y() - edge / 2, edge, edge)
        ink, ground = ("accent_text", "accent_soft") if view.on else ("text_2", "sidebar")
        paint_tile(painter, square, self._theme, view.icon, ink, ground)  # type: ignore[arg-type]

    def _name(self, painter: QPainter, view: RowView, area: QRect) -> None:
        top, below = self._halves(area)
        self._text(painter, top, view.name, self._bold, self._theme.color("text" if view.on else "text_2"))
        gap = self._theme.px(5)
        icons = len(view.deliveries) * (self._theme.px(_DELIVERY_ICON) + gap)
        metrics = QFontMetrics(self._small)
        dot = "·"
        tail = metrics.horizontalAdvance(dot) + 2 * gap + icons if view.deliveries else 0
        room = max(below.width() - tail, 0)
        color = self._theme.color("text_3")
        used = min(metrics.horizontalAdvance(view.sentence) + 1, room)
        self._text(painter, self._from_start(below, 0, room), view.sentence, self._small, color)
        if not view.deliveries:
            return
        at = used + gap
        self._text(painter, self._from_start(below, at, metrics.horizontalAdvance(dot) + 2), dot, self._small, color)
        at += metrics.horizontalAdvance(dot) + gap
        for icon, _ in view.deliveries:
            spot = self._from_start(below, at, self._theme.px(_DELIVERY_ICON))
            pixmap = self._theme.pixmap(icon, "text_3", _DELIVERY_ICON)
            painter.drawPixmap(spot.left(), spot.center().y() - spot.width() // 2 + 1, pixmap)
            at += spot.width() + gap

    def _result(self, painter: QPainter, view: RowView, area: QRect, *, spinning: bool) -> None:
        if not area.isValid():
            return
        edge, gap = self._theme.px(_ICON), self._theme.px(8)
        icon = self.result_icon(area)
        result = view.result
        if not spinning:
            role = "text_3" if result.tone is Tone.MUTED else result.tone.ink
            painter.drawPixmap(icon.topLeft(), self._theme.pixmap(result.icon, role, _ICON))
        words = self._from_start(area, edge + gap, area.width() - edge - gap)
        self._two_lines(painter, words, (result.head, self._bold, result.tone.ink), result.sub)

    def result_icon(self, area: QRect) -> QRect:
        """Return the place of the icon in the area of the last result."""
        edge = self._theme.px(_ICON)
        spot = self._from_start(area, 0, edge)
        return QRect(spot.left(), area.center().y() - edge // 2, edge, edge)

    def _two_lines(self, painter: QPainter, area: QRect, head: tuple[str, QFont, str], sub: str) -> None:
        if not area.isValid():
            return
        text, font, role = head
        color = self._theme.color(role)  # type: ignore[arg-type]
        if not sub:
            self._text(painter, area, text, font, color)
            return
        top, below = self._halves(area)
        self._text(painter, top, text, font, color)
        self._text(painter, below, sub, self._small, self._theme.color("text_3"))

    def _halves(self, area: QRect) -> tuple[QRect, QRect]:
        upper = QFontMetrics(self._bold).height()
        lower = QFontMetrics(self._small).height()
        gap = self._theme.px(1)
        top = area.top() + (area.height() - upper - lower - gap) // 2
        return (
            QRect(area.left(), top, area.width(), upper),
            QRect(area.left(), top + upper + gap, area.width(), lower),
        )

    def _from_start(self, area: QRect, start: int, width: int) -> QRect:
        left = area.right() + 1 - start - width if self.mirrored else area.left() + start
        return QRect(left, area.top(), width, area.height())

    def _text(self, painter: QPainter, area: QRect, text: str, font: QFont, color: QColor) -> None:
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        side = Qt.AlignmentFlag.AlignRight if self.mirrored else Qt.AlignmentFlag.AlignLeft
        painter.setFont(font)
        painter.setPen(color)
        flags = side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        painter.drawText(area, flags.value | Qt.TextFlag.TextSingleLine.value, shown)
