"""The next 24 hours at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QLocale, QPointF, QRectF, QSize, Qt, QTime, Signal
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.buttons import paint_ring
from kata_desktop.ui.widgets.labels import plain_tip
from kata_desktop.ui.widgets.strip_plan import HOURS, StripRun, hour_marks, label_places

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPaintEvent

    from kata_desktop.ui.theme.theme import Theme

_HEIGHT, _EDGE, _LINE = 74.0, 10.0, 40.0
_SMALL = 0.84
_REACH = 9.0


class DayStrip(QWidget):
    """One dot for each planned run, shaded quiet hours and where now is; the arrow keys walk along the runs.

    Signals:
        activated: the run with this key was clicked, or chosen with Enter.
    """

    activated = Signal(str)

    def __init__(self, theme: Theme, now: datetime, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._now = theme, now
        self._runs: tuple[StripRun, ...] = ()
        self._quiet: tuple[tuple[float, float], ...] = ()
        self._at = -1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        theme.changed.connect(self.updateGeometry)
        self.set_plan(now, (), ())

    def set_plan(self, now: datetime, runs: Sequence[StripRun], quiet: Sequence[tuple[float, float]] = ()) -> None:
        """Show a plan.

        Args:
            now: the local time with its zone; the left end of the strip.
            runs: what is planned within 24 hours.
            quiet: the quiet hours as starts and ends in hours from now.
        """
        self._now = now
        self._runs = tuple(sorted((run for run in runs if 0 <= run.at_hours <= HOURS), key=_start))
        self._quiet = tuple((max(start, 0.0), min(end, HOURS)) for start, end in quiet if start < HOURS and end > 0)
        self._at = min(self._at, len(self._runs) - 1)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if self._runs else Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self._in_words())
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height at the text size that is set."""
        return QSize(self._theme.px(480), self._theme.px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Return the narrowest strip that can be read."""
        return QSize(self._theme.px(240), self._theme.px(_HEIGHT))

    def event(self, event: QEvent) -> bool:
        """Offer the tip of the run under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self._near(event.pos().x())
            words = plain_tip(self._runs[index].words) if index >= 0 else ""
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show that a run can be clicked."""
        over = self._near(event.position().x()) >= 0
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the run under the pointer."""
        index = self._near(event.position().x())
        if index >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._go(index)
            self.activated.emit(self._runs[index].key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk with the arrow keys, choose with Enter or Space."""
        later = Qt.Key.Key_Left if self.isRightToLeft() else Qt.Key.Key_Right
        earlier = Qt.Key.Key_Right if self.isRightToLeft() else Qt.Key.Key_Left
        match event.key():
            case key if key == later and self._at < len(self._runs) - 1:
                self._go(self._at + 1)
            case key if key == earlier and self._at > 0:
                self._go(self._at - 1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Space if self._at >= 0:
                self.activated.emit(self._runs[self._at].key)
            case _:
                super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw quiet hours, the line with its hours, the runs, their names and now."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._small())
        for start, end in self._quiet:
            self._paint_quiet(painter, start, end)
        self._paint_hours(painter)
        for index, run in enumerate(self._runs):
            self._paint_run(painter, run, focused=self.hasFocus() and index == self._at)
        self._paint_names(painter)
        self._paint_now(painter)

    def _go(self, index: int) -> None:
        self._at = index
        self.setAccessibleDescription(self._runs[index].words)
        self.update()

    def _in_words(self) -> str:
        if not self._runs:
            return self.tr("Next 24 hours: nothing planned")
        return self.tr("Next 24 hours: {runs}").format(runs=", ".join(run.words for run in self._runs))

    def _x(self, hours: float) -> float:
        edge = _EDGE * self._theme.scale
        along = hours / HOURS * (self.width() - 2 * edge)
        return self.width() - edge - along if self.isRightToLeft() else edge + along

    def _y(self, length: float) -> float:
        return length * self._theme.scale

    def _small(self, *, bold: bool = False) -> QFont:
        return self._theme.font(_SMALL, bold=bold)

    def _near(self, x: float) -> int:
        reach = _REACH * self._theme.scale
        gaps = [(abs(self._x(run.at_hours) - x), index) for index, run in enumerate(self._runs)]
        gap, index = min(gaps, default=(reach + 1, -1))
        return index if gap <= reach else -1

    def _paint_quiet(self, painter: QPainter, start: float, end: float) -> None:
        left, right = sorted((self._x(start), self._x(end)))
        area = QRectF(left, self._y(18), right - left, self._y(36))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("sidebar"))
        painter.drawRoundedRect(area, 6, 6)
        painter.setPen(self._theme.color("text_3"))
        words = self.tr("quiet hours")
        if QFontMetricsF(self._small()).horizontalAdvance(words) < area.width():
            painter.drawText(QRectF(left, self._y(19), area.width(), self._y(16)), Qt.AlignmentFlag.AlignCenter, words)

    def _paint_hours(self, painter: QPainter) -> None:
        y, tick, locale = self._y(_LINE), self._y(4), QLocale()
        painter.setPen(QPen(self._theme.color("border"), 2))
        painter.drawLine(QPointF(self._x(0), y), QPointF(self._x(HOURS), y))
        half, free = self._y(32), self._y(62)
        for ahead, local in hour_marks(self._now):
            x = self._x(ahead)
            painter.setPen(QPen(self._theme.color("border"), 1))
            painter.drawLine(QPointF(x, y - tick), QPointF(x, y + tick))
            if abs(x - self._x(0)) < free or not half / 2 < x < self.width() - half / 2:
                continue
            painter.setPen(self._theme.color("text_3"))
            text = locale.toString(QTime(local.hour, local.minute), QLocale.FormatType.ShortFormat)
            painter.drawText(QRectF(x - half, self._y(56), 2 * half, self._y(16)), Qt.AlignmentFlag.AlignCenter, text)

    def _paint_run(self, painter: QPainter, run: StripRun, *, focused: bool) -> None:
        center = QPointF(self._x(run.at_hours), self._y(_LINE))
        color = self._theme.color("accent" if run.tone is Tone.INFO else run.tone.ink)
        ground = self._theme.color("surface")
        if run.tone is Tone.BAD:
            painter.setPen(QPen(color, self._y(2.2)))
            painter.setBrush(ground)
            painter.drawEllipse(center, self._y(5.2), self._y(5.2))
        else:
            painter.setPen(QPen(ground, self._y(2)))
            painter.setBrush(color)
            painter.drawEllipse(center, self._y(6.5), self._y(6.5))
        if focused:
            reach = self._y(10)
            area = QRectF(center.x() - reach, center.y() - reach, 2 * reach, 2 * reach)
            paint_ring(painter, area, self._theme, radius=10)

    def _paint_names(self, painter: QPainter) -> None:
        edge = _EDGE * self._theme.scale
        metrics = QFontMetricsF(self._small())
        places = label_places(self._runs, self._x, metrics.horizontalAdvance, (edge, self.width() - edge))
        painter.setPen(self._theme.color("text_2"))
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        for start, text in places:
            area = QRectF(start, self._y(10), metrics.horizontalAdvance(text) + 2, self._y(18))
            painter.drawText(area, align, text)

    def _paint_now(self, painter: QPainter) -> None:
        x, gap, width = self._x(0), self._y(5), self._y(48)
        painter.setPen(QPen(self._theme.color("accent_text"), 2))
        painter.drawLine(QPointF(x, self._y(24)), QPointF(x, self._y(54)))
        painter.setFont(self._small(bold=True))
        side = Qt.AlignmentFlag.AlignRight if self.isRightToLeft() else Qt.AlignmentFlag.AlignLeft
        left = x - gap - width if self.isRightToLeft() else x + gap
        align = side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(left, self._y(56), width, self._y(16)), align, self.tr("now"))


def _start(run: StripRun) -> float:
    return run.at_hours
