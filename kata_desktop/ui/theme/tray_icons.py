"""The icon in the tray: one silhouette, its state shown by the shape of a badge; colour only adds to it."""

from __future__ import annotations

import enum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap

_SIZES = (16, 22, 24, 32, 44, 48, 64)
_GRID = 22.0
_BADGE = QPointF(16.9, 16.6)
_RADIUS = 4.4
_STEM = ((2.6, 3.6), (4.7, 3.6), (4.7, 18.4), (2.6, 18.4))
_CHEVRON = ((10.6, 3.6), (13.2, 3.6), (8.5, 11.0), (13.2, 18.4), (10.6, 18.4), (5.9, 11.0))
_ECHO = 5.3


class TrayState(enum.Enum):
    """What the tray shows; the later member wins when several are true."""

    IDLE = "idle"
    """Nothing runs; no badge."""
    RUNNING = "running"
    """Something runs now; an open ring."""
    OFFLINE = "offline"
    """Runs wait for the network; a stroke."""
    PAUSED = "paused"
    """A person paused everything; two bars, the silhouette faded."""
    ATTENTION = "attention"
    """Something waits for a person; a disc with an exclamation mark."""
    ERROR = "error"
    """Something failed and will fail again; a square with a cross."""


class Panel(enum.Enum):
    """What the icon is drawn on."""

    DARK = "dark"
    """A dark panel: a light silhouette."""
    LIGHT = "light"
    """A light panel: a dark silhouette."""
    TEMPLATE = "template"
    """The system tints it: one colour only."""


_INK = {Panel.DARK: "#F2F4F8", Panel.LIGHT: "#23262D", Panel.TEMPLATE: "#000000"}
_BADGE_INK = {
    Panel.DARK: {TrayState.RUNNING: "#6AA0FF", TrayState.ATTENTION: "#F2A33A", TrayState.ERROR: "#FF6A64"},
    Panel.LIGHT: {TrayState.RUNNING: "#2F5BD0", TrayState.ATTENTION: "#B86A00", TrayState.ERROR: "#C6281F"},
    Panel.TEMPLATE: {},
}


def tray_icon(state: TrayState, panel: Panel) -> QIcon:
    """Return the icon of a state in every size a tray may ask for."""
    made = QIcon()
    for size in _SIZES:
        made.addPixmap(tray_pixmap(state, panel, size))
    made.setIsMask(panel is Panel.TEMPLATE)
    return made


def tray_pixmap(state: TrayState, panel: Panel, size: int) -> QPixmap:
    """Return the icon of a state as a square of `size` pixels."""
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size / _GRID, size / _GRID)
    ink = QColor(_INK[panel])
    _paint_mark(painter, ink, faded=state is TrayState.PAUSED)
    if state is not TrayState.IDLE:
        _paint_badge(painter, state, QColor(_BADGE_INK[panel].get(state, _INK[panel])))
    painter.end()
    return pixmap


def _paint_mark(painter: QPainter, ink: QColor, *, faded: bool) -> None:
    strength = 0.5 if faded else 1.0
    painter.setPen(Qt.PenStyle.NoPen)
    for corners, shift, alpha in ((_STEM, 0.0, 1.0), (_CHEVRON, 0.0, 1.0), (_CHEVRON, _ECHO, 0.5)):
        ink.setAlphaF(alpha * strength)
        painter.setBrush(ink)
        painter.drawPolygon([QPointF(x + shift, y) for x, y in corners])


def _paint_badge(painter: QPainter, state: TrayState, ink: QColor) -> None:
    _cut(painter, _RADIUS + 1.3)
    painter.setBrush(ink)
    x, y = _BADGE.x(), _BADGE.y()
    match state:
        case TrayState.RUNNING:
            _stroke(painter, ink)
            painter.drawArc(QRectF(x - 3.5, y - 3.5, 7, 7), 60 * 16, 270 * 16)
        case TrayState.OFFLINE:
            _stroke(painter, ink)
            painter.drawLine(QPointF(x - 3, y + 3), QPointF(x + 3, y - 3))
        case TrayState.PAUSED:
            _stroke(painter, ink)
            painter.drawLine(QPointF(x - 1.8, y - 2.8), QPointF(x - 1.8, y + 2.8))
            painter.drawLine(QPointF(x + 1.8, y - 2.8), QPointF(x + 1.8, y + 2.8))
        case TrayState.ATTENTION:
            painter.drawEllipse(_BADGE, _RADIUS, _RADIUS)
            _carve(painter, [((x, y - 2.3), (x, y + 0.4)), ((x, y + 2.4), (x, y + 2.41))])
        case TrayState.ERROR:
            edge = _RADIUS * 0.94
            painter.drawRoundedRect(QRectF(x - edge, y - edge, 2 * edge, 2 * edge), 1.2, 1.2)
            _carve(painter, [((x - 1.7, y - 1.7), (x + 1.7, y + 1.7)), ((x - 1.7, y + 1.7), (x + 1.7, y - 1.7))])
        case TrayState.IDLE:
            pass


def _stroke(painter: QPainter, ink: QColor) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ink, 2.1, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))


def _cut(painter: QPainter, radius: float) -> None:
    """Take a round piece out of the silhouette, so that the badge stands clear of it."""
    path = QPainterPath()
    path.addEllipse(_BADGE, radius, radius)
    painter.save()
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
    painter.fillPath(path, Qt.GlobalColor.black)
    painter.restore()


def _carve(painter: QPainter, lines: list[tuple[tuple[float, float], tuple[float, float]]]) -> None:
    """Cut lines out of a badge."""
    painter.save()
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
    painter.setPen(QPen(Qt.GlobalColor.black, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    for start, end in lines:
        painter.drawLine(QPointF(*start), QPointF(*end))
    painter.restore()
