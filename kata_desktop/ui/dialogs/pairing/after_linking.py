"""What comes next when a phone is linked: nobody is answered before somebody is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.labels import Label
from kata_desktop.ui.widgets.layout import boxed, column, row

if TYPE_CHECKING:
    from kata_desktop.ui.theme.theme import Theme


class AfterLinking(QWidget):
    """A sentence and the way on.

    Attributes:
        button: the way on.

    Signals:
        acted: the button was pressed.
    """

    acted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        words = Label(
            self.tr(
                "Now say who may write to Kata: name their phone numbers, and your own for the chat with yourself."
            ),
            wrap=True,
        )
        self.button = Button(theme, self.tr("Say who may write…"), ButtonKind.LINK)
        boxed(column(words, row(self.button, None), spacing=8), self)
        self.button.clicked.connect(self._act)

    def _act(self) -> None:
        self.acted.emit()
