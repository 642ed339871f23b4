"""People who wrote: those who wait for the owner's decision, those who may write, those who are blocked."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QFrame, QScrollArea, QWidget

from kata_desktop.domain.channel import SenderState
from kata_desktop.ui.dialogs.senders.sender_row import SenderRow
from kata_desktop.ui.slots import Slots, async_slot
from kata_desktop.ui.widgets.buttons import Button
from kata_desktop.ui.widgets.empty_state import EmptyState
from kata_desktop.ui.widgets.frames import Panel, RowList
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, row
from kata_desktop.ui.widgets.toast import Toaster

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from kata_desktop.domain.channel import Sender
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.theme.theme import Theme

_LOOK_AGAIN_MS = 15_000


class SendersDialog(QDialog):
    """Follows what happens while it is open; a decision holds at once.

    Attributes:
        lists: the people, by what was decided about them.

    Signals:
        settings_wanted: the id of the channel whose settings let strangers ask.
    """

    settings_wanted = Signal(str)

    def __init__(
        self, services: Services, theme: Theme, bridge: Bridge, workspace_id: str, channel: str,
        names: Mapping[str, str], parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        """Show who wrote in a channel, in all when it is empty; `names` are what people call the channels."""
        super().__init__(parent)
        self._services, self._theme = services, theme
        self._workspace_id, self._channel, self._names = workspace_id, channel, names
        self.slots = Slots(services.spawner, bridge.told.emit)
        self._shown: list[Sender] | None = None
        title = self.tr("People in {channel}").format(channel=names.get(channel, channel))
        self.setWindowTitle(title if channel else self.tr("People who wrote"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        titles = {
            SenderState.PENDING: self.tr("Waiting for you"),
            SenderState.ALLOWED: self.tr("May write"),
            SenderState.BLOCKED: self.tr("Blocked"),
        }
        self.lists = {state: RowList(name=text) for state, text in titles.items()}
        self._groups = {
            state: boxed(column(Label(text, TextRole.SECTION), self.lists[state], spacing=6))
            for state, text in titles.items()
        }
        self._empty = EmptyState(theme, "users", self.tr("Nobody has asked yet"), "")
        self._empty.acted.connect(self._want_settings)
        self._deciding = False
        self._arrange()
        bridge.senders_changed.connect(self._read)
        self._look_again = QTimer(self)
        self._look_again.setInterval(_LOOK_AGAIN_MS)
        self._look_again.timeout.connect(self._read)  # codes run out without anybody saying so
        self._look_again.start()
        self._read()

    @property
    def rows(self) -> tuple[SenderRow, ...]:
        """Everybody who is shown, those who wait first."""
        return tuple(each for shown in self.lists.values() for each in shown.rows if isinstance(each, SenderRow))

    def _arrange(self) -> None:
        theme = self._theme
        lead = Label(
            self.tr(
                "Nobody’s message reaches a model before you allow it. Compare the code with the one they were told, "
                "then decide; afterwards they write again."
            ),
            TextRole.MUTED, wrap=True,
        )  # fmt: skip
        body = boxed(column(*self._groups.values(), self._empty, None, margins=(24, 4, 24, 16), spacing=14))
        body.setProperty("scrollbody", "true")
        area = QScrollArea()
        area.setAccessibleName(self.windowTitle())
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setWidget(body)
        head = column(Label(self.windowTitle(), TextRole.H2), lead, margins=(24, 20, 24, 6), spacing=5)
        self._toaster = Toaster(theme, area)
        self._close = Button(theme, self.tr("Close"))
        self._close.clicked.connect(self.accept)
        foot = Panel(row(None, self._close, margins=(20, 11, 20, 11)), "footer")
        boxed(column(head, (area, 1), foot, spacing=0), self)
        self.resize(theme.px(740), theme.px(470))
        for part in (*self._groups.values(), self._empty):
            part.hide()

    @async_slot
    async def _read(self) -> None:
        senders = await self._services.channels.senders(self._workspace_id, self._channel)
        if senders == self._shown:
            return
        self._shown = senders
        clock = self._services.clock
        now, zone = clock.now(), ZoneInfo(clock.zone_name())
        for state, shown in self.lists.items():
            rows = [self._row(each, now, zone) for each in senders if each.state is state]
            shown.set_rows(rows)
            self._groups[state].setVisible(bool(rows))
        if not senders:
            self._empty.set_message(self.tr("Nobody has asked yet"), await self._why_nobody())
            settings = self.tr("Open its settings…") if self._channel else ""
            self._empty.button.set_text(settings)
            self._empty.button.setVisible(bool(settings))
        self._empty.setVisible(not senders)
        if self._deciding:
            self._deciding = False
            self._keep_keyboard()

    def _keep_keyboard(self) -> None:
        """The row that was decided about is gone: go on with the one that is first now."""
        first = next((button for each in self.rows for button in each.buttons), self._close)
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _want_settings(self) -> None:
        self.settings_wanted.emit(self._channel)

    def _row(self, sender: Sender, now: datetime, zone: ZoneInfo) -> SenderRow:
        made = SenderRow(self._theme, sender, self._names.get(sender.channel, sender.channel), now, zone)
        made.decided.connect(self._decide)
        return made

    async def _why_nobody(self) -> str:
        """What has to be switched on before strangers can ask at all."""
        if not self._channel:
            return self.tr(
                "Whoever writes to Kata without being allowed to appears here, where a channel lets them ask."
            )
        values = await self._services.plugins.settings(self._workspace_id, self._channel)
        name = self._names.get(self._channel, self._channel)
        if "pairing" not in values:
            return self.tr("Strangers cannot ask in {channel}: name people in its settings.").format(channel=name)
        if values["pairing"] is False:
            return self.tr(
                "Strangers cannot ask now: switch on “Strangers may ask to be let in” in the settings of {channel}, "
                "or name people there by their ids."
            ).format(channel=name)
        return self.tr("Whoever writes to Kata for the first time is given a code and appears here.")

    @async_slot
    async def _decide(self, sender: Sender, decision: str) -> None:
        channels = self._services.channels
        try:
            match decision:
                case "allow":
                    await channels.allow(sender, direct=True, group=False)
                case "allow-all":
                    await channels.allow(sender, direct=True, group=True)
                case "block":
                    await channels.block(sender)
                case _:
                    await channels.forget(sender)
                    self._offer_undo(sender)
        finally:
            self._shown, self._deciding = None, True
            self._read()

    def _offer_undo(self, before: Sender) -> None:
        called = before.name or before.id
        blocked = before.state is SenderState.BLOCKED
        text = self.tr("{person} is not blocked any more") if blocked else self.tr("{person} may not write any more")
        toast = self._toaster.show_message(text.format(person=called), undo=self.tr("Undo"))
        toast.undone.connect(partial(self._take_back, before))

    @async_slot
    async def _take_back(self, before: Sender) -> None:
        channels = self._services.channels
        if before.state is SenderState.BLOCKED:
            await channels.block(before)
        else:
            await channels.allow(before, direct=before.direct, group=before.group)
