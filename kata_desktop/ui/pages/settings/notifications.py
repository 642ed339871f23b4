"""Notifications: which kinds, when, how much they show, and whether they arrive at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kata_desktop.ui.pages.settings.note_test_row import NoteTestRow
from kata_desktop.ui.pages.settings.section import Section

if TYPE_CHECKING:
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.pages.settings.bound import Binder
    from kata_desktop.ui.pages.settings.setting_row import SettingRow
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.slots import Slots

_KINDS = ("result", "failure", "recovery", "missed", "attention", "trouble")


class NotificationsSection(Section):
    """A switch for each kind, previews, quiet hours and a test."""

    def __init__(self, bind: Binder, services: Services, bridge: Bridge, slots: Slots) -> None:
        keys = tuple(f"notify_{kind}" for kind in _KINDS)
        super().__init__(
            bind.theme, "notifications", self.tr("Notifications"), "bell",
            keys=(*keys, "notify_previews", "quiet_hours", "quiet_from", "quiet_to"),
        )  # fmt: skip
        self.add_group(self.tr("Tell me about"), *self._kinds(bind))
        self.add_group(
            self.tr("Privacy"),
            bind.switch("notify_previews", self.tr("Show the first lines of results"),
                        self.tr("Otherwise a notification has only its title.")),
        )  # fmt: skip
        self.add_group(
            self.tr("Quiet hours"),
            bind.switch("quiet_hours", self.tr("Quiet hours"),
                        self.tr("Notifications wait until they end; tasks run all the same.")),
            bind.time("quiet_from", self.tr("From")),
            bind.time("quiet_to", self.tr("Until")),
        )  # fmt: skip
        self.add_group("", NoteTestRow(bind.theme, services, bridge, slots))

    def _kinds(self, bind: Binder) -> tuple[SettingRow, ...]:
        return (
            bind.switch("notify_result", self.tr("Results"), self.tr("What a task brought.")),
            bind.switch("notify_failure", self.tr("Failures"), self.tr("A task failed twice in a row.")),
            bind.switch("notify_recovery", self.tr("Recoveries"), self.tr("A task that had failed works again.")),
            bind.switch("notify_missed", self.tr("While you were away"),
                        self.tr("One summary of what ran late or was missed.")),
            bind.switch("notify_attention", self.tr("Something waits for you"),
                        self.tr("An approval, a review, a limit that was reached.")),
            bind.switch("notify_trouble", self.tr("Trouble with Kata"),
                        self.tr("A full disk, a restored backup.")),
        )  # fmt: skip
