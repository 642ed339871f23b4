"""One message that came in: what it says, what became of it and why, and trying again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from kata_desktop.domain.channel import InboxState
from kata_desktop.ui.pages.activity.local_time import LocalTime
from kata_desktop.ui.pages.outbox import incoming_words
from kata_desktop.ui.pages.outbox.detail_card import DetailCard
from kata_desktop.ui.pages.outbox.notice_card import NoticeCard
from kata_desktop.ui.slots import async_slot
from kata_desktop.ui.widgets.buttons import Button

if TYPE_CHECKING:
    from kata_desktop.domain.channel import InboxItem
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.models.channel_faces import ChannelFaces
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.slots import Slots
    from kata_desktop.ui.theme.theme import Theme


class IncomingDetail(QObject):
    """Shows a message and carries out what a person asks of it.

    Attributes:
        view: the card.
        people: opens those who may write.
        slots: starts what takes time.
    """

    def __init__(self, services: Services, theme: Theme, bridge: Bridge, slots: Slots, channels: ChannelFaces) -> None:
        super().__init__()
        self.slots = slots
        self._services, self._bridge, self._channels = services, bridge, channels
        self.people = Button(theme, self.tr("People…"), icon="users")
        self.view = DetailCard(theme, self.tr("Details of the message"), self.tr("What was written"),
                               NoticeCard(theme), self.people)  # fmt: skip
        self._item: InboxItem | None = None
        self.people.clicked.connect(self._open_people)
        self.view.notice.acted.connect(self._retry)
        self.view.open_run.clicked.connect(self._open_run)

    def show(self, item: InboxItem) -> None:
        """Show a message."""
        before, self._item = self._item, item
        clock, view = self._services.clock, self.view
        when = LocalTime(clock.now(), clock.zone_name())
        if before is None or before.id != item.id:
            view.to_top()
        view.show_head(self._channels.icon(item.message.channel), incoming_words.sender(item),
                       incoming_words.about(item, when, self._channels),
                       active=item.state is not InboxState.IGNORED)  # fmt: skip
        view.notice.show_notice(incoming_words.notice(item))
        view.text.show_text(item.message.text)
        view.show_facts(incoming_words.facts(item, when, self._channels))
        self.people.setVisible(item.state is InboxState.IGNORED)
        view.open_run.setVisible(bool(item.run_id))

    @async_slot
    async def _retry(self) -> None:
        if self._item is not None:
            await self._services.channels.retry(self._item.id)

    def _open_people(self) -> None:
        self._bridge.page_wanted.emit("plugins", "people")

    def _open_run(self) -> None:
        if self._item is not None:
            self._bridge.page_wanted.emit("activity", self._item.run_id)
