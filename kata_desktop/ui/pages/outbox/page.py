"""The page of messages: on their way out, and those that came in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from kata_desktop.domain.notification import OutboxQuery, OutboxState
from kata_desktop.ui.models.channel_faces import ChannelFaces
from kata_desktop.ui.pages.outbox.incoming import IncomingPanel
from kata_desktop.ui.pages.outbox.outgoing import OutgoingFilter, OutgoingPanel
from kata_desktop.ui.slots import Slots, async_slot
from kata_desktop.ui.widgets.buttons import Button
from kata_desktop.ui.widgets.chips import Segmented
from kata_desktop.ui.widgets.fields import SearchField
from kata_desktop.ui.widgets.labels import ElidedLabel, Label, TextRole, plain_tip
from kata_desktop.ui.widgets.layout import boxed, column, row
from kata_desktop.ui.widgets.toast import Toaster

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from kata_desktop.domain.notification import OutboxItem
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.theme.theme import Theme

OUTGOING, INCOMING = "outgoing", "incoming"
_PAUSE_MS = 180
"""Quiet time after a keystroke before the store is asked."""
_NARROW_BELOW = 700
_AT_ONCE = 500
"""Messages sent again with one press."""


class OutboxPage(QWidget):
    """Two lists behind a switch, a search, and sending all that failed again.

    Attributes:
        slots: starts what takes time.
        tabs: which list is shown.
        outgoing: messages on their way out.
        incoming: messages that came in.
        search: words to look for in those of the list that is shown.
        resend_all: sends everything again that surely did not arrive.
    """

    def __init__(self, services: Services, theme: Theme, bridge: Bridge) -> None:
        super().__init__()
        self.slots = Slots(services.spawner, bridge.told.emit)
        self._services, self._theme, self._workspace_id = services, theme, ""
        self._before: OutboxItem | None = None
        channels = ChannelFaces(services)
        parts = services, theme, bridge, self.slots, channels
        self.outgoing, self.incoming = OutgoingPanel(*parts), IncomingPanel(*parts)
        self.tabs = Segmented(theme, {OUTGOING: self.tr("Outgoing"), INCOMING: self.tr("Incoming")},
                              self.tr("Which messages"))  # fmt: skip
        self.search = SearchField(theme, self.tr("Search messages  (Ctrl+F)"))
        self.resend_all = Button(theme, self.tr("Send again"), icon="rotate-ccw")
        self.resend_all.hide()
        self.tabs.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._sub = ElidedLabel("", TextRole.MUTED)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.outgoing)
        self._stack.addWidget(self.incoming)
        self._toaster = Toaster(theme, self)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        titles = column(Label(self.tr("Outbox"), TextRole.H1), self._sub, spacing=2)
        head = row((titles, 3), (self.search, 2), self.tabs, spacing=8)
        self.outgoing.put_beside_chips(self.resend_all)
        boxed(column(head, (self._stack, 1), margins=(26, 20, 26, 20), spacing=12), self)
        self._connect()

    @property
    def busy(self) -> bool:
        """Whether something is being read."""
        readers = self.outgoing.body.reader, self.incoming.body.reader
        return any(reader.busy for reader in readers) or self._pause.isActive()

    def set_workspace(self, workspace_id: str) -> None:
        """Show the messages of a workspace."""
        self._workspace_id = workspace_id
        self.outgoing.set_workspace(workspace_id)
        self.incoming.set_workspace(workspace_id)

    def show_message(self, item_id: str) -> None:
        """Show one message on its way out."""
        self.show_tab(OUTGOING)
        self.outgoing.show_message(item_id)

    def focus_search(self) -> None:
        """Bring the keyboard to the search."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def show_tab(self, key: str) -> None:
        """Show messages on their way out (`OUTGOING`) or those that came in (`INCOMING`)."""
        self.tabs.set_current(key)
        self._stack.setCurrentWidget(self.outgoing if key == OUTGOING else self.incoming)
        self._look()
        self._show_numbers()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Name the button by its room."""
        super().resizeEvent(event)
        self._name_resend(self.resend_all.accessibleName())

    def _connect(self) -> None:
        self.tabs.chosen.connect(self.show_tab)
        self._pause.timeout.connect(self._look)
        self.search.textChanged.connect(self._typed)
        self.resend_all.clicked.connect(self._resend_failed)
        self.outgoing.counted.connect(self._show_numbers)
        self.incoming.counted.connect(self._show_numbers)
        self.outgoing.withdrawn.connect(self._offer_undo)
        for panel in (self.outgoing, self.incoming):
            panel.body.widen.connect(self._forget_words)

    def _typed(self) -> None:
        self._pause.start()

    def _look(self) -> None:
        words, outgoing = self.search.text().strip(), self.tabs.current == OUTGOING
        panel = self.outgoing if outgoing else self.incoming
        if words != panel.words:
            panel.search(words)

    def _forget_words(self) -> None:
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)

    def _show_numbers(self) -> None:
        outgoing = self.tabs.current == OUTGOING
        failed = self.outgoing.source.number((OutboxState.FAILED,))
        self.resend_all.setVisible(failed > 1)
        self._name_resend(self.tr("Send %n failed again", "", failed))
        panel = self.outgoing if outgoing else self.incoming
        total = panel.source.number(())
        if panel.words:
            words = self.tr("1 message found") if total == 1 else self.tr("%n messages found", "", total)
        else:
            words = self._outgoing_words(failed) if outgoing else self._incoming_words(total)
        self._sub.set_text(words if total or panel.words else "")

    def _name_resend(self, words: str) -> None:
        """The icon alone where there is little room."""
        narrow = self.width() < self._theme.px(_NARROW_BELOW)
        self.resend_all.setText("" if narrow else words)
        self.resend_all.setAccessibleName(words)
        self.resend_all.setToolTip(plain_tip(words) if narrow else "")

    def _outgoing_words(self, failed: int) -> str:
        waiting = self.outgoing.source.number(OutgoingFilter.WAITING.states)
        unknown = self.outgoing.source.number((OutboxState.UNKNOWN,))
        parts = [self.tr("%n on their way", "", waiting)] if waiting else []
        parts += [self.tr("%n not delivered", "", failed)] if failed else []
        parts += [self.tr("%n perhaps delivered", "", unknown)] if unknown else []
        return " · ".join(parts) or self.tr("Everything was delivered")

    def _incoming_words(self, total: int) -> str:
        return self.tr("1 message came in") if total == 1 else self.tr("%n messages came in", "", total)

    @async_slot
    async def _resend_failed(self) -> None:
        self.resend_all.setEnabled(False)
        messages = self._services.messages
        query = OutboxQuery(workspace_id=self._workspace_id, states=(OutboxState.FAILED,), limit=_AT_ONCE,
                            search=self.outgoing.source.query.search)  # fmt: skip
        try:
            items = await messages.found(query)
            for item in items:
                await messages.resend(item.id)
        finally:
            self.resend_all.setEnabled(True)
        self._toaster.show_message(self.tr("%n messages are being sent again", "", len(items)), icon="send")

    def _offer_undo(self, before: OutboxItem) -> None:
        self._before = before
        text = self.tr("“{title}” will not be sent").format(title=before.title or self.tr("Message"))
        self._toaster.show_message(text, undo=self.tr("Undo")).undone.connect(self._take_back)

    @async_slot
    async def _take_back(self) -> None:
        if self._before is not None:
            await self._services.messages.take_back(self._before)
