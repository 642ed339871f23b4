"""Somebody who wrote, with what the owner can decide about them in one click."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from kata_desktop.domain.channel import SenderState
from kata_desktop.ui.moments import past_text, when_text
from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.frames import Row
from kata_desktop.ui.widgets.labels import ElidedLabel, Label, TextRole
from kata_desktop.ui.widgets.layout import column, row
from kata_desktop.ui.widgets.pill import Pill
from kata_desktop.ui.widgets.tile import Tile

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from kata_desktop.domain.channel import Sender
    from kata_desktop.ui.theme.theme import Theme

ALLOW, ALLOW_ALL, BLOCK, FORGET = "allow", "allow-all", "block", "forget"


class SenderRow(Row):
    """Shows one person; deciding is done elsewhere.

    Attributes:
        person: whom it shows.
        buttons: what can be decided.

    Signals:
        decided: (sender, one of `ALLOW`, `ALLOW_ALL`, `BLOCK`, `FORGET`).
    """

    decided = Signal(object, str)

    def __init__(self, theme: Theme, sender: Sender, channel: str, now: datetime, zone: tzinfo) -> None:
        """Show somebody who wrote in the channel with this name."""
        self.person = sender
        self._theme = theme
        self._decisions: dict[Button, str] = {}
        called = sender.name or sender.id
        name = ElidedLabel(called, TextRole.TITLE)
        about = ElidedLabel(self._about(channel, now, zone), TextRole.SMALL)
        words = column(name, about, spacing=2)
        icon = "user" if sender.state is not SenderState.BLOCKED else "ban"
        tile = Tile(theme, icon, size=36)
        tile.set_look(icon, active=sender.state is not SenderState.BLOCKED)
        buttons = self.buttons = [self._button(key, text, kind, called) for key, text, kind in self._offers()]
        code = Label(sender.code, TextRole.MONO, selectable=True)
        code.setAccessibleName(self.tr("Pairing code {code}").format(code=" ".join(sender.code)))
        code.setToolTip(self.tr("They were told this code; ask them for it to be sure who they are."))
        code.setVisible(bool(sender.code))
        line = row(tile, (words, 1), *self._marks(), code, *buttons, margins=(14, 9, 12, 9), spacing=9)
        super().__init__(line)
        for button in buttons:
            button.clicked.connect(self._decide)
        self.setAccessibleName(called)

    def _about(self, channel: str, now: datetime, zone: tzinfo) -> str:
        sender = self.person
        parts = [channel, sender.id]
        if sender.state is SenderState.PENDING and sender.expires_at is not None:
            parts.append(self.tr("until {time}").format(time=when_text(sender.expires_at, zone, now)))
        elif sender.created_at is not None:
            parts.append(self.tr("first wrote {time}").format(time=past_text(sender.created_at, zone, now)))
        return " · ".join(parts)

    def _marks(self) -> list[Pill]:
        sender = self.person
        match sender.state:
            case SenderState.PENDING:
                return []
            case SenderState.BLOCKED:
                return [Pill(self._theme, self.tr("Blocked"), Tone.MUTED)]
            case SenderState.ALLOWED if sender.direct and sender.group:
                return [Pill(self._theme, self.tr("Direct and groups"), Tone.OK)]
            case SenderState.ALLOWED:
                text = self.tr("Groups") if sender.group else self.tr("Direct messages")
                return [Pill(self._theme, text, Tone.OK)]

    def _offers(self) -> list[tuple[str, str, ButtonKind]]:
        match self.person.state:
            case SenderState.PENDING:
                return [
                    (BLOCK, self.tr("Block"), ButtonKind.DANGER),
                    (ALLOW_ALL, self.tr("Allow, also in groups"), ButtonKind.PLAIN),
                    (ALLOW, self.tr("Allow"), ButtonKind.PRIMARY),
                ]
            case SenderState.ALLOWED:
                more = [] if self.person.direct and self.person.group else [
                    (ALLOW_ALL, self.tr("Also in groups") if self.person.direct else self.tr("Also directly"),
                     ButtonKind.PLAIN)
                ]  # fmt: skip
                return [*more, (FORGET, self.tr("Remove"), ButtonKind.DANGER)]
            case SenderState.BLOCKED:
                return [(FORGET, self.tr("Unblock"), ButtonKind.PLAIN)]

    def _button(self, key: str, text: str, kind: ButtonKind, called: str) -> Button:
        button = Button(self._theme, text, kind)
        button.setAccessibleName(self.tr("{action}: {person}").format(action=text, person=called))
        self._decisions[button] = key
        return button

    def _decide(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self.setEnabled(False)  # one click, one decision
            self.decided.emit(self.person, self._decisions[button])
