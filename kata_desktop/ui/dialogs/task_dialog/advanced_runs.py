"""Options about how runs start, fail and overlap."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from kata_desktop.ui.dialogs.task_dialog.option_row import OptionRow, together
from kata_desktop.ui.dialogs.task_dialog.section import Section
from kata_desktop.ui.dialogs.task_dialog.single_unit import in_one_unit
from kata_desktop.ui.dialogs.task_dialog.unit_words import unit_words
from kata_desktop.ui.widgets.fields import Choice
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.step_field import Durations, Numbers, StepField, Times
from kata_desktop.ui.widgets.switch import Switch

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from kata_desktop.domain.task_input import TaskInput
    from kata_desktop.ui.theme.theme import Theme


class RunRows(Section):
    """Retries, time limit, missed runs, overlap, delay and active hours."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()  # its rows are shown, in a list of the section
        units = unit_words()
        self.retries = StepField(theme, self.tr("Retries"), Numbers(high=10, suffix=self.tr("times")))
        self.delay = StepField(theme, self.tr("Retry delay"), Durations(units, low=1))
        self.timeout = StepField(theme, self.tr("Time limit"), Durations(units, low=1))
        self.catch_up = Choice({
            "once": self.tr("Run once when back"), "skip": self.tr("Skip them"), "all": self.tr("Run all, at most ten"),
        }, self.tr("If the computer was off"))  # fmt: skip
        self.late = StepField(theme, self.tr("Catch up within"), Durations(units, unit="d", low=1))
        self.overlap = Choice({"skip": self.tr("Skip this run"), "queue": self.tr("Queue one"),
                               "restart": self.tr("Stop the old run"), "parallel": self.tr("Run both")},
                              self.tr("If the last run is still going"))  # fmt: skip
        self.jitter = StepField(theme, self.tr("Random delay"), Durations(units))
        self._make_hours(theme)
        self._make_rows(theme)
        for field in (self.retries, self.delay, self.timeout, self.late, self.jitter, self.start, self.end):
            field.edited.connect(self._tell)
        for choice in (self.catch_up, self.overlap, self.outside):
            choice.currentIndexChanged.connect(self._changed)
        self.hours.toggled.connect(self._changed)

    def option_rows(self) -> list[OptionRow]:
        """Return the rows from top to bottom."""
        return [each for each in self.rows() if isinstance(each, OptionRow)]

    def show_input(self, raw: TaskInput) -> None:
        """Show these options."""
        self.blockSignals(True)
        self.retries.set_raw(raw.retries or "")
        for field, text in ((self.delay, raw.retry_delay), (self.timeout, raw.timeout), (self.late, raw.window),
                            (self.jitter, "0m" if raw.jitter == "0s" else raw.jitter)):  # fmt: skip
            field.set_raw(in_one_unit(text or ""))
        self.catch_up.set_current(raw.catch_up or "")
        self.overlap.set_current(raw.overlap or "")
        self.outside.set_current(raw.outside_hours or "defer")
        self.hours.setChecked(bool(raw.active_hours))
        if raw.active_hours:
            start, end = (*re.split("[-–]", raw.active_hours, maxsplit=1), "")[:2]
            self.start.set_raw(start)
            self.end.set_raw(end)
        self._follow()
        self.blockSignals(False)

    def collect(self, raw: TaskInput) -> TaskInput:
        """Return these options."""
        hours = f"{self.start.raw}-{self.end.raw}" if self.hours.isChecked() else ""
        return replace(
            raw, retries=self.retries.raw, retry_delay=self.delay.raw, timeout=self.timeout.raw,
            catch_up=self.catch_up.current, window=self.late.raw, overlap=self.overlap.current,
            jitter=self.jitter.raw or "0m", active_hours=hours, outside_hours=self.outside.current,
        )  # fmt: skip

    def _make_hours(self, theme: Theme) -> None:
        self.hours = Switch(theme, self.tr("Active hours"))
        self.start = StepField(theme, self.tr("Active from"), Times())
        self.end = StepField(theme, self.tr("Active until"), Times())
        self.start.set_raw("08:00")
        self.end.set_raw("20:00")
        self.outside = Choice({"defer": self.tr("Wait for the next active hour"), "skip": self.tr("Skip them")},
                              self.tr("Runs outside active hours"))  # fmt: skip
        self._span = together(self.start, Label(self.tr("to"), TextRole.MUTED), self.end)

    def _make_rows(self, theme: Theme) -> None:
        def option(label: str, hint: str, *controls: QWidget) -> OptionRow:
            return OptionRow(theme, label, hint, *controls)

        self._late_row = option(
            self.tr("Catch up within"), self.tr("Missed runs older than this are only recorded."), self.late
        )
        self._outside_row = option(self.tr("Runs outside active hours"), "", self.outside)
        window = self.tr("A daily window; runs outside wait for it or are skipped.")
        self._rows = {
            "retries": option(
                self.tr("Retries"),
                self.tr("Only when the model or network failed, never after an action was taken."),
                self.retries,
            ),
            "retry_delay": option(
                self.tr("Retry delay"), self.tr("Before the first retry; doubles each time, up to an hour."), self.delay
            ),
            "timeout": option(
                self.tr("Time limit"), self.tr("The run is stopped and marked “timed out”."), self.timeout
            ),
            "catch_up": option(
                self.tr("If the computer was off"), self.tr("Missed runs are never fired all at once."), self.catch_up
            ),
            "window": self._late_row,
            "overlap": option(self.tr("If the last run is still going"), "", self.overlap),
            "jitter": option(
                self.tr("Random delay"), self.tr("Spreads load when many tasks share a time."), self.jitter
            ),
            "active_hours": option(self.tr("Active hours"), window, self.hours, self._span),
            "outside_hours": self._outside_row,
        }

    def _changed(self) -> None:
        self._follow()
        self._tell()

    def _follow(self) -> None:
        self._span.setVisible(self.hours.isChecked())
        self._outside_row.setVisible(self.hours.isChecked())
        self._late_row.setVisible(self.catch_up.current != "skip")
