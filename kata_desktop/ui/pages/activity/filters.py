"""Which part of the history is shown: chips, task, period and words to search for."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from kata_desktop.domain.listing import RunCounts, RunFilter, RunQuery
from kata_desktop.ui.widgets.chips import ChipBar
from kata_desktop.ui.widgets.fields import Choice, SearchField

if TYPE_CHECKING:
    from datetime import date, datetime

    from PySide6.QtWidgets import QWidget

    from kata_desktop.domain.listing import TaskRow
    from kata_desktop.ui.pages.activity.local_time import LocalTime
    from kata_desktop.ui.theme.theme import Theme

_TASK_LETTERS = 11
"""Room for the name of a task; the list below it shows all of it."""
_PAUSE_MS = 180
"""Quiet time after a keystroke before the store is asked."""


class Period(enum.StrEnum):
    """How far back the history is shown."""

    TODAY = "today"
    """Since midnight."""
    WEEK = "7"
    """Today and the six days before; the default."""
    MONTH = "30"
    """Today and the 29 days before."""
    QUARTER = "90"
    """Today and the 89 days before."""
    ALL = "all"
    """Everything that is kept."""

    def since(self, when: LocalTime) -> datetime | None:
        """The beginning of the period; None for everything."""
        match self:
            case Period.TODAY:
                return when.midnight(0)
            case Period.ALL:
                return None
            case _:
                return when.midnight(int(self.value) - 1)

    def first_day(self, when: LocalTime) -> date | None:
        """The first calendar day of the period; None for everything."""
        since = self.since(when)
        return since.date() if since is not None else None


class Filters(QObject):
    """The controls above the list and the query they add up to.

    Attributes:
        chips: by how runs ended.
        task: of one task or of all.
        period: how far back.
        search: words in the name, the cause or the result.

    Signals:
        changed: another part is wanted.
    """

    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self.chips = ChipBar(theme, dict(self._chip_words()), self.tr("Show runs by result"))
        self.task = Choice({"": self.tr("All tasks")}, self.tr("Task"))
        self.period = Choice(self._periods(), self.tr("Period"))
        self.period.set_current(Period.WEEK.value)
        self.task.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.task.setMinimumContentsLength(_TASK_LETTERS)
        self.search = SearchField(theme, self.tr("Search activity  (Ctrl+F)"))
        self._pause.timeout.connect(self.changed)
        self.search.textChanged.connect(self._typed)
        self.chips.chosen.connect(self._tell)
        self.task.currentIndexChanged.connect(self._tell)
        self.period.currentIndexChanged.connect(self._tell)

    @property
    def chosen_period(self) -> Period:
        """The period that is chosen."""
        return Period(self.period.current)

    @property
    def narrowed(self) -> bool:
        """Whether anything but the period leaves runs out."""
        return bool(self.search.text().strip() or self.task.current or self.chips.current != RunFilter.ALL.value)

    def query(self, workspace_id: str, when: LocalTime) -> RunQuery:
        """What is to be shown."""
        return RunQuery(
            workspace_id=workspace_id,
            task_id=self.task.current,
            filter=RunFilter(self.chips.current),
            since=self.chosen_period.since(when),
            search=self.search.text().strip(),
        )

    def widen(self) -> None:
        """Show everything again that filters and words left out; the period stays."""
        for widget in (self.search, self.task):
            widget.blockSignals(True)
        self.search.clear()
        self.task.set_current("")
        for widget in (self.search, self.task):
            widget.blockSignals(False)
        self.chips.set_current(RunFilter.ALL.value)
        self.changed.emit()

    def set_tasks(self, rows: list[TaskRow]) -> None:
        """Offer these tasks."""
        names = sorted((row.task.spec.name, row.task.id) for row in rows)
        self.task.set_options({"": self.tr("All tasks"), **{ident: name for name, ident in names}})

    def set_counts(self, counts: RunCounts) -> None:
        """Show how many runs each chip has; none is not worth a number."""
        for key, word in self._chip_words():
            count = int(getattr(counts, key))
            self.chips.set_text(key, f"{word}  {count:n}" if count else word)

    def _chip_words(self) -> tuple[tuple[str, str], ...]:
        return (
            (RunFilter.ALL.value, self.tr("All")),
            (RunFilter.SUCCEEDED.value, self.tr("Succeeded")),
            (RunFilter.FAILED.value, self.tr("Failed")),
            (RunFilter.WAITING.value, self.tr("Waiting")),
            (RunFilter.SKIPPED.value, self.tr("Skipped or missed")),
            (RunFilter.RUNNING.value, self.tr("Running")),
        )

    def _periods(self) -> dict[str, str]:
        return {
            Period.TODAY.value: self.tr("Today"),
            Period.WEEK.value: self.tr("Last 7 days"),
            Period.MONTH.value: self.tr("Last 30 days"),
            Period.QUARTER.value: self.tr("Last 90 days"),
            Period.ALL.value: self.tr("All time"),
        }

    def _typed(self) -> None:
        self._pause.start()

    def _tell(self) -> None:
        self._pause.stop()
        self.changed.emit()
