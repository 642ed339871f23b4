"""Schedules: what new tasks begin with, and how many run at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kata_desktop.ui.pages.settings.section import Section

if TYPE_CHECKING:
    from kata_desktop.ui.pages.settings.bound import Binder
    from kata_desktop.ui.pages.settings.setting_row import SettingRow


class SchedulesSection(Section):
    """Concurrency and the defaults of new tasks."""

    def __init__(self, bind: Binder) -> None:
        super().__init__(
            bind.theme, "schedules", self.tr("Schedules"), "calendar-clock",
            keys=("concurrency", "keep_awake", "pause_on_battery", "default_timeout_minutes", "default_retries",
                  "default_catch_up", "default_overlap"),
        )  # fmt: skip
        self.add_group(
            self.tr("Running"),
            bind.number("concurrency", self.tr("Runs at once"),
                        self.tr("In all workspaces together; what is beyond waits for its turn."), 1, 16),
            bind.switch("keep_awake", self.tr("Keep the computer awake"),
                        self.tr("While something runs it does not go to sleep by itself.")),
            bind.switch("pause_on_battery", self.tr("Wait for mains power"),
                        self.tr("On battery nothing starts by itself; what comes due is recorded as skipped.")),
        )  # fmt: skip
        self.add_group(self.tr("New tasks begin with"), *self._defaults(bind))

    def _defaults(self, bind: Binder) -> tuple[SettingRow, ...]:
        missed = {
            "once": self.tr("Run once when back"),
            "skip": self.tr("Skip them"),
            "all": self.tr("Run them all"),
        }
        overlap = {
            "skip": self.tr("Skip the new one"),
            "queue": self.tr("Queue the new one"),
            "restart": self.tr("Stop the old one"),
            "parallel": self.tr("Run both"),
        }
        return (
            bind.number("default_timeout_minutes", self.tr("Time limit"),
                        self.tr("A run that takes longer is stopped."), 1, 1440, self.tr(" min")),
            bind.number("default_retries", self.tr("Retries"),
                        self.tr("Further attempts after a failure, with growing pauses."), 0, 10),
            bind.choice("default_catch_up", self.tr("Missed while asleep or off"),
                        self.tr("What happens to occurrences that were missed."), missed),
            bind.choice("default_overlap", self.tr("Still running when the next is due"), "", overlap),
        )  # fmt: skip
