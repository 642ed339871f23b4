"""Every so often."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from kata_desktop.ui.dialogs.task_dialog.single_unit import in_one_unit
from kata_desktop.ui.dialogs.task_dialog.when_form import WhenForm
from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.fields import Choice
from kata_desktop.ui.widgets.form_row import FormRow
from kata_desktop.ui.widgets.layout import boxed, row
from kata_desktop.ui.widgets.step_field import Numbers, StepField

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from kata_desktop.domain.task_input import TaskInput
    from kata_desktop.ui.theme.theme import Theme

_DAY = ("1d", "24h", "1440m")


class IntervalForm(WhenForm):
    """A number and a unit; a whole duration such as ``1h30m`` may be typed instead.

    Signals:
        daily_wanted: a person prefers a time of day to an interval of a day.
    """

    daily_wanted = Signal()
    zoned = False

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.number = StepField(theme, self.tr("Interval"), Numbers(low=1))
        self.unit = Choice({"m": self.tr("minutes"), "h": self.tr("hours"), "d": self.tr("days")}, self.tr("Unit"))
        self._given = ("", "", "")
        self.number.set_raw("1")
        self.unit.set_current("h")
        self._daily = Button(theme, self.tr("Daily at 09:00 instead"), ButtonKind.LINK)
        hint = self.tr("Counted from the moment you save it, without drift.")
        line = boxed(row(self.number, self.unit, self._daily, None))
        self.side = FormRow(theme, self.tr("Every"), line, target=self.number, hint=hint)
        self._rows = {"every": self.side}
        self.number.edited.connect(self._changed)
        self.unit.currentIndexChanged.connect(self._changed)
        self._daily.clicked.connect(self._prefer_daily)
        self._offer()

    @property
    def raw(self) -> str:
        """The interval as it is checked."""
        number, unit = self.number.raw, self.unit.current
        if (number, unit) == self._given[:2]:
            return self._given[2]
        return f"{number}{unit}" if re.fullmatch("[0-9]*", number) else number

    def show_input(self, raw: TaskInput) -> None:
        """Show the interval, if there is one."""
        if raw.every is None:
            return
        found = re.fullmatch("([0-9]+)([mhd])", in_one_unit(raw.every))
        self.number.set_raw(found[1] if found else raw.every)
        if found:
            self.unit.blockSignals(True)
            self.unit.set_current(found[2])
            self.unit.blockSignals(False)
        self._given = (self.number.raw, self.unit.current, raw.every)
        self._offer()

    def collect(self, raw: TaskInput) -> TaskInput:
        """Return the interval."""
        return replace(raw, every=self.raw)

    def _changed(self) -> None:
        self._offer()
        self._tell()

    def _offer(self) -> None:
        self._daily.setVisible(self.raw in _DAY)

    def _prefer_daily(self) -> None:
        self.daily_wanted.emit()
