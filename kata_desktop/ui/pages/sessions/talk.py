"""One conversation: its head, what was said, and the field to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from kata_desktop.ui.pages.sessions.reply_box import ReplyBox
from kata_desktop.ui.pages.sessions.turns_view import TurnsView
from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.banner import Banner
from kata_desktop.ui.widgets.buttons import Button, ButtonKind, MenuButton
from kata_desktop.ui.widgets.frames import Card, Divider
from kata_desktop.ui.widgets.labels import ElidedLabel, TextRole
from kata_desktop.ui.widgets.layout import column, row
from kata_desktop.ui.widgets.tile import Tile

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from kata_desktop.ui.theme.theme import Theme

_LOW_BELOW = 340
"""A talk lower than this length of the design has a reply of one line."""


class Talk(Card):
    """Shows what it is given; what a person wants to be done it only tells.

    Attributes:
        turns: what was said.
        reply: the field to go on.
        copy: copies all of it.
        anew: lets it begin anew with the next message; shown where a channel would go on in it.
        note: what one should know before going on.

    Signals:
        menu_wanted: the menu opens; fill it.
    """

    menu_wanted = Signal(QMenu)

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        self._theme = theme
        self._tile = Tile(theme, "message-square", size=36)
        self._name = ElidedLabel("", TextRole.H2)
        self._line = ElidedLabel("", TextRole.SMALL)
        self.anew = Button(theme, self.tr("Reset…"), icon="rotate-ccw")
        self.copy = Button(theme, kind=ButtonKind.GHOST, icon="copy", name=self.tr("Copy conversation"))
        self.more = MenuButton(theme, name=self.tr("More about this conversation"))
        self.note = Banner(theme, Tone.MUTED, icon="info")
        self.turns = TurnsView(theme)
        self.reply = ReplyBox(theme)
        words = column(self._name, self._line, spacing=1)
        head = row(self._tile, (words, 1), self.anew, self.copy, self.more, margins=(18, 14, 12, 10), spacing=11)
        note = row(self.note, margins=(18, 8, 18, 2))
        foot = row((self.reply, 1), margins=(18, 10, 18, 14))
        parts = column(head, Divider(), note, (self.turns, 1), Divider(), foot, margins=(1, 1, 1, 1), spacing=0)
        super().__init__(parts, parent=parent)
        self.note.hide()
        self.more.about_to_show.connect(self.menu_wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave room for what was said, in a low window and with large letters."""
        super().resizeEvent(event)
        self.reply.set_compact(compact=self.height() < self._theme.px(_LOW_BELOW))

    def show_head(self, icon: str, name: str, line: str, *, closed: bool) -> None:
        """Show which conversation it is."""
        self._tile.set_look(icon, active=not closed)
        self._name.set_text(name)
        self._line.set_text(line)

    @property
    def name(self) -> str:
        """What the conversation is called."""
        return self._name.text()

    @property
    def line(self) -> str:
        """What stands below its name."""
        return self._line.text()

    def take_keyboard(self) -> None:
        """Bring the keyboard to the field."""
        self.reply.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
