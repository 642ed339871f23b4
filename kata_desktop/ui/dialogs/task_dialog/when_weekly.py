"""Days of the week at times of day."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLocale

from kata_desktop.domain.errors import FieldError
from kata_desktop.ui.dialogs.task_dialog.calendar_forms import EVERY_DAY, Weekly, recognise
from kata_desktop.ui.dialogs.task_dialog.times_field import TimesField
from kata_desktop.ui.dialogs.task_dialog.when_form import WhenForm
from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.chips import DayPicker
from kata_desktop.ui.widgets.form_row import Correctable, FormRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PySide6.QtWidgets import QWidget

    from kata_desktop.domain.task_input import TaskInput
    from kata_desktop.ui.theme.theme import Theme


class WeeklyForm(WhenForm):
    """Days as buttons, and times."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.days = DayPicker(theme, local_week(), self.tr("Days"))
        self.times = TimesField(theme)
        weekdays = Button(theme, self.tr("Weekdays"), ButtonKind.LINK)
        every_day = Button(theme, self.tr("Every day"), ButtonKind.LINK)
        self.days.append(weekdays, every_day)
        self._days_row = FormRow(theme, self.tr("On"), self.days)
        self.top, self.side = self._days_row, FormRow(theme, self.tr("At"), self.times, target=self.times.first)
        self._rows = {"days": self._days_row, "cron": self.side}
        self.set_days(working_days())
        self.days.changed.connect(self._tell)
        self.times.edited.connect(self._tell)
        weekdays.clicked.connect(self._choose_weekdays)
        every_day.clicked.connect(self._choose_all)

    def set_days(self, days: Iterable[int]) -> None:
        """Switch these days on, Sunday = 0, without a signal."""
        self.days.set_chosen(days)

    def take(self, expressions: Sequence[str]) -> bool:
        """Show what is a weekly schedule."""
        found = recognise(tuple(expressions))
        if not isinstance(found, Weekly):
            return False
        self.set_days(found.days)
        self.times.set_times(found.times)
        return True

    def expressions(self) -> tuple[str, ...] | None:
        """Return the schedule as cron expressions."""
        return Weekly(days=self.days.chosen, times=self.times.times).expressions if self.days.chosen else None

    def collect(self, raw: TaskInput) -> TaskInput:
        """Return the schedule; without a day it has none."""
        return replace(raw, cron=self.expressions() or ())

    def problems(self) -> tuple[FieldError, ...]:
        """Return that no day is chosen."""
        return () if self.days.chosen else (no_day(self.tr("On"), self.tr("Monday")),)

    def rows(self) -> list[Correctable]:
        """Return days, then times."""
        return [self._days_row, *super().rows()[1:]]

    def _choose_weekdays(self) -> None:
        self.set_days(working_days())
        self._tell()

    def _choose_all(self) -> None:
        self.set_days(EVERY_DAY)
        self._tell()


def no_day(label: str, example: str) -> FieldError:
    """Return the error of a schedule without a day."""
    reason = QCoreApplication.translate("WhenForm", "No day is chosen. Choose at least one")
    return FieldError(field="days", label=label, reason=reason, example=example)


def local_week() -> list[tuple[int, str, str]]:
    """Return key (Sunday = 0), short and full name of the days, from the local first day of the week."""
    locale = QLocale()
    first = locale.firstDayOfWeek().value
    order = [(first - 1 + step) % 7 + 1 for step in range(7)]
    return [
        (
            day % 7,
            locale.dayName(day, QLocale.FormatType.ShortFormat),
            locale.dayName(day, QLocale.FormatType.LongFormat),
        )
        for day in order
    ]


def working_days() -> list[int]:
    """Return the days people work on here, Sunday = 0."""
    return [day.value % 7 for day in QLocale().weekdays()]
