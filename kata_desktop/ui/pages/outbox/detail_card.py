"""The card beside a list of messages: head, notice, text and details, below each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from kata_desktop.ui.pages.activity.facts_view import FactsView
from kata_desktop.ui.pages.outbox.text_part import TextPart
from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.frames import Card
from kata_desktop.ui.widgets.labels import ElidedLabel, Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, row
from kata_desktop.ui.widgets.tile import Tile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kata_desktop.ui.pages.activity.facts_view import Fact
    from kata_desktop.ui.pages.outbox.notice_card import NoticeCard
    from kata_desktop.ui.theme.theme import Theme


class DetailCard(Card):
    """Shows what it is given.

    Attributes:
        notice: what a person should know, with what to do about it.
        buttons: what else can be done.
        text: what was written.
        open_run: shows the run in Activity.
    """

    def __init__(self, theme: Theme, name: str, heading: str, notice: NoticeCard, *buttons: Button) -> None:
        """Make a card called `name`; `heading` stands over the text, `buttons` beside the title."""
        self._theme = theme
        self._tile = Tile(theme, "send", size=36)
        self._title = ElidedLabel("", TextRole.H2)
        self._line = Label("", TextRole.SMALL, wrap=True)
        self.notice = notice
        self.text = TextPart(theme, heading)
        self._facts = FactsView(theme, self.tr("Details"))
        self.buttons = buttons
        self.open_run = Button(theme, self.tr("Show the run in Activity"), ButtonKind.LINK, icon="history")
        head = row(self._tile, (column(self._title, self._line, spacing=1), 1), *buttons, spacing=9)
        details = column(Label(self.tr("Details"), TextRole.SECTION), self._facts, spacing=7)
        body = boxed(column(self.notice, self.text, details, None, margins=(18, 6, 18, 12), spacing=14))
        body.setProperty("scrollbody", "true")
        foot = row(self.open_run, None, margins=(18, 4, 18, 12))
        lines = column(row((head, 1), margins=(18, 16, 14, 6)), (self._scrolled(body, name), 1), foot,
                       margins=(1, 1, 1, 1), spacing=0)  # fmt: skip
        super().__init__(lines)

    def show_head(self, icon: str, title: str, line: str, *, active: bool = True) -> None:
        """Show which message it is."""
        self._tile.set_look(icon, active=active)
        self._title.set_text(title)
        self._line.setText(line)

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show the details."""
        self._facts.set_facts(facts)

    def to_top(self) -> None:
        """Show the beginning, as for another message."""
        self._scroll.verticalScrollBar().setValue(0)

    def take_keyboard(self) -> None:
        """Bring the keyboard to the first thing that can be done."""
        for button in (self.notice.button, *self.buttons, self.open_run):
            if button.isVisibleTo(self) and button.isEnabled():
                button.setFocus(Qt.FocusReason.TabFocusReason)
                return

    @property
    def title(self) -> str:
        """What stands at the top."""
        return self._title.text()

    @property
    def line(self) -> str:
        """The words below the title."""
        return self._line.text()

    @property
    def facts(self) -> dict[str, str]:
        """What the details say, by name."""
        return dict(self._facts.facts)

    def _scrolled(self, body: QWidget, name: str) -> QScrollArea:
        self._scroll = QScrollArea()
        self._scroll.setAccessibleName(name)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(body)
        return self._scroll
