"""The page of conversations: with people in channels and with tasks, one of them in full beside the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QWidget

from kata_desktop.ui.models.channel_faces import ChannelFaces
from kata_desktop.ui.pages.sessions.conversations import Conversations
from kata_desktop.ui.pages.sessions.talk import Talk
from kata_desktop.ui.pages.sessions.talk_control import TalkControl
from kata_desktop.ui.slots import Slots
from kata_desktop.ui.widgets.empty_state import EmptyState
from kata_desktop.ui.widgets.fields import SearchField
from kata_desktop.ui.widgets.labels import ElidedLabel, Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, row
from kata_desktop.ui.widgets.side_by_side import SideBySide, Wording

if TYPE_CHECKING:
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.theme.theme import Theme

_PAUSE_MS = 180
"""Quiet time after a keystroke before the store is asked."""


class SessionsPage(QWidget):
    """The conversations of a workspace, the last used first, live.

    Attributes:
        slots: starts what takes time.
        search: words to look for.
        talk: the chosen conversation.
        control: what it does.
        body: list and conversation.
    """

    def __init__(self, services: Services, theme: Theme, bridge: Bridge) -> None:
        super().__init__()
        self.slots = Slots(services.spawner, bridge.told.emit)
        self._theme, self._bridge = theme, bridge
        self._entering = False
        channels = ChannelFaces(services)
        self._source = Conversations(services, channels)
        self.search = SearchField(theme, self.tr("Search sessions  (Ctrl+F)"))
        self.talk = Talk(theme)
        self.control = TalkControl(self.talk, services, theme, bridge, self.slots, channels)
        self._empty = EmptyState(
            theme, "message-square", self.tr("No conversations yet"),
            self.tr("They begin when a model answers a prompt, or when somebody you let in writes in a channel. "
                    "Here you read them and go on with them."),
            action=self.tr("Connect a channel"),
        )  # fmt: skip
        self.body = SideBySide(theme, self._wording(), self._source, self.slots, services.clock, self.talk,
                               self._empty, shares=(346, 544))  # fmt: skip
        self._sub = ElidedLabel("", TextRole.MUTED)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        titles = column(Label(self.tr("Sessions"), TextRole.H1), self._sub, spacing=2)
        head = row((titles, 3), (self.search, 2), spacing=8)
        boxed(column(head, (self.body, 1), margins=(26, 20, 26, 20), spacing=14), self)
        self._connect()

    @property
    def busy(self) -> bool:
        """Whether something is being read."""
        return self.body.reader.busy or self.control.busy or self._pause.isActive()

    def set_workspace(self, workspace_id: str) -> None:
        """Show the conversations of a workspace."""
        if workspace_id != self._source.workspace_id:
            self._source.workspace_id = workspace_id
            self._lose()
            self._begin()

    def show_session(self, session_id: str) -> None:
        """Show one conversation, whether or not the list has it in sight."""
        self.body.choose(session_id)

    def focus_search(self) -> None:
        """Bring the keyboard to the search."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _wording(self) -> Wording:
        return Wording(
            name=self.tr("Conversations"),
            icon="message-square",
            loading=self.tr("Loading conversations"),
            choose=(self.tr("Choose a conversation"), self.tr("What was said in it is shown here.")),
            no_match=(self.tr("No conversation matches"),
                      self.tr("Titles, rooms, names of tasks and last words are searched.")),
            unreadable=self.tr("The conversations cannot be read"),
        )  # fmt: skip

    def _connect(self) -> None:
        bridge = self._bridge
        self._pause.timeout.connect(self._begin)
        self.search.textChanged.connect(self._typed)
        self.body.wanted.connect(self.control.show)
        self.body.entered.connect(self._enter)
        self.body.counted.connect(self._show_count)
        self.body.widen.connect(self.search.clear)
        self.control.shown.connect(self._talk_shown)
        self.control.lost.connect(self._lose)
        bridge.sessions_changed.connect(self._follow)
        bridge.runs_changed.connect(self._follow)
        bridge.zone_changed.connect(self._begin)
        self._empty.acted.connect(self._leave_for_plugins)

    def _typed(self) -> None:
        self._pause.start()

    def _begin(self) -> None:
        self._source.search = self.search.text().strip()
        self.body.narrowed = bool(self._source.search)
        self.body.begin()

    def _follow(self, _what: object) -> None:
        self.body.reader.follow()

    def _show_count(self) -> None:
        total = self.body.list.rows.total
        many = self.tr("%n conversations", "", total) if total else ""
        self._sub.set_text(self.tr("1 conversation") if total == 1 else many)

    def _enter(self, session_id: str) -> None:
        self._entering = True
        self.control.show(session_id)

    def _talk_shown(self, _session_id: str) -> None:
        self.body.set_shown(shown=True)
        if self._entering:
            self._entering = False
            self.talk.take_keyboard()

    def _lose(self) -> None:
        self.control.session_id = ""
        self.body.set_shown(shown=False)

    def _leave_for_plugins(self) -> None:
        self._bridge.page_wanted.emit("plugins", "")
