"""Notifications: which kinds, when, how much they show, and whether they arrive at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kata_desktop.domain.notification import OutboxState
from kata_desktop.ui.pages.activity.local_time import LocalTime
from kata_desktop.ui.pages.settings.section import Section
from kata_desktop.ui.pages.settings.setting_row import SettingRow
from kata_desktop.ui.slots import async_slot
from kata_desktop.ui.widgets.buttons import Button

if TYPE_CHECKING:
    from kata_desktop.domain.notification import OutboxItem
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.pages.settings.bound import Binder
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
        self.slots = slots
        self._services = services
        self._item_id = ""
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
        self._send = Button(bind.theme, self.tr("Send a test notification"), icon="bell")
        self._test = SettingRow(bind.theme, self.tr("Test"), self.tr("Goes the same way as every other one."),
                                self._send)  # fmt: skip
        self.add_group("", self._test)
        self._send.clicked.connect(self._send_test)
        bridge.outbox_changed.connect(self._follow)

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

    @async_slot
    async def _send_test(self) -> None:
        self._test.set_error("")
        item = await self._services.messages.send_test(
            self.tr("Kata can reach you"), self.tr("This is what a notification looks like.")
        )
        self._item_id = item.id
        self._show(item)

    @async_slot
    async def _follow(self, _run_ids: object) -> None:
        if self._item_id and (item := await self._services.messages.find(self._item_id)) is not None:
            self._show(item)

    def _show(self, item: OutboxItem) -> None:
        clock = self._services.clock
        when = LocalTime(clock.now(), clock.zone_name())
        match item.state:
            case OutboxState.PENDING if item.next_at is not None and item.next_at > clock.now():
                words = self.tr("It waits until {at}.").format(at=when.moment(item.next_at))
                self._test.set_hint(f"{words} {item.last_error}".strip())
            case OutboxState.PENDING | OutboxState.SENDING:
                self._test.set_hint(self.tr("On its way…"))
            case OutboxState.DELIVERED:
                self._test.set_hint(self.tr("The desktop took it. If you saw nothing, look at its own settings."))
            case _:
                self._test.set_error(item.last_error or self.tr("It was not shown."))
