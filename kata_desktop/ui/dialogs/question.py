"""A question with a few answers; nothing waits in a nested loop for it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog

from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.frames import Panel
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, row
from kata_desktop.ui.widgets.tile import Tile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QShowEvent
    from PySide6.QtWidgets import QWidget

    from kata_desktop.ui.theme.theme import Theme

CANCEL = ""
"""The answer of somebody who closed the question."""


class Question(QDialog):
    """An icon, a title, a sentence and its answers; Escape and closing answer `CANCEL`.

    Signals:
        answered: the key of the answer.
    """

    answered = Signal(str)

    def __init__(
        self,
        theme: Theme,
        title: str,
        text: str,
        answers: Mapping[str, str],
        *,
        icon: str = "circle-help",
        tone: Tone = Tone.INFO,
        danger: str = "",
        primary: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """Make a question.

        Args:
            theme: what it is drawn with.
            title: what is asked.
            text: what each answer means.
            answers: what the buttons say by key, the safest first.
            icon: the icon beside the title.
            tone: its mood.
            danger: the key of an answer that destroys something.
            primary: the key of the answer most people want; it has the keyboard at first.
            parent: the window it belongs to.
        """
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAccessibleDescription(text)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._answer = CANCEL
        self._keys: dict[Button, str] = {}
        words = column(Label(title, TextRole.H2, wrap=True), Label(text, TextRole.MUTED, wrap=True), None, spacing=6)
        tile = Tile(theme, icon, ink=tone.ink, ground=tone.soft, size=42)
        body = boxed(row(column(tile, None), (words, 1), margins=(22, 20, 22, 18), spacing=14))
        buttons = [self._button(theme, key, text, danger, primary) for key, text in answers.items()]
        footer = Panel(row(None, *buttons, margins=(20, 11, 20, 11), spacing=9), "footer")
        boxed(column((body, 1), footer, spacing=0), self)
        self.setMinimumWidth(theme.px(440))
        self.finished.connect(self._tell)

    def showEvent(self, event: QShowEvent) -> None:
        """Take the height that the wrapped words need: they do not enlarge a window by themselves."""
        super().showEvent(event)
        if (layout := self.layout()) is not None:
            self.resize(self.width(), max(self.height(), layout.totalHeightForWidth(self.width())))

    def _button(self, theme: Theme, key: str, text: str, danger: str, primary: str) -> Button:
        kind = ButtonKind.DANGER if key == danger else ButtonKind.PRIMARY if key == primary else ButtonKind.PLAIN
        button = Button(theme, text, kind)
        button.clicked.connect(self._choose)
        self._keys[button] = key
        if key == primary:
            button.setFocus()
        return button

    def _choose(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self._answer = self._keys[button]
            self.accept()

    def _tell(self) -> None:
        self.answered.emit(self._answer)


async def asked(question: Question) -> str:
    """Show a question and return its answer when it is there, `CANCEL` when it was closed."""
    future: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def take(answer: str) -> None:
        if not future.done():
            future.set_result(answer)

    question.answered.connect(take)
    question.open()
    try:
        return await future
    finally:
        if not future.done() or future.cancelled():
            question.close()
