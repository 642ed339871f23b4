"""A line to go on talking about a result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from kata_desktop.ui.widgets.buttons import Button
from kata_desktop.ui.widgets.layout import boxed, row

if TYPE_CHECKING:
    from kata_desktop.ui.theme.theme import Theme

_LONGEST = 20_000


class ReplyLine(QWidget):
    """What a person wants to say next in the conversation of a run; Enter sends it.

    Signals:
        sent: the text of a reply; `done` empties the line once it is on its way.
    """

    sent = Signal(str)

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = QLineEdit()
        self.field.setMaxLength(_LONGEST)
        self.field.setPlaceholderText(self.tr("Reply to go on with this conversation"))
        self.field.setAccessibleName(self.tr("Reply"))
        self._send = Button(theme, self.tr("Send"), icon="send")
        boxed(row((self.field, 1), self._send, spacing=8), self)
        self._stand_in: QWidget | None = None
        self._send.setEnabled(False)
        self.field.textChanged.connect(self._follow)
        self.field.returnPressed.connect(self._tell)
        self._send.clicked.connect(self._tell)

    def set_busy(self, busy: bool) -> None:
        """Nothing can be sent while the reply before is under way; what was typed stays, and so does the keyboard."""
        if self._has_keyboard():
            self.field.setFocus()  # the button that was pressed is off now: Qt would go on to the next one
        self.field.setReadOnly(busy)
        self._send.setEnabled(not busy and bool(self.field.text().strip()))

    def offer(self, *, possible: bool) -> None:
        """Show it while there is something to reply to; the keyboard comes back with it unless it was taken away."""
        here = self._has_keyboard()
        self.setVisible(possible)
        now = self.window().focusWidget()
        if here and not possible:
            self._stand_in = now
        elif possible and self._stand_in is not None:
            if now is self._stand_in:
                self.field.setFocus()
            self._stand_in = None

    def _has_keyboard(self) -> bool:
        return self.window().focusWidget() in (self.field, self._send)

    def done(self) -> None:
        """The reply is on its way."""
        self.field.clear()

    def _follow(self, text: str) -> None:
        self._send.setEnabled(bool(text.strip()))

    def _tell(self) -> None:
        if self.field.text().strip() and not self.field.isReadOnly():
            self.sent.emit(self.field.text())
