"""Where a run's messages went, and sending again what did not arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kata_desktop.domain.notification import NotificationKind, OutboxItem, OutboxState
from kata_desktop.domain.task import DESKTOP
from kata_desktop.ui.widgets.buttons import Button
from kata_desktop.ui.widgets.labels import IconLabel, Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, clear, column, row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kata_desktop.ui.pages.activity.local_time import LocalTime
    from kata_desktop.ui.theme.theme import Theme
    from kata_desktop.ui.theme.tokens import ColorRole

_SIGNS: dict[OutboxState, tuple[str, ColorRole]] = {
    OutboxState.PENDING: ("clock", "text_2"),
    OutboxState.SENDING: ("send", "run"),
    OutboxState.DELIVERED: ("circle-check", "ok"),
    OutboxState.FAILED: ("circle-x", "bad"),
    OutboxState.UNKNOWN: ("circle-help", "warn"),
    OutboxState.DROPPED: ("circle-minus", "text_3"),
}
RESENDABLE = frozenset({OutboxState.FAILED, OutboxState.UNKNOWN, OutboxState.DROPPED})
"""States in which a person may send a message again."""


class DeliveriesView(QWidget):
    """One line for each message with its state; what may be sent again has a button.

    Signals:
        resend: a person wants the message with this id sent again.
    """

    resend = Signal(str)

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: tuple[OutboxItem, ...] = ()
        self._places: Mapping[str, str] = {}
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(7)
        self.setAccessibleName(self.tr("Delivered to"))

    def set_items(self, items: Sequence[OutboxItem], when: LocalTime, places: Mapping[str, str]) -> None:
        """Show the messages of a run; `places` are where they go, as people call it, by their ids."""
        if (tuple(items), places) == (self._shown, self._places):
            return
        self._shown, self._places = tuple(items), places
        clear(self._lines)
        for item in self._shown:
            self._lines.addWidget(self._line(item, when))
        self.setVisible(bool(self._shown))

    def _line(self, item: OutboxItem, when: LocalTime) -> QWidget:
        icon, ink = _SIGNS[item.state]
        words = self._words(item, when)
        text = column(Label(words, wrap=True), spacing=1)
        if item.last_error and item.state is not OutboxState.DELIVERED:
            text.addWidget(Label(item.last_error, TextRole.SMALL, wrap=True))
        again = Button(self._theme, self.tr("Send again"))
        again.setProperty("item", item.id)
        again.setVisible(item.state in RESENDABLE)
        again.setAccessibleDescription(words)
        again.clicked.connect(self._again)
        line = boxed(row(IconLabel(self._theme, icon, ink, 15), (text, 1), again, spacing=9))
        line.setAccessibleName(words)
        return line

    def _words(self, item: OutboxItem, when: LocalTime) -> str:
        template = self.tr("{target}: {state}")
        return template.format(target=self._target(item), state=self._state(item, when))

    def _target(self, item: OutboxItem) -> str:
        name = self.tr("Notification") if item.target_kind == DESKTOP.kind else self._places[item.id]
        kind = {
            NotificationKind.FAILURE: self.tr("failure"),
            NotificationKind.RECOVERY: self.tr("works again"),
            NotificationKind.ATTENTION: self.tr("needs you"),
        }.get(item.kind, "")
        return self.tr("{name} ({kind})").format(name=name, kind=kind) if kind else name

    def _state(self, item: OutboxItem, when: LocalTime) -> str:
        at = when.past(item.delivered_at) if item.delivered_at else ""
        again = when.coming(item.next_at) if item.next_at else ""
        return {
            OutboxState.PENDING: self.tr("waits, to be sent {at}").format(at=again),
            OutboxState.SENDING: self.tr("being sent"),
            OutboxState.DELIVERED: self.tr("delivered {at}").format(at=at),
            OutboxState.FAILED: self.tr("not delivered"),
            OutboxState.UNKNOWN: self.tr("perhaps delivered"),
            OutboxState.DROPPED: self.tr("dropped"),
        }[item.state]

    def _again(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self.resend.emit(str(button.property("item")))
