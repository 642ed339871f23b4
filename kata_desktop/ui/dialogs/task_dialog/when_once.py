"""Once, at a date and time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kata_desktop.domain.trigger import SYSTEM_ZONE
from kata_desktop.ui.dialogs.task_dialog.moment_field import MomentField
from kata_desktop.ui.dialogs.task_dialog.when_form import WhenForm
from kata_desktop.ui.widgets.form_row import FormRow

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from kata_desktop.domain.task_input import TaskInput
    from kata_desktop.runtime.clock import Clock
    from kata_desktop.ui.theme.theme import Theme


class OnceForm(WhenForm):
    """A date and a time in a zone."""

    def __init__(self, theme: Theme, clock: Clock, parent: QWidget) -> None:
        super().__init__(parent)
        self.moment = MomentField(theme, clock, self.tr("Date"), self.tr("Time"))
        self.side = FormRow(theme, self.tr("Date and time"), self.moment, target=self.moment.date)
        self._rows = {"at": self.side}
        soon = clock.now().astimezone(ZoneInfo(clock.zone_name())) + timedelta(hours=2)
        self.moment.set_raw(f"{soon:%Y-%m-%dT%H}:00")
        self.moment.edited.connect(self._tell)

    def show_input(self, raw: TaskInput) -> None:
        """Show the moment, if there is one."""
        if raw.at is not None:
            self.moment.set_raw(raw.at, raw.zone or SYSTEM_ZONE)

    def collect(self, raw: TaskInput) -> TaskInput:
        """Return the moment."""
        return replace(raw, at=self.moment.raw)

    def set_zone(self, zone: str) -> None:
        """Look for repeated hours of another zone."""
        self.moment.set_zone(zone)
