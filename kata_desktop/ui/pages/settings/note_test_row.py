"""Whether notifications arrive at all: one that is sent to try it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from kata_desktop.domain.notification import OutboxState
from kata_desktop.ui.pages.activity.local_time import LocalTime
from kata_desktop.ui.pages.settings.setting_row import SettingRow
from kata_desktop.ui.slots import async_slot
from kata_desktop.ui.widgets.buttons import Button

if TYPE_CHECKING:
    from kata_desktop.domain.notification import OutboxItem
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.slots import Slots
    from kata_desktop.ui.theme.theme import Theme


class NoteTestRow(SettingRow):
    """A button, and what became of the notification that it sent.

    Attributes:
        slots: starts what takes time.
    """

    def __init__(self, theme: Theme, services: Services, bridge: Bridge, slots: Slots) -> None:
        translate = QCoreApplication.translate
        send = Button(theme, translate("NotificationsSection", "Send a test notification"), icon="bell")
        hint = translate("NotificationsSection", "Goes the same way as every other one.")
        super().__init__(theme, translate("NotificationsSection", "Test"), hint, send)
        self.slots = slots
        self._services = services
        self._item_id = ""
        send.clicked.connect(self._send)
        bridge.outbox_changed.connect(self._follow)

    @async_slot
    async def _send(self) -> None:
        self.set_error("")
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
                self.set_hint(f"{words} {item.last_error}".strip())
            case OutboxState.PENDING | OutboxState.SENDING:
                self.set_hint(self.tr("On its way…"))
            case OutboxState.DELIVERED:
                self.set_hint(self.tr("The desktop took it. If you saw nothing, look at its own settings."))
            case _:
                self.set_error(item.last_error or self.tr("It was not shown."))
