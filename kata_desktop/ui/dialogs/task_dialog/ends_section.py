"""When a repeated task stops for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kata_desktop.domain.trigger import SYSTEM_ZONE
from kata_desktop.ui.dialogs.task_dialog.moment_field import MomentField
from kata_desktop.ui.dialogs.task_dialog.moments import split_moment
from kata_desktop.ui.dialogs.task_dialog.section import Section
from kata_desktop.ui.widgets.fields import Choice
from kata_desktop.ui.widgets.form_row import FormRow
from kata_desktop.ui.widgets.layout import boxed, column, row
from kata_desktop.ui.widgets.step_field import Numbers, StepField

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from kata_desktop.domain.task_input import TaskInput
    from kata_desktop.runtime.clock import Clock
    from kata_desktop.ui.theme.theme import Theme

_LAST_MINUTE = "23:59"


class EndsSection(Section):
    """Never, at a date, after a number of runs, or whichever of both comes first."""

    def __init__(self, theme: Theme, clock: Clock, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self.kind = Choice({
            "never": self.tr("never"), "date": self.tr("on a date"), "runs": self.tr("after a number of runs"),
            "both": self.tr("on a date or after a number of runs"),
        }, self.tr("Ends"))  # fmt: skip
        self.until = MomentField(theme, clock, self.tr("End date"), self.tr("End time"))
        self.runs = StepField(theme, self.tr("Number of runs"), Numbers(low=1, suffix=self.tr("runs")))
        self._until_row = FormRow(theme, self.tr("Last moment"), self.until, target=self.until.date)
        self._runs_row = FormRow(theme, self.tr("After"), self.runs)
        kind = FormRow(theme, self.tr("Ends"), self.kind)
        self._rows = {"until": self._until_row, "max_runs": self._runs_row}
        self.until.set_raw(f"T{_LAST_MINUTE}")
        self.runs.set_raw("10")
        boxed(column(row(kind, self._runs_row, None, spacing=12), self._until_row), self)
        self._follow()
        self.kind.currentIndexChanged.connect(self._changed)
        self.until.edited.connect(self._tell)
        self.runs.edited.connect(self._tell)

    def show_input(self, raw: TaskInput) -> None:
        """Show the end, if there is one."""
        self.kind.blockSignals(True)
        keys = {(True, True): "both", (True, False): "date", (False, True): "runs"}
        self.kind.set_current(keys.get((bool(raw.until), bool(raw.max_runs)), "never"))
        self.kind.blockSignals(False)
        if raw.until:
            zone = raw.zone or SYSTEM_ZONE
            self.until.set_raw(self._local(raw.until, zone), zone)
        if raw.max_runs:
            self.runs.set_raw(raw.max_runs)
        self._follow()

    def collect(self, raw: TaskInput) -> TaskInput:
        """Return the end; what runs once has none."""
        kind = "never" if self.isHidden() else self.kind.current
        return replace(
            raw,
            until=self.until.raw if kind in ("date", "both") else "",
            max_runs=self.runs.raw if kind in ("runs", "both") else "",
        )

    def set_zone(self, zone: str) -> None:
        """Look for repeated hours of another zone."""
        self.until.set_zone(zone)

    def _local(self, raw: str, zone: str) -> str:
        """Return a moment in UTC as the wall clock of the task shows it; anything else as it is."""
        if split_moment(raw)[2] != "Z":
            return raw
        try:
            known = ZoneInfo(self._clock.zone_name() if zone == SYSTEM_ZONE else zone)
            local = datetime.fromisoformat(raw).astimezone(known)
        except (ValueError, OSError, ZoneInfoNotFoundError):
            return raw
        return local.isoformat(timespec="minutes" if not local.second else "seconds")

    def _changed(self) -> None:
        self._follow()
        self._tell()

    def _follow(self) -> None:
        kind = self.kind.current
        self._until_row.setVisible(kind in ("date", "both"))
        self._runs_row.setVisible(kind in ("runs", "both"))
