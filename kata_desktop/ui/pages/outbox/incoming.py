"""Messages that came in: what became of each, why some were left out, and trying again."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kata_desktop.domain.channel import InboxItem, InboxState
from kata_desktop.ui.models.paged_rows import PAGE
from kata_desktop.ui.pages.activity.local_time import LocalTime
from kata_desktop.ui.pages.outbox.incoming_detail import IncomingDetail
from kata_desktop.ui.pages.outbox.incoming_words import face_of
from kata_desktop.ui.widgets.chips import ChipBar
from kata_desktop.ui.widgets.empty_state import EmptyState
from kata_desktop.ui.widgets.layout import boxed, column
from kata_desktop.ui.widgets.side_by_side import SideBySide, Wording

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.models.channel_faces import ChannelFaces
    from kata_desktop.ui.models.paged_rows import Face
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.slots import Slots
    from kata_desktop.ui.theme.theme import Theme


class IncomingFilter(enum.StrEnum):
    """A part of the inbox."""

    ALL = "all"
    """Everything."""
    FAILED = "failed"
    """Could not be taken on."""
    IGNORED = "ignored"
    """Left out, for a reason."""
    ANSWERED = "answered"
    """Taken on by a run, or answered at once."""
    WAITING = "waiting"
    """Not decided about yet."""

    @property
    def states(self) -> tuple[InboxState, ...]:
        """The states of its messages; none for all."""
        return {
            IncomingFilter.ALL: (),
            IncomingFilter.FAILED: (InboxState.FAILED,),
            IncomingFilter.IGNORED: (InboxState.IGNORED,),
            IncomingFilter.ANSWERED: (InboxState.QUEUED, InboxState.HANDLED),
            IncomingFilter.WAITING: (InboxState.RECEIVED,),
        }[self]


class Received:
    """Asks for messages and puts them into the words of this place.

    Attributes:
        workspace_id: whose.
        states: in which states; none for any.
        search: words that are all in them; empty for every one.
        counts: how many there were in each state, when they were counted last.
        items: the messages in memory, by id.
    """

    def __init__(self, services: Services, channels: ChannelFaces) -> None:
        self._services, self._channels = services, channels
        self.workspace_id = ""
        self.states: tuple[InboxState, ...] = ()
        self.search = ""
        self.counts: Mapping[InboxState, int] = {}
        self.items: dict[str, InboxItem] = {}

    async def count(self) -> int:
        """Return how many there are."""
        await self._channels.know(self.workspace_id)
        self.counts = await self._services.channels.inbox_counts(self.workspace_id, search=self.search)
        self.items.clear()
        return self.number(self.states)

    def number(self, states: tuple[InboxState, ...]) -> int:
        """How many are in some states; none named: in any."""
        return sum(count for state, count in self.counts.items() if not states or state in states)

    async def page(self, number: int) -> tuple[Face, ...]:
        """Return the rows of one page."""
        items = await self._services.channels.inbox(
            self.workspace_id, states=self.states, search=self.search, limit=PAGE, offset=number * PAGE
        )
        self.items.update({item.id: item for item in items})
        clock = self._services.clock
        when = LocalTime(clock.now(), clock.zone_name())
        return tuple(face_of(item, when, self._channels) for item in items)


class IncomingPanel(QWidget):
    """The second tab of the outbox.

    Attributes:
        chips: by what became of them.
        body: list and message.
        detail: the chosen message.

    Signals:
        counted: the numbers of the chips are known.
    """

    counted = Signal()

    def __init__(self, services: Services, theme: Theme, bridge: Bridge, slots: Slots, channels: ChannelFaces) -> None:
        super().__init__()
        self._bridge = bridge
        self.source = Received(services, channels)
        self.chips = ChipBar(theme, dict(self._chip_words()), self.tr("Show messages by what became of them"))
        self.detail = IncomingDetail(services, theme, bridge, slots, channels)
        self._empty = EmptyState(
            theme, "inbox", self.tr("Nothing has come in yet"),
            self.tr("What people write in your channels is listed here, with what became of it: answered, left out "
                    "and why, or not taken on."),
            action=self.tr("Connect a channel"),
        )  # fmt: skip
        self.body = SideBySide(theme, self._wording(), self.source, slots, services.clock, self.detail.view,
                               self._empty)  # fmt: skip
        boxed(column(self.chips, (self.body, 1), spacing=12), self)
        self.chips.chosen.connect(self._narrow)
        self.body.wanted.connect(self._show)
        self.body.entered.connect(self._enter)
        self.body.counted.connect(self._show_counts)
        self.body.widen.connect(self.widen)
        self._empty.acted.connect(self._leave_for_plugins)
        bridge.inbox_changed.connect(self.body.reader.follow)
        bridge.zone_changed.connect(self.begin)

    @property
    def words(self) -> str:
        """What is searched for; empty for nothing."""
        return self.source.search

    def set_workspace(self, workspace_id: str) -> None:
        """Show the messages of a workspace."""
        if workspace_id != self.source.workspace_id:
            self.source.workspace_id = workspace_id
            self.body.set_shown(shown=False)
            self.begin()

    def search(self, words: str) -> None:
        """Show those with all of these words."""
        self.source.search = words
        self.begin()

    def narrow(self, part: IncomingFilter) -> None:
        """Show one part."""
        self.chips.set_current(part.value)
        self.begin()

    def widen(self) -> None:
        """Show everything."""
        self.source.search = ""
        self.narrow(IncomingFilter.ALL)

    def begin(self) -> None:
        """Read from the beginning."""
        self.source.states = IncomingFilter(self.chips.current).states
        self.body.narrowed = bool(self.source.states or self.source.search)
        self.body.begin()

    def _wording(self) -> Wording:
        return Wording(
            name=self.tr("Messages that came in"),
            icon="inbox",
            loading=self.tr("Loading messages"),
            choose=(self.tr("Choose a message"), self.tr("What it says and what became of it is shown here.")),
            no_match=(self.tr("No message matches"), self.tr("Other messages are hidden by the search or a filter.")),
            unreadable=self.tr("The inbox cannot be read"),
        )

    def _chip_words(self) -> tuple[tuple[str, str], ...]:
        return (
            (IncomingFilter.ALL.value, self.tr("All")),
            (IncomingFilter.FAILED.value, self.tr("Not taken on")),
            (IncomingFilter.IGNORED.value, self.tr("Left out")),
            (IncomingFilter.ANSWERED.value, self.tr("Taken on")),
            (IncomingFilter.WAITING.value, self.tr("Waiting")),
        )

    def _show_counts(self) -> None:
        for key, word in self._chip_words():
            count = self.source.number(IncomingFilter(key).states)
            self.chips.set_text(key, f"{word}  {count:n}" if count else word)
        self._show(self.body.chosen)
        self.counted.emit()

    def _narrow(self, _key: str) -> None:
        self.begin()

    def _show(self, ident: str) -> None:
        if (item := self.source.items.get(ident)) is not None:
            self.detail.show(item)
            self.body.set_shown(shown=True)

    def _enter(self, ident: str) -> None:
        self._show(ident)
        self.detail.view.take_keyboard()

    def _leave_for_plugins(self) -> None:
        self._bridge.page_wanted.emit("plugins", "")
