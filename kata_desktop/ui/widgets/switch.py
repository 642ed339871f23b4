"""An on-off switch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QEasingCurve, QPointF, QPropertyAnimation, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QCheckBox

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    from kata_desktop.ui.theme.theme import Theme

SWITCH_WIDTH, SWITCH_HEIGHT = 38, 24
"""The size of a switch in lengths of the design."""
_SLIDE_MS = 110


class Switch(QCheckBox):
    """A check box painted as a switch: it keeps the role, the keyboard and the screen reader of a check box."""

    def __init__(self, theme: Theme, name: str, *, on: bool = False, parent: QWidget | None = None) -> None:
        """Make a switch.

        Args:
            theme: what it is drawn with.
            name: what it switches, for a screen reader, such as "Inbox triage enabled".
            on: how it starts.
            parent: the widget it is shown in.
        """
        super().__init__(parent)
        self._theme = theme
        self._place = 1.0 if on else 0.0
        self._slide = QPropertyAnimation(self, b"place", self)
        self._slide.setDuration(_SLIDE_MS)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.setChecked(on)
        self.setAccessibleName(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.toggled.connect(self._move)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Return the size at the text size that is set."""
        return QSize(self._theme.px(SWITCH_WIDTH), self._theme.px(SWITCH_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Return the same: a switch does not shrink."""
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        """The whole switch can be clicked."""
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw track, knob and focus ring."""
        del event
        painter = QPainter(self)
        area = QRectF(self.rect())
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        paint_switch(
            painter, area, self._theme, place=self._place, mirrored=mirrored, enabled=self.isEnabled(),
            focused=self.hasFocus(),
        )  # fmt: skip

    def show_state(self, *, on: bool) -> None:
        """Show a state at once, without sliding and without a signal; a slide towards it goes on."""
        if on == self.isChecked():
            return
        self.blockSignals(True)
        self.setChecked(on)
        self.blockSignals(False)
        self._slide.stop()
        self._set_place(1.0 if on else 0.0)

    def _move(self, on: bool) -> None:
        end = 1.0 if on else 0.0
        self._slide.stop()
        if self._theme.reduced_motion or not self.isVisible():
            self._set_place(end)
            return
        self._slide.setStartValue(self._place)
        self._slide.setEndValue(end)
        self._slide.start()

    def _get_place(self) -> float:
        return self._place

    def _set_place(self, place: float) -> None:
        self._place = place
        self.update()

    place = Property(float, _get_place, _set_place)
    """Where the knob is, from 0 for off to 1 for on."""


def paint_switch(
    painter: QPainter,
    area: QRectF,
    theme: Theme,
    *,
    place: float,
    mirrored: bool = False,
    enabled: bool = True,
    focused: bool = False,
) -> None:
    """Draw a switch in the middle of an area, for widgets and for delegates of lists.

    Args:
        painter: where to draw; left as it was.
        area: the room there is, at least the size of a switch.
        theme: the colours.
        place: where the knob is, from 0 for off to 1 for on.
        mirrored: on is at the left.
        enabled: it can be switched.
        focused: it has the keyboard.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    scale = theme.scale
    painter.translate(area.center())
    painter.scale(-scale if mirrored else scale, scale)
    on = place >= 0.5
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(("accent" if on else "track") if enabled else "border"))
    painter.drawRoundedRect(QRectF(-17, -9, 34, 18), 9, 9)
    painter.setBrush(theme.color(("on_accent" if on else "knob") if enabled else "surface"))
    painter.drawEllipse(QPointF(-8 + 16 * place, 0), 6.6, 6.6)
    if focused:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color("accent_text"), 1.6))
        painter.drawRoundedRect(QRectF(-18.2, -10.9, 36.4, 21.8), 10.9, 10.9)
    painter.restore()
