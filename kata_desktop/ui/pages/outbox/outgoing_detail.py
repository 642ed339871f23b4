"""One message on its way out: what is known about it, and Send again, It arrived, Withdraw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from kata_desktop.domain.errors import NotFound
from kata_desktop.domain.notification import OutboxState
from kata_desktop.ui.pages.activity.local_time import LocalTime
from kata_desktop.ui.pages.outbox import message_words
from kata_desktop.ui.pages.outbox.detail_card import DetailCard
from kata_desktop.ui.pages.outbox.message_words import MessageRepair
from kata_desktop.ui.pages.outbox.notice_card import NoticeCard
from kata_desktop.ui.slots import async_slot
from kata_desktop.ui.widgets.buttons import Button

if TYPE_CHECKING:
    from kata_desktop.domain.notification import OutboxItem
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.models.channel_faces import ChannelFaces
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.slots import Slots
    from kata_desktop.ui.theme.theme import Theme

DROPPABLE = frozenset({OutboxState.PENDING, OutboxState.FAILED, OutboxState.UNKNOWN})
"""States in which a message may be withdrawn."""


class OutgoingDetail(QObject):
    """Shows a message and carries out what a person asks of it.

    Attributes:
        view: the card.
        arrived: says that an uncertain message did arrive.
        withdraw: takes a message out of the way.
        slots: starts what takes time.

    Signals:
        shown: the message is on the screen; carries it.
        lost: it is not there any more.
        withdrawn: a person withdrew one; carries it as it was before.
    """

    shown = Signal(object)
    lost = Signal()
    withdrawn = Signal(object)

    def __init__(self, services: Services, theme: Theme, bridge: Bridge, slots: Slots, channels: ChannelFaces) -> None:
        super().__init__()
        self.slots = slots
        self._services, self._bridge, self._channels = services, bridge, channels
        self.arrived = Button(theme, self.tr("It arrived"), icon="check")
        self.withdraw = Button(theme, self.tr("Drop"), icon="x")
        self.view = DetailCard(theme, self.tr("Details of the message"), self.tr("What it says"),
                               NoticeCard(theme, self.arrived), self.withdraw)  # fmt: skip
        self._id = ""
        self._item: OutboxItem | None = None
        self._entering = False
        self.arrived.clicked.connect(self._confirm)
        self.withdraw.clicked.connect(self.drop)
        self.view.notice.acted.connect(self._repair)
        self.view.open_run.clicked.connect(self._open_run)
        bridge.outbox_changed.connect(self._changed)

    @property
    def item(self) -> OutboxItem | None:
        """The message that is shown; None for none."""
        return self._item

    def show(self, item_id: str) -> None:
        """Show a message."""
        if item_id != self._id:
            self._id = item_id
            self.view.to_top()
        self._read()

    def enter(self, item_id: str) -> None:
        """Show a message and bring the keyboard to what can be done about it."""
        self._entering = True
        self.show(item_id)

    def forget(self) -> None:
        """Show none."""
        self._id, self._item = "", None

    @async_slot
    async def _read(self) -> None:
        ident = self._id
        item = await self._services.messages.find(ident) if ident else None
        if ident != self._id:
            return
        if item is None:
            self.forget()
            self.lost.emit()
            return
        await self._channels.know(item.workspace_id)
        self._take(item, await self._task_name(item))

    async def _task_name(self, item: OutboxItem) -> str:
        try:
            return (await self._services.scheduling.row(item.task_id)).task.spec.name if item.task_id else ""
        except NotFound:
            return ""

    def _take(self, item: OutboxItem, task_name: str) -> None:
        if item.id != self._id:
            return
        self._item = item
        clock, view = self._services.clock, self.view
        when = LocalTime(clock.now(), clock.zone_name())
        view.show_head(self._channels.icon(item.target_kind), item.title or self.tr("Message"),
                       message_words.about(item, when, self._channels),
                       active=item.state is not OutboxState.DROPPED)  # fmt: skip
        self.arrived.setVisible(item.state is OutboxState.UNKNOWN)
        view.notice.show_notice(message_words.notice(item, self._channels))
        view.text.show_text(item.body)
        view.show_facts(message_words.facts(item, when, self._channels, task_name))
        self.withdraw.setVisible(item.state in DROPPABLE)
        view.open_run.setVisible(bool(item.run_id))
        self.shown.emit(item)
        if self._entering:
            self._entering = False
            view.take_keyboard()

    def _changed(self, _run_ids: object) -> None:
        if self._id:
            self._read()

    def _repair(self) -> None:
        said = message_words.notice(self._item, self._channels) if self._item is not None else None
        if said is not None and said.repair is MessageRepair.RESEND:
            self._resend()
        elif said is not None and said.repair is MessageRepair.PLUGINS:
            self._bridge.page_wanted.emit("plugins", self._item.target_kind if self._item is not None else "")

    def resend_by_key(self) -> None:
        """Send again what surely did not arrive; of an uncertain one the button must be pressed knowingly."""
        if self._item is not None and self._item.state in (OutboxState.FAILED, OutboxState.DROPPED):
            self._resend()

    @async_slot
    async def _resend(self) -> None:
        if self._item is not None:
            await self._services.messages.resend(self._item.id)

    @async_slot
    async def _confirm(self) -> None:
        if self._item is not None:
            await self._services.messages.confirm(self._item.id)

    @async_slot
    async def drop(self) -> None:
        """Withdraw the message, if it still can be."""
        before = self._item
        if before is not None and before.state in DROPPABLE:
            await self._services.messages.drop(before.id)
            self.withdrawn.emit(before)

    def _open_run(self) -> None:
        if self._item is not None:
            self._bridge.page_wanted.emit("activity", self._item.run_id)
