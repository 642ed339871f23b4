"""What a person should know about a message, over the whole width, with what can be done about it below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.frames import Card
from kata_desktop.ui.widgets.labels import IconLabel, Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, flow, row

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from kata_desktop.ui.pages.outbox.message_words import Notice
    from kata_desktop.ui.theme.theme import Theme


class NoticeCard(Card):
    """An icon, a title, what is known, what is risked, and buttons.

    Attributes:
        button: the main thing to do; hidden while there is none.

    Signals:
        acted: the main button was pressed.
    """

    acted = Signal()

    def __init__(self, theme: Theme, *more: Button, parent: QWidget | None = None) -> None:
        """Make a card; `more` buttons stand before the main one, and are shown by whoever gives them."""
        self._icon = IconLabel(theme, "info", "text_2", 18)
        self._title = Label("", TextRole.TITLE, wrap=True)
        self._known = Label("", wrap=True, selectable=True)
        self._risk_title = Label(self.tr("If you send it again"), TextRole.TITLE)
        self._risk = Label("", wrap=True)
        self.button = Button(theme, self.tr("Send again"), ButtonKind.PRIMARY)
        self._more = more
        words = column(self._title, self._known, 4, self._risk_title, self._risk, spacing=2)
        self._buttons = flow(*more, self.button)
        lines = column(row(column(self._icon, None), (boxed(words), 1), spacing=12), self._buttons,
                       margins=(14, 12, 14, 12), spacing=10)  # fmt: skip
        super().__init__(lines, "muted", parent=parent)
        self.button.clicked.connect(self._act)
        self.hide()

    def show_notice(self, said: Notice | None) -> None:
        """Show what a person should know; None hides the card."""
        self.setVisible(said is not None)
        if said is None:
            return
        self.set_kind(said.tone.value)
        self._icon.set_icon(said.icon, said.tone.ink if said.tone is not Tone.MUTED else "text_2")
        self._title.setText(said.title)
        self._known.setText(said.text)
        self._known.setAccessibleName(said.text)
        self._known.setVisible(bool(said.text))
        self._risk.setText(said.risk)
        for label in (self._risk, self._risk_title):
            label.setVisible(bool(said.risk))
        self.button.set_text(said.label)
        self.button.setVisible(bool(said.label))
        self._buttons.setVisible(bool(said.label) or any(not each.isHidden() for each in self._more))
        self.setAccessibleName(" ".join(part for part in (said.title, said.text, said.risk) if part))

    @property
    def words(self) -> str:
        """All that it says."""
        return self.accessibleName()

    def _act(self, _down: bool) -> None:
        self.acted.emit()
