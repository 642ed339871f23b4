"""A rounded tile with an icon or letters, for tasks, plugins and workspaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from kata_desktop.ui.theme.tokens import contrast

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from kata_desktop.ui.theme.theme import Theme
    from kata_desktop.ui.theme.tokens import ColorRole


class Tile(QWidget):
    """Decoration beside a name: an icon in two colours of the theme, or letters on any colour."""

    def __init__(
        self,
        theme: Theme,
        icon: str = "",
        *,
        ink: ColorRole = "accent_text",
        ground: ColorRole = "accent_soft",
        size: float = 38,
        text: str = "",
        color: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """Make a tile.

        Args:
            theme: what it is drawn with.
            icon: the name of an icon; empty for letters.
            ink: the colour of icon and letters.
            ground: the colour behind.
            size: the edge in lengths of the design.
            text: one or two letters, or a number.
            color: a ground of its own as ``#RRGGBB``, such as a workspace's; letters are then white or black.
            parent: the widget it is shown in.
        """
        super().__init__(parent)
        self._theme = theme
        self._icon, self._ink, self._ground = icon, ink, ground
        self._size, self._text, self._color = size, text, color
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def set_look(self, icon: str, *, active: bool = True) -> None:
        """Show another icon; what is off is grey."""
        self._icon = icon
        self._ink, self._ground = ("accent_text", "accent_soft") if active else ("text_3", "sidebar")
        self.update()

    def set_colors(self, ink: ColorRole, ground: ColorRole) -> None:
        """Draw it in other colours of the theme."""
        self._ink, self._ground = ink, ground
        self.update()

    def set_text(self, text: str, color: str = "") -> None:
        """Show other letters, on another colour if one is given."""
        self._text, self._color = text, color or self._color
        self.update()

    def sizeHint(self) -> QSize:
        """Return the edge at the text size that is set."""
        edge = self._theme.px(self._size)
        return QSize(edge, edge)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, then icon or letters."""
        painter = QPainter(self)
        area = QRectF(self.rect())
        if self._text:
            ground = QColor(self._color) if self._color else self._theme.color(self._ground)
            ink = _readable(ground) if self._color else self._theme.color(self._ink)
            paint_letters(painter, area, self._theme, self._text, ink, ground)
        else:
            paint_tile(painter, area, self._theme, self._icon, self._ink, self._ground)


def paint_tile(painter: QPainter, area: QRectF, theme: Theme, icon: str, ink: ColorRole, ground: ColorRole) -> None:
    """Draw a tile with an icon half its size, for widgets and for delegates of lists."""
    _paint_ground(painter, area, theme.color(ground))
    size = area.width() / theme.scale / 2
    pixmap = theme.pixmap(icon, ink, size)
    edge = pixmap.deviceIndependentSize()
    spot = area.center()
    painter.drawPixmap(QRectF(spot.x() - edge.width() / 2, spot.y() - edge.height() / 2, edge.width(), edge.height()),
                       pixmap, QRectF(pixmap.rect()))  # fmt: skip


def paint_letters(painter: QPainter, area: QRectF, theme: Theme, text: str, ink: QColor, ground: QColor) -> None:
    """Draw a tile with letters."""
    _paint_ground(painter, area, ground)
    painter.save()
    painter.setFont(theme.font(min(area.width() / theme.scale / 32, 1.6), bold=True))
    painter.setPen(ink)
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def _paint_ground(painter: QPainter, area: QRectF, color: QColor) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    corner = area.width() * 0.26
    painter.drawRoundedRect(area, corner, corner)
    painter.restore()


def _readable(ground: QColor) -> QColor:
    white, black = QColor("#FFFFFF"), QColor("#000000")
    return white if contrast(white, ground) >= 4.5 else black
