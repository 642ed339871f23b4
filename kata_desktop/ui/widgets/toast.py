"""A message that goes by itself and offers to undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut

from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.frames import Card
from kata_desktop.ui.widgets.labels import IconLabel, Label
from kata_desktop.ui.widgets.layout import row

if TYPE_CHECKING:
    from PySide6.QtGui import QEnterEvent, QKeyEvent
    from PySide6.QtWidgets import QWidget

    from kata_desktop.ui.theme.theme import Theme

SHOWN_SECONDS = 10.0
"""How long a person has to undo."""
_GAP = 18


class Toast(Card):
    """One message at the lower edge of its host; waits while the pointer or the keyboard is on it.

    The keyboard reaches it with Tab; Undo also works from anywhere in the window with the usual key, and Escape
    sends the message away.

    Signals:
        undone: the person wants it back.
        gone: the time is over or the message was sent away; it stays done.
    """

    undone = Signal()
    gone = Signal()

    def __init__(
        self,
        theme: Theme,
        host: QWidget,
        text: str,
        *,
        undo: str = "",
        icon: str = "check",
        seconds: float = SHOWN_SECONDS,
    ) -> None:
        """Show a message now.

        Args:
            theme: what it is drawn with.
            host: the widget it floats over.
            text: what was done.
            undo: what the button says; empty when it cannot be undone.
            icon: the name of an icon.
            seconds: how long it stays.
        """
        self._undo = Button(theme, undo, ButtonKind.LINK)
        self._close = Button(theme, kind=ButtonKind.GHOST, icon="x", name=self.tr("Close message"))
        words = Label(text)
        line = row(IconLabel(theme, icon), words, 10, self._undo, self._close, margins=(14, 5, 6, 5), spacing=8)
        super().__init__(line, "raised", parent=host)
        self._host = host
        self._left = round(seconds * 1000)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.dismiss)
        self._undo.setVisible(bool(undo))
        self._undo.clicked.connect(self._take_back)
        self._close.clicked.connect(self.dismiss)
        if undo:
            QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self).activated.connect(self._take_back)
        self.setAccessibleName(text)
        for widget in (host, self._undo, self._close):
            widget.installEventFilter(self)
        self.show()
        self._settle()
        self.raise_()
        self._timer.start(self._left)

    @property
    def paused(self) -> bool:
        """Whether the time stands still."""
        return not self._timer.isActive()

    def dismiss(self) -> None:
        """Send the message away; what it tells of stays done."""
        if not self.isHidden():
            self._end()
            self.gone.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in place while the host changes and wait while a button has the keyboard."""
        match event.type():
            case QEvent.Type.Resize if watched is self._host:
                self._settle()
            case QEvent.Type.FocusIn if watched is not self._host:
                self._pause()
            case QEvent.Type.FocusOut if watched is not self._host:
                self._resume()
            case _:
                pass
        return super().eventFilter(watched, event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Wait while the pointer is here."""
        self._pause()

    def leaveEvent(self, event: QEvent) -> None:
        """Go on."""
        self._resume()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def _settle(self) -> None:
        self.adjustSize()
        self.setMaximumWidth(max(self._host.width() - 2 * _GAP, 120))
        left = (self._host.width() - self.width()) // 2
        self.move(left, self._host.height() - self.height() - _GAP)

    def _pause(self) -> None:
        if self._timer.isActive():
            self._left = self._timer.remainingTime()
            self._timer.stop()

    def _resume(self) -> None:
        if not self.isHidden():
            self._timer.start(self._left)

    def _take_back(self) -> None:
        if not self.isHidden():
            self._end()
            self.undone.emit()

    def _end(self) -> None:
        self._timer.stop()
        self.hide()
        self.deleteLater()


class Toaster(QObject):
    """Shows one message at a time over a host; a new one ends the one before, which stays done."""

    def __init__(self, theme: Theme, host: QWidget) -> None:
        super().__init__(host)
        self._theme, self._host = theme, host
        self._toast: Toast | None = None

    def show_message(self, text: str, *, undo: str = "", icon: str = "check", seconds: float = SHOWN_SECONDS) -> Toast:
        """Show a message and return it; connect to its signals to learn how it ended."""
        if self._toast is not None:
            self._toast.gone.disconnect(self._forget)
            self._toast.undone.disconnect(self._forget)
            self._toast.dismiss()
        toast = Toast(self._theme, self._host, text, undo=undo, icon=icon, seconds=seconds)
        toast.gone.connect(self._forget)
        toast.undone.connect(self._forget)
        self._toast = toast
        return toast

    def _forget(self) -> None:
        self._toast = None
