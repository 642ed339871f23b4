"""Messages on their way out: a list by state, one of them in full, and what a person may do about it."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from kata_desktop.domain.notification import OutboxItem, OutboxQuery, OutboxState
from kata_desktop.ui.models.paged_rows import PAGE
from kata_desktop.ui.pages.activity.local_time import LocalTime
from kata_desktop.ui.pages.outbox.message_words import face_of
from kata_desktop.ui.pages.outbox.outgoing_detail import OutgoingDetail
from kata_desktop.ui.widgets.chips import ChipBar
from kata_desktop.ui.widgets.empty_state import EmptyState
from kata_desktop.ui.widgets.layout import boxed, column, row
from kata_desktop.ui.widgets.side_by_side import SideBySide, Wording

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.models.channel_faces import ChannelFaces
    from kata_desktop.ui.models.paged_rows import Face
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.slots import Slots
    from kata_desktop.ui.theme.theme import Theme
    from kata_desktop.ui.widgets.buttons import Button


class OutgoingFilter(enum.StrEnum):
    """A part of the outbox."""

    ALL = "all"
    """Everything."""
    WAITING = "waiting"
    """On its way: to be sent, or being sent."""
    FAILED = "failed"
    """Not delivered."""
    UNKNOWN = "unknown"
    """Perhaps delivered; a person decides."""
    DELIVERED = "delivered"
    """Arrived."""
    DROPPED = "dropped"
    """Withdrawn."""

    @property
    def states(self) -> tuple[OutboxState, ...]:
        """The states of its messages; none for all."""
        return {
            OutgoingFilter.ALL: (),
            OutgoingFilter.WAITING: (OutboxState.PENDING, OutboxState.SENDING),
            OutgoingFilter.FAILED: (OutboxState.FAILED,),
            OutgoingFilter.UNKNOWN: (OutboxState.UNKNOWN,),
            OutgoingFilter.DELIVERED: (OutboxState.DELIVERED,),
            OutgoingFilter.DROPPED: (OutboxState.DROPPED,),
        }[self]


class Sent:
    """Asks for messages and puts them into the words of this place.

    Attributes:
        query: which ones.
        counts: how many there were in each state, when they were counted last.
    """

    def __init__(self, services: Services, channels: ChannelFaces) -> None:
        self._services, self._channels = services, channels
        self.query = OutboxQuery()
        self.counts: Mapping[OutboxState, int] = {}

    async def count(self) -> int:
        """Return how many there are."""
        await self._channels.know(self.query.workspace_id)
        self.counts = await self._services.messages.counts(self.query)
        return self.number(self.query.states)

    def number(self, states: tuple[OutboxState, ...]) -> int:
        """How many are in some states; none named: in any."""
        return sum(count for state, count in self.counts.items() if not states or state in states)

    async def page(self, number: int) -> tuple[Face, ...]:
        """Return the rows of one page."""
        query = self.query
        wanted = OutboxQuery(workspace_id=query.workspace_id, states=query.states, search=query.search, limit=PAGE,
                             offset=number * PAGE)  # fmt: skip
        items = await self._services.messages.found(wanted)
        clock = self._services.clock
        when = LocalTime(clock.now(), clock.zone_name())
        return tuple(face_of(item, when, self._channels) for item in items)


class OutgoingPanel(QWidget):
    """The first tab of the outbox.

    Attributes:
        chips: by state.
        body: list and message.
        detail: the chosen message.
        words: what is searched for; empty for nothing.

    Signals:
        counted: the numbers of the chips are known.
        withdrawn: a person withdrew a message; carries it as it was before.
    """

    counted = Signal()
    withdrawn = Signal(object)

    def __init__(self, services: Services, theme: Theme, bridge: Bridge, slots: Slots, channels: ChannelFaces) -> None:
        super().__init__()
        self.source = Sent(services, channels)
        self._workspace_id = self.words = ""
        self.chips = ChipBar(theme, dict(self._chip_words()), self.tr("Show messages by what became of them"))
        self.detail = OutgoingDetail(services, theme, bridge, slots, channels)
        self._empty = EmptyState(
            theme, "send", self.tr("Nothing has been sent yet"),
            self.tr("Every result, answer and notice on its way to a channel or to this computer is listed here, "
                    "with what became of it. Nothing gets lost without a word."),
        )  # fmt: skip
        self.body = SideBySide(theme, self._wording(), self.source, slots, services.clock, self.detail.view,
                               self._empty)  # fmt: skip
        self._top = row((self.chips, 1), spacing=8)
        boxed(column(self._top, (self.body, 1), spacing=12), self)
        self.chips.chosen.connect(self._narrow)
        self.body.wanted.connect(self.detail.show)
        self.body.entered.connect(self.detail.enter)
        self.body.counted.connect(self._show_counts)
        self.body.widen.connect(self.widen)
        self.detail.shown.connect(self._shown)
        self.detail.lost.connect(self._lost)
        self.detail.withdrawn.connect(self.withdrawn)
        bridge.outbox_changed.connect(self._follow)
        bridge.zone_changed.connect(self.begin)
        for keys, do in (("R", self.detail.resend_by_key), ("Del", self.detail.drop)):
            shortcut = QShortcut(QKeySequence(keys), self.body.list)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(do)

    def put_beside_chips(self, button: Button) -> None:
        """Show a button at the end of the chips: they wrap where there is little room, the head of the page cannot."""
        self._top.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)

    def set_workspace(self, workspace_id: str) -> None:
        """Show the messages of a workspace, and those that belong to none."""
        if workspace_id != self._workspace_id:
            self._workspace_id = workspace_id
            self._lost()
            self.begin()

    def search(self, words: str) -> None:
        """Show those with all of these words."""
        self.words = words
        self.begin()

    def narrow(self, part: OutgoingFilter) -> None:
        """Show one part."""
        self.chips.set_current(part.value)
        self.begin()

    def show_message(self, item_id: str) -> None:
        """Show one message, whether or not the list has it in sight."""
        self.body.choose(item_id)

    def widen(self) -> None:
        """Show everything."""
        self.words = ""
        self.narrow(OutgoingFilter.ALL)

    def begin(self) -> None:
        """Read from the beginning."""
        states = OutgoingFilter(self.chips.current).states
        self.source.query = OutboxQuery(workspace_id=self._workspace_id, states=states, search=self.words)
        self.body.narrowed = bool(states or self.words)
        self.body.begin()

    def _wording(self) -> Wording:
        return Wording(
            name=self.tr("Messages on their way out"),
            icon="mail",
            loading=self.tr("Loading messages"),
            choose=(self.tr("Choose a message"), self.tr("What it says and what became of it is shown here.")),
            no_match=(self.tr("No message matches"),
                      self.tr("Other messages are hidden by the search or a filter.")),
            unreadable=self.tr("The outbox cannot be read"),
        )  # fmt: skip

    def _chip_words(self) -> tuple[tuple[str, str], ...]:
        return (
            (OutgoingFilter.ALL.value, self.tr("All")),
            (OutgoingFilter.WAITING.value, self.tr("On their way")),
            (OutgoingFilter.FAILED.value, self.tr("Not delivered")),
            (OutgoingFilter.UNKNOWN.value, self.tr("Perhaps delivered")),
            (OutgoingFilter.DELIVERED.value, self.tr("Delivered")),
            (OutgoingFilter.DROPPED.value, self.tr("Dropped")),
        )

    def _show_counts(self) -> None:
        for key, word in self._chip_words():
            count = self.source.number(OutgoingFilter(key).states)
            self.chips.set_text(key, f"{word}  {count:n}" if count else word)
        self.counted.emit()

    def _narrow(self, _key: str) -> None:
        self.begin()

    def _follow(self, _what: object) -> None:
        self.body.reader.follow()

    def _shown(self, _item: OutboxItem) -> None:
        self.body.set_shown(shown=True)

    def _lost(self) -> None:
        self.detail.forget()
        self.body.set_shown(shown=False)
