"""The icon in the tray: one silhouette, its state shown by the shape of a badge; colour only adds to it.

Every shape is filled, none is drawn with a pen, and none with a plain brush: both would have PySide6 make the ``Qt``
namespace, whose hundred enums take 15 ms; qasync does so anyway, but while the disk is waited for.
"""

from __future__ import annotations

import enum
import math

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QBrush, QColor, QIcon, QLinearGradient, QPainter, QPainterPath, QPixmap, QPolygonF, QTransform

_SIZES = (16, 22, 24, 32, 44, 48, 64)
_GRID = 22.0
_BADGE = QPointF(16.9, 16.6)
_RADIUS = 4.4
_STEM = ((2.6, 3.6), (4.7, 3.6), (4.7, 18.4), (2.6, 18.4))
_CHEVRON = ((10.6, 3.6), (13.2, 3.6), (8.5, 11.0), (13.2, 18.4), (10.6, 18.4), (5.9, 11.0))
_ECHO = 5.3
_STROKE = 2.1
_CLEAR, _BLACK = QColor(0, 0, 0, 0), QColor(0, 0, 0)

_Point = tuple[float, float]


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
    pixmap.fill(_CLEAR)
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
    for corners, shift, alpha in ((_STEM, 0.0, 1.0), (_CHEVRON, 0.0, 1.0), (_CHEVRON, _ECHO, 0.5)):
        ink.setAlphaF(alpha * strength)
        shape = QPainterPath()
        shape.addPolygon(QPolygonF([QPointF(x + shift, y) for x, y in corners]))
        painter.fillPath(shape, _brush(ink))


def _paint_badge(painter: QPainter, state: TrayState, ink: QColor) -> None:
    ground = QPainterPath()
    ground.addEllipse(_BADGE, _RADIUS + 1.3, _RADIUS + 1.3)
    _cut(painter, ground)  # the badge stands clear of the silhouette
    x, y = _BADGE.x(), _BADGE.y()
    match state:
        case TrayState.RUNNING:
            painter.fillPath(_open_ring(), _brush(ink))
        case TrayState.OFFLINE:
            painter.fillPath(_line((x - 3, y + 3), (x + 3, y - 3)), _brush(ink))
        case TrayState.PAUSED:
            painter.fillPath(_line((x - 1.8, y - 2.8), (x - 1.8, y + 2.8)), _brush(ink))
            painter.fillPath(_line((x + 1.8, y - 2.8), (x + 1.8, y + 2.8)), _brush(ink))
        case TrayState.ATTENTION:
            disc = QPainterPath()
            disc.addEllipse(_BADGE, _RADIUS, _RADIUS)
            painter.fillPath(disc, _brush(ink))
            _carve(painter, [((x, y - 2.3), (x, y + 0.4)), ((x, y + 2.4), (x, y + 2.41))])
        case TrayState.ERROR:
            edge = _RADIUS * 0.94
            square = QPainterPath()
            square.addRoundedRect(QRectF(x - edge, y - edge, 2 * edge, 2 * edge), 1.2, 1.2)
            painter.fillPath(square, _brush(ink))
            _carve(painter, [((x - 1.7, y - 1.7), (x + 1.7, y + 1.7)), ((x - 1.7, y + 1.7), (x + 1.7, y - 1.7))])
        case TrayState.IDLE:
            pass


def _brush(ink: QColor) -> QBrush:
    """Return a brush of one colour, as a gradient that never changes."""
    gradient = QLinearGradient()
    gradient.setColorAt(0, ink)
    return QBrush(gradient)


def _line(start: _Point, end: _Point, width: float = _STROKE) -> QPainterPath:
    """Return a straight line with round ends, as the shape to fill."""
    (x, y), half = start, width / 2
    length, angle = math.hypot(end[0] - x, end[1] - y), math.atan2(end[1] - y, end[0] - x)
    bar = QPainterPath()
    bar.addRoundedRect(QRectF(-half, -half, length + width, width), half, half)
    turn = QTransform()
    turn.translate(x, y)
    turn.rotateRadians(angle)
    return turn.map(bar)


def _open_ring(radius: float = 3.5, width: float = _STROKE) -> QPainterPath:
    """Return three quarters of a ring around the badge's middle with round ends, as the shape to fill."""
    begin, sweep, half = 60.0, 270.0, width / 2
    ring = QPainterPath()
    ring.arcMoveTo(_around(_BADGE, radius + half), begin)
    ring.arcTo(_around(_BADGE, radius + half), begin, sweep)
    ring.arcTo(_around(_at(begin + sweep, radius), half), begin + sweep, 180)
    ring.arcTo(_around(_BADGE, radius - half), begin + sweep, -sweep)
    ring.arcTo(_around(_at(begin, radius), half), begin + 180, 180)
    return ring


def _at(degrees: float, radius: float) -> QPointF:
    return _BADGE + QPointF(math.cos(math.radians(degrees)), -math.sin(math.radians(degrees))) * radius


def _around(middle: QPointF, radius: float) -> QRectF:
    return QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius)


def _cut(painter: QPainter, shape: QPainterPath) -> None:
    """Take a piece out of what is painted."""
    painter.save()
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
    painter.fillPath(shape, _brush(_BLACK))
    painter.restore()


def _carve(painter: QPainter, lines: list[tuple[_Point, _Point]]) -> None:
    """Cut lines out of a badge."""
    for start, end in lines:
        _cut(painter, _line(start, end, 1.6))
