"""Where a person goes on talking: several lines, Ctrl+Enter sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QBoxLayout, QWidget

from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.fields import ProseField
from kata_desktop.ui.widgets.labels import Label, TextRole, plain_tip
from kata_desktop.ui.widgets.layout import boxed, column, row

if TYPE_CHECKING:
    from kata_desktop.ui.theme.theme import Theme

LONGEST = 60_000
"""Characters of one reply."""
_LINES = 2


class ReplyBox(QWidget):
    """A field, Send and, while an answer goes on, Stop.

    Attributes:
        field: what is typed.
        send: says it.
        stop: ends the answer that goes on.

    Signals:
        sent: the text of a reply; `done` empties the field once it is on its way.
    """

    sent = Signal(str)

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = ProseField(theme, self.tr("Reply"), lines=_LINES)
        self.field.setPlaceholderText(self.tr("Go on with this conversation"))
        self.send = Button(theme, self.tr("Send"), ButtonKind.PRIMARY, icon="send")
        self.stop = Button(theme, self.tr("Stop"), ButtonKind.DANGER, icon="square")
        self._hint = Label("", TextRole.SMALL, wrap=True)
        self._busy = False
        buttons = row((self._hint, 1), self.stop, self.send, spacing=8)
        self._parts = column((self.field, 1), buttons, spacing=7)
        boxed(self._parts, self)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self._tell)
        self.send.setEnabled(False)
        self.stop.hide()
        self.set_hint("")
        self.field.textChanged.connect(self._follow)
        self.send.clicked.connect(self._tell)

    def set_hint(self, text: str) -> None:
        """Say who will read what is sent."""
        keys = self.tr("Ctrl+Enter sends.")
        self._hint.setText(f"{text} {keys}".strip())
        self.field.setAccessibleDescription(self._hint.text())
        self.field.setToolTip(plain_tip(self._hint.text()) if self._hint.isHidden() else "")

    def set_compact(self, *, compact: bool) -> None:
        """Take one line, where there is little room: the words below the field become its tip."""
        if compact == self._hint.isHidden():
            return
        self._hint.setVisible(not compact)
        self.field.set_lines(1 if compact else _LINES)
        way = QBoxLayout.Direction
        self._parts.setDirection(way.LeftToRight if compact else way.TopToBottom)
        self.field.setToolTip(plain_tip(self._hint.text()) if compact else "")

    def set_busy(self, busy: bool) -> None:
        """Nothing can be sent while the reply before is under way; what was typed stays."""
        self._busy = busy
        self.field.setReadOnly(busy)
        self._follow()

    def set_going(self, going: bool) -> None:
        """Offer to stop the answer that goes on."""
        self.stop.setVisible(going)
        self.stop.setEnabled(going)

    def done(self) -> None:
        """The reply is on its way."""
        self.field.clear()

    def _follow(self) -> None:
        self.send.setEnabled(not self._busy and bool(self.field.toPlainText().strip()))

    def _tell(self) -> None:
        if self.send.isEnabled():
            self.sent.emit(self.field.toPlainText()[:LONGEST])
