"""Something is going on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QPaintEvent, QShowEvent

    from kata_desktop.ui.theme.theme import Theme
    from kata_desktop.ui.theme.tokens import ColorRole

_FRAME_MS = 50
_DEGREES = 18


class Spinner(QWidget):
    """An arc that turns once a second while it is seen; it stands still under reduced motion and never blinks."""

    def __init__(
        self, theme: Theme, name: str, *, size: float = 16, role: ColorRole = "run", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._size, self._role = theme, size, role
        self._angle = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_FRAME_MS)
        self._timer.timeout.connect(self._turn)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._follow)

    @property
    def turning(self) -> bool:
        """Whether it moves now."""
        return self._timer.isActive()

    def sizeHint(self) -> QSize:
        """Return the edge at the text size that is set."""
        edge = self._theme.px(self._size)
        return QSize(edge, edge)

    def showEvent(self, event: QShowEvent) -> None:
        """Start to turn."""
        super().showEvent(event)
        self._follow()

    def hideEvent(self, event: QHideEvent) -> None:
        """Cost nothing while nobody looks."""
        super().hideEvent(event)
        self._timer.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the arc."""
        paint_spinner(QPainter(self), QRectF(self.rect()), self._theme, self._angle, self._role)

    def _turn(self) -> None:
        self._angle = (self._angle + _DEGREES) % 360
        self.update()

    def _follow(self) -> None:
        self.updateGeometry()
        if self.isVisible() and not self._theme.reduced_motion:
            self._timer.start()
        else:
            self._timer.stop()


def paint_spinner(painter: QPainter, area: QRectF, theme: Theme, angle: int, role: ColorRole = "run") -> None:
    """Draw an arc that is open at `angle` degrees, for widgets and for delegates of lists."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    width = max(area.width() / 10, 1.4)
    painter.setPen(QPen(theme.color(role), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    ring = area.adjusted(width, width, -width, -width)
    painter.drawArc(ring, round((60 - angle) * 16), 270 * 16)
    painter.restore()
