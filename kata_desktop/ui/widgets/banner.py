"""A message across a page with at most one thing to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.frames import Card
from kata_desktop.ui.widgets.labels import IconLabel, Label, TextRole
from kata_desktop.ui.widgets.layout import column, row

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from kata_desktop.ui.theme.theme import Theme

_ICONS = {
    Tone.OK: "circle-check",
    Tone.WARN: "triangle-alert",
    Tone.BAD: "circle-x",
    Tone.INFO: "info",
    Tone.MUTED: "circle-minus",
}


class Banner(Card):
    """An icon, a title, a sentence and perhaps a button on a ground in its tone.

    Attributes:
        button: what to do about it; hidden while there is no action.

    Signals:
        acted: the button was pressed.
    """

    acted = Signal()

    def __init__(
        self,
        theme: Theme,
        tone: Tone,
        title: str = "",
        text: str = "",
        *,
        icon: str = "",
        action: str = "",
        primary: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Make a banner.

        Args:
            theme: what it is drawn with.
            tone: its mood.
            title: what happened; may be empty for one plain sentence.
            text: why, and what becomes of it.
            icon: the name of an icon; that of the tone when empty.
            action: what the button says; empty for none.
            primary: the action is the main one of the page.
            parent: the widget it is shown in.
        """
        self._title = Label(title, TextRole.TITLE, wrap=True)
        self._text = Label(text, TextRole.MUTED if title else TextRole.BODY, wrap=True)
        self._icon = IconLabel(theme, icon or _ICONS[tone], tone.ink, 18)
        self.button = Button(theme, action, ButtonKind.PRIMARY if primary else ButtonKind.PLAIN)
        words = column(self._title, self._text, spacing=1)
        line = row(self._icon, (words, 1), self.button, margins=(14, 9, 10, 9), spacing=12)
        super().__init__(line, tone.value, parent=parent)
        self.button.clicked.connect(self._act)
        self.set_message(title, text, action=action)

    def set_message(self, title: str, text: str, *, action: str = "") -> None:
        """Say something else in the same tone."""
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self.button.set_text(action)
        self.button.setVisible(bool(action))
        self.setAccessibleName(" ".join(part for part in (title, text) if part))

    def set_tone(self, tone: Tone, *, icon: str = "") -> None:
        """Change the mood."""
        self.set_kind(tone.value)
        self._icon.set_icon(icon or _ICONS[tone], tone.ink)

    def _act(self, _down: bool) -> None:
        self.acted.emit()
