"""One of the first steps: a question, what there is to choose, and what going on means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column
from kata_desktop.ui.widgets.scrolled import scrolled

if TYPE_CHECKING:
    from kata_desktop.ui.widgets.layout import Part


class Step(QWidget):
    """A title, a sentence and the parts below them, scrolled where there is no room.

    Signals:
        changed: what the main button says is different now.
    """

    changed = Signal()

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title = Label(title, TextRole.H1, wrap=True)
        self._text = Label(text, TextRole.MUTED, wrap=True)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)

    def arrange(self, *parts: Part) -> None:
        """Put the parts below the words; to be called once."""
        body = boxed(column(self._title, self._text, 6, *parts, None, margins=(28, 26, 28, 20), spacing=8))
        boxed(column(scrolled(body, self._title.text())), self)

    @property
    def words(self) -> str:
        """What the main button says."""
        return QCoreApplication.translate("FirstStart", "Next")

    def opened(self) -> None:
        """It came into sight."""

    async def apply(self) -> bool:
        """Do what was chosen; False when something has to be put right first. Raises `KataError`."""
        return True
