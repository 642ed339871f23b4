"""Days of the month, or one weekday of it, at times of day."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kata_desktop.scheduler.occurrences.cron_fields import LAST
from kata_desktop.ui.dialogs.task_dialog.calendar_forms import Monthly, recognise
from kata_desktop.ui.dialogs.task_dialog.month_days import MonthDays
from kata_desktop.ui.dialogs.task_dialog.times_field import TimesField
from kata_desktop.ui.dialogs.task_dialog.when_form import WhenForm
from kata_desktop.ui.dialogs.task_dialog.when_weekly import local_week, no_day
from kata_desktop.ui.widgets.fields import Choice
from kata_desktop.ui.widgets.form_row import FormRow
from kata_desktop.ui.widgets.layout import boxed, column, row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from kata_desktop.domain.errors import FieldError
    from kata_desktop.domain.task_input import TaskInput
    from kata_desktop.ui.theme.theme import Theme


class MonthlyForm(WhenForm):
    """A choice of days or of "the second Tuesday", and times."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.kind = Choice({"days": self.tr("days of the month"), "weekday": self.tr("a weekday of the month")},
                           self.tr("Repeat on"))  # fmt: skip
        self.days = MonthDays(theme, self.tr("Days of the month"))
        self.nth = Choice(self._ordinals(), self.tr("Which"))
        self.weekday = Choice({str(key): full for key, _, full in local_week()}, self.tr("Weekday"))
        self.times = TimesField(theme)
        line = row(self.kind, self.nth, self.weekday, None)
        self._days_row = FormRow(theme, self.tr("On"), boxed(column(line, self.days)), target=self.kind)
        self.top, self.side = self._days_row, FormRow(theme, self.tr("At"), self.times, target=self.times.first)
        self._rows = {"days": self._days_row, "cron": self.side}
        self._follow()
        for choice in (self.kind, self.nth, self.weekday):
            choice.currentIndexChanged.connect(self._changed)
        self.days.edited.connect(self._tell)
        self.times.edited.connect(self._tell)

    def take(self, expressions: Sequence[str]) -> bool:
        """Show what is a monthly schedule."""
        found = recognise(tuple(expressions))
        if not isinstance(found, Monthly):
            return False
        for choice, key in (
            (self.kind, "weekday" if found.nth else "days"),
            (self.nth, str(found.nth)),
            (self.weekday, str(found.weekday)),
        ):
            choice.blockSignals(True)
            choice.set_current(key)
            choice.blockSignals(False)
        self.days.set_chosen(found.days or {1})
        self.times.set_times(found.times)
        self._follow()
        return True

    def expressions(self) -> tuple[str, ...] | None:
        """Return the schedule as cron expressions."""
        times = self.times.times
        if self.kind.current == "weekday":
            return Monthly(nth=int(self.nth.current), weekday=int(self.weekday.current), times=times).expressions
        return Monthly(days=self.days.chosen, times=times).expressions if self.days.chosen else None

    def collect(self, raw: TaskInput) -> TaskInput:
        """Return the schedule; without a day it has none."""
        return replace(raw, cron=self.expressions() or ())

    def problems(self) -> tuple[FieldError, ...]:
        """Return that no day is chosen."""
        return () if self.expressions() else (no_day(self.tr("On"), "1"),)

    def _ordinals(self) -> dict[str, str]:
        words = [self.tr("first"), self.tr("second"), self.tr("third"), self.tr("fourth"), self.tr("fifth")]
        return {**{str(number): word for number, word in enumerate(words, 1)}, str(LAST): self.tr("last")}

    def _changed(self) -> None:
        self._follow()
        self._tell()

    def _follow(self) -> None:
        by_weekday = self.kind.current == "weekday"
        self.nth.setVisible(by_weekday)
        self.weekday.setVisible(by_weekday)
        self.days.setVisible(not by_weekday)
