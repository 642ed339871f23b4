"""What painted rows of long lists share: the ground of their card, the mark of the chosen one, bones and words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kata_desktop.ui.theme.theme import Theme

_CORNER = 10.0
_HALF = QPointF(0, 0.5)
Bone = tuple[float, float, float, float]
"""A bar in the place of words that are still read: x from the start, y, width, height in lengths of the design."""


def paint_ground(
    painter: QPainter, area: QRectF, theme: Theme, *, first: bool, last: bool, fill: QColor, edge: QColor
) -> None:
    """A row's piece of the card, with the card's corners at its ends and a line between two rows."""
    corner = _CORNER * theme.scale
    # What is not an end reaches past the row, so that the card shows no corners and no edge there.
    card = area.adjusted(0.5, 0.5 if first else -2 * corner, -0.5, -0.5 if last else 2 * corner)
    path = QPainterPath()
    path.addRoundedRect(card, corner, corner)
    painter.save()
    painter.setClipRect(area)
    painter.fillPath(path, fill)
    painter.setPen(QPen(edge, 1))
    painter.drawPath(path)
    if not first:
        painter.drawLine(area.topLeft() + _HALF, area.topRight() + _HALF)
    painter.restore()


def paint_mark(painter: QPainter, area: QRectF, theme: Theme, *, mirrored: bool) -> None:
    """The bar at the start of the chosen row."""
    bar = QRectF(0, 0, 3 * theme.scale, area.height() - 20 * theme.scale)
    bar.moveCenter(area.center())
    bar.moveLeft(area.right() - 6 * theme.scale if mirrored else area.left() + 3 * theme.scale)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("accent"))
    painter.drawRoundedRect(bar, 1.5 * theme.scale, 1.5 * theme.scale)


def paint_bones(painter: QPainter, area: QRectF, theme: Theme, bones: Iterable[Bone], *, mirrored: bool) -> None:
    """A row that is still read."""
    scale = theme.scale
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("sidebar"))
    for x, y, wide, high in bones:
        left = area.right() - (x + wide) * scale if mirrored else area.left() + x * scale
        bar = QRectF(left, area.top() + y * scale, wide * scale, high * scale)
        corner = min(9 * scale, bar.height() / 2.6)
        painter.drawRoundedRect(bar, corner, corner)


def write(
    painter: QPainter, area: QRectF, text: str, font: QFont, measure: QFontMetricsF, ink: QColor, *,
    right: bool, below: bool = False,
) -> None:  # fmt: skip
    """One line of words, cut with an ellipsis where it is too long."""
    painter.setFont(font)
    painter.setPen(ink)
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    height = Qt.AlignmentFlag.AlignBottom if below else Qt.AlignmentFlag.AlignVCenter
    shown = measure.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    flags = side | height | Qt.AlignmentFlag.AlignAbsolute
    painter.drawText(area, flags.value | Qt.TextFlag.TextSingleLine.value, shown)
