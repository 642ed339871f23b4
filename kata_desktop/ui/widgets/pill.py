"""A small rounded mark with a word or a count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QLabel, QSizePolicy

from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.labels import plain_tip

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    from kata_desktop.ui.theme.theme import Theme

_TEXT = 0.86


class Pill(QLabel):
    """A word or a count on a soft ground, such as the number of approvals in the sidebar."""

    def __init__(
        self, theme: Theme, text: str, tone: Tone = Tone.MUTED, *, name: str = "", parent: QWidget | None = None
    ) -> None:
        """Show a text; `name` is what a screen reader says instead, such as "3 need attention"."""
        super().__init__(parent)
        self._theme, self._tone = theme, tone
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_text(text, name=name)
        theme.changed.connect(self.updateGeometry)

    def set_text(self, text: str, *, tone: Tone | None = None, name: str = "") -> None:
        """Show another text; the tone stays unless one is given."""
        self.setText(text)
        self._tone = tone or self._tone
        self.setAccessibleName(name or text)
        self.setToolTip(plain_tip(name) if name != text else "")
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the room for the text and its round ends."""
        return pill_size(self._theme, self.text())

    def minimumSizeHint(self) -> QSize:
        """Return the same: a pill does not shrink."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground and text."""
        paint_pill(QPainter(self), QRectF(self.rect()), self._theme, self.text(), self._tone)


def pill_size(theme: Theme, text: str) -> QSize:
    """Return the size of a pill with a text."""
    metrics = QFontMetricsF(theme.font(_TEXT, bold=True))
    height = round(metrics.height()) + theme.px(4)
    return QSize(max(round(metrics.horizontalAdvance(text)) + theme.px(17), height), height)


def paint_pill(painter: QPainter, area: QRectF, theme: Theme, text: str, tone: Tone) -> None:
    """Draw a pill that fills an area, for widgets and for delegates of lists."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(tone.soft))
    painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)
    painter.setPen(theme.color(tone.ink))
    painter.setFont(theme.font(_TEXT, bold=True))
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
