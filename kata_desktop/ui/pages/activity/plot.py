"""Runs, working time or cost by day, as bars."""

from __future__ import annotations

import enum
from datetime import date, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QPainter, QPainterPath
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from kata_desktop.domain.listing import RunDay
from kata_desktop.ui.pages.activity.local_time import money, span
from kata_desktop.ui.widgets.buttons import paint_ring

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QPaintEvent

    from kata_desktop.ui.pages.activity.local_time import LocalTime
    from kata_desktop.ui.theme.theme import Theme
    from kata_desktop.ui.theme.tokens import ColorRole

_HEIGHT, _FOOT, _WIDEST, _NARROWEST = 62.0, 16.0, 26.0, 2.0
_MOST = 120
"""Bars at most; longer periods show their newest days."""


class Measure(enum.StrEnum):
    """What the bars stand for."""

    RUNS = "runs"
    """How many runs: succeeded, failed and the rest."""
    TIME = "time"
    """Seconds of work."""
    COST = "cost"
    """US dollars."""


class RunPlot(QWidget):
    """One bar for each day of a period, the newest at the end; the arrow keys walk along the days."""

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._days: tuple[RunDay, ...] = ()
        self._titles: tuple[str, ...] = ()
        self._ends = ("", "")
        self._measure = Measure.RUNS
        self._at = -1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Runs by day"))
        theme.changed.connect(self.updateGeometry)

    def set_days(self, days: Sequence[RunDay], when: LocalTime, first: date | None = None) -> None:
        """Show the days from `first`, or from the oldest that has runs, to today; days without runs are gaps."""
        known = {each.day: each for each in days}
        today = max([when.now.date(), *known])
        start = max(first or min([today, *known]), today - timedelta(days=_MOST - 1))
        wanted = [start + timedelta(days=number) for number in range((today - start).days + 1)]
        self._days = tuple(known.get(day, RunDay(day=day)) for day in wanted)
        self._titles = tuple(when.day_title(day) for day in wanted)
        self._ends = (when.short_day(wanted[0]), self._titles[-1])
        self._at = min(self._at, len(self._days) - 1)
        self._describe()

    def set_measure(self, measure: Measure) -> None:
        """Show something else about the same days."""
        self._measure = measure
        self._describe()

    def sizeHint(self) -> QSize:
        """Return the height at the text size that is set."""
        return QSize(self._theme.px(360), self._theme.px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Return the narrowest plot that can be read."""
        return QSize(self._theme.px(160), self._theme.px(_HEIGHT))

    def event(self, event: QEvent) -> bool:
        """Say what the bar under the pointer stands for."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self._near(event.pos().x())
            QToolTip.showText(event.globalPos(), self.words(index) if index >= 0 else "", self)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk along the days."""
        later = Qt.Key.Key_Left if self.isRightToLeft() else Qt.Key.Key_Right
        earlier = Qt.Key.Key_Right if self.isRightToLeft() else Qt.Key.Key_Left
        last = len(self._days) - 1
        match event.key():
            case key if key == later and self._at < last:
                self._at += 1
            case key if key == earlier and last >= 0:
                self._at = max(self._at - 1, 0) if self._at >= 0 else last
            case _:
                super().keyPressEvent(event)
                return
        self.setAccessibleDescription(self.words(self._at))
        self.update()

    def words(self, index: int) -> str:
        """Return what one bar stands for, in words."""
        day, title = self._days[index], self._titles[index]
        match self._measure:
            case Measure.RUNS:
                runs = self.tr("1 run") if day.counts.all == 1 else self.tr("%n runs", "", day.counts.all)
                text = self.tr("{day}: {runs}, {ok} succeeded, {failed} failed")
                return text.format(day=title, runs=runs, ok=day.counts.succeeded, failed=day.counts.failed)
            case Measure.TIME:
                return self.tr("{day}: {time} of work").format(day=title, time=span(day.working_seconds))
            case Measure.COST:
                return self.tr("{day}: {cost}").format(day=title, cost=money(day.cost_microdollars))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bars, the ground they stand on and the ends of the period."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = self.height() - _FOOT * self._theme.scale
        painter.fillRect(QRectF(0, ground, self.width(), 1), self._theme.color("border"))
        most = max((self._value(day) for day in self._days), default=0.0)
        for index, day in enumerate(self._days):
            self._paint_bar(painter, index, day, most, ground)
        if self.hasFocus() and 0 <= self._at < len(self._days):
            left, step = self._place(self._at)
            paint_ring(painter, QRectF(left, 0, step, ground), self._theme, radius=4)
        self._paint_ends(painter, ground)

    def _paint_bar(self, painter: QPainter, index: int, day: RunDay, most: float, ground: float) -> None:
        left, step = self._place(index)
        wide = max(min(step * 0.7, _WIDEST * self._theme.scale), _NARROWEST)
        parts = [(max(amount / most * (ground - 4), 2.0), ink) for amount, ink in self._parts(day) if amount > 0]
        whole = sum(high for high, _ in parts)
        x, bottom = left + (step - wide) / 2, ground
        outline = QPainterPath()
        corner = min(3.0, wide / 2, whole / 2)
        outline.addRoundedRect(QRectF(x, ground - whole, wide, whole + corner), corner, corner)
        painter.save()
        painter.setClipRect(QRectF(x - 1, 0, wide + 2, ground))
        for high, ink in parts:
            piece = QPainterPath()
            piece.addRect(QRectF(x, bottom - high, wide, high + 0.5))
            painter.fillPath(outline.intersected(piece), self._theme.color(ink))
            bottom -= high
        painter.restore()

    def _paint_ends(self, painter: QPainter, ground: float) -> None:
        painter.setFont(self._theme.font(0.8))
        painter.setPen(self._theme.color("text_3"))
        first, last = reversed(self._ends) if self.isRightToLeft() else self._ends
        area = QRectF(0, ground + 1, self.width(), self.height() - ground - 1)
        align = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignAbsolute
        painter.drawText(area, align | Qt.AlignmentFlag.AlignRight, last)
        if QFontMetricsF(painter.font()).horizontalAdvance(first + last) + 8 < self.width() and len(self._days) > 1:
            painter.drawText(area, align | Qt.AlignmentFlag.AlignLeft, first)

    def _parts(self, day: RunDay) -> tuple[tuple[float, ColorRole], ...]:
        match self._measure:
            case Measure.RUNS:
                good, bad = day.counts.succeeded, day.counts.failed
                return (good, "ok"), (bad, "bad"), (day.counts.all - good - bad, "track")
            case Measure.TIME:
                return ((day.working_seconds, "accent"),)
            case Measure.COST:
                return ((day.cost_microdollars, "accent"),)

    def _value(self, day: RunDay) -> float:
        return sum(max(amount, 0.0) for amount, _ in self._parts(day))

    def _place(self, index: int) -> tuple[float, float]:
        step = self.width() / max(len(self._days), 1)
        place = len(self._days) - 1 - index if self.isRightToLeft() else index
        return place * step, step

    def _near(self, x: float) -> int:
        if not self._days:
            return -1
        place = min(int(x / self.width() * len(self._days)), len(self._days) - 1)
        return len(self._days) - 1 - place if self.isRightToLeft() else place

    def _describe(self) -> None:
        shown = [self.words(index) for index, day in enumerate(self._days) if day.counts.all]
        nothing = self.tr("No runs in this period")
        self.setAccessibleDescription("; ".join(shown[-31:]) or nothing)
        self.update()
