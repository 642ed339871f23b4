"""The plot with its heading and what it is to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Signal

from kata_desktop.ui.pages.activity.local_time import money, span
from kata_desktop.ui.pages.activity.plot import Measure, RunPlot
from kata_desktop.ui.widgets.chips import Segmented
from kata_desktop.ui.widgets.frames import Card
from kata_desktop.ui.widgets.labels import ElidedLabel, Label, TextRole
from kata_desktop.ui.widgets.layout import column, row

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from PySide6.QtWidgets import QWidget

    from kata_desktop.domain.listing import RunDay
    from kata_desktop.ui.pages.activity.local_time import LocalTime
    from kata_desktop.ui.theme.theme import Theme


class PlotCard(Card):
    """Runs, working time or cost of a period, by day and in all.

    Attributes:
        plot: the bars.
        measure: what they stand for.

    Signals:
        totals_wanted: sums of time and money are wanted, which take longer to read.
    """

    totals_wanted = Signal()

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        self.plot = RunPlot(theme)
        self._title = Label("", TextRole.TITLE)
        self._sum = ElidedLabel("", TextRole.SMALL)
        words = {
            Measure.RUNS.value: self.tr("Runs"),
            Measure.TIME.value: self.tr("Time"),
            Measure.COST.value: self.tr("Cost"),
        }
        self.measure = Segmented(theme, words, self.tr("What the bars stand for"))
        head = row(self._title, (self._sum, 1), self.measure, spacing=10)
        super().__init__(column(head, self.plot, margins=(14, 8, 10, 8), spacing=4), parent=parent)
        self._days: tuple[RunDay, ...] = ()
        self.measure.chosen.connect(self._choose)
        self._choose(Measure.RUNS.value)

    def set_days(self, days: Sequence[RunDay], when: LocalTime, first: date | None) -> None:
        """Show the days from `first`, or from the oldest that has runs."""
        self._days = tuple(days)
        self.plot.set_days(days, when, first)
        self._sum_up()

    def _choose(self, key: str) -> None:
        self.plot.set_measure(Measure(key))
        if Measure(key) is not Measure.RUNS:
            self.totals_wanted.emit()
        self._sum_up()

    def _sum_up(self) -> None:
        match Measure(self.measure.current):
            case Measure.RUNS:
                self._title.setText(self.tr("Runs by day"))
                done = sum(day.counts.succeeded for day in self._days)
                failed = sum(day.counts.failed for day in self._days)
                template = self.tr("{ok} succeeded · {failed} failed")
                self._sum.set_text(template.format(ok=QLocale().toString(done), failed=QLocale().toString(failed)))
            case Measure.TIME:
                self._title.setText(self.tr("Working time by day"))
                self._sum.set_text(
                    self.tr("{time} in all").format(time=span(sum(d.working_seconds for d in self._days)))
                )
            case Measure.COST:
                self._title.setText(self.tr("Cost by day"))
                tokens = QLocale().toString(sum(day.tokens for day in self._days))
                cost = money(sum(day.cost_microdollars for day in self._days))
                self._sum.set_text(self.tr("{cost} in all · {tokens} tokens").format(cost=cost, tokens=tokens))
