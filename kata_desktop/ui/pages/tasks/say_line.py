"""A line that takes a whole task in words: "every weekday at 9 summarise my unread mail"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from kata_desktop.domain.task_input import TaskInput
from kata_desktop.ui.widgets.fields import SearchField
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column

if TYPE_CHECKING:
    from kata_desktop.ui.theme.theme import Theme


class SayLine(QWidget):
    """Enter opens the dialog filled with what was understood, for review; nothing is saved by itself.

    Attributes:
        field: where one types.

    Signals:
        said: a `TaskInput` with the schedule and the prompt that were understood.
    """

    said = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        hint = self.tr("Or just say it:  “every weekday at 9 summarise my unread mail”")
        self.field: QLineEdit = SearchField(theme, hint, icon="sparkles")
        self.field.setAccessibleName(self.tr("Describe a task in words"))
        self.field.setMaxLength(4000)
        self._hint = Label("", TextRole.SMALL, wrap=True)
        boxed(column(self.field, self._hint, spacing=4), self)
        self.field.returnPressed.connect(self._say)
        self.field.textChanged.connect(self._follow)
        theme.changed.connect(self._rescale)
        self._rescale()

    def _say(self) -> None:
        text = self.field.text().strip()
        if text:
            self.said.emit(understood(text))
            self.field.clear()

    def _follow(self, text: str) -> None:
        if not text.strip():
            self._hint.setText("")
            return
        raw = understood(text)
        if raw.when:
            words = self.tr("Enter opens it for review: {when} · {prompt}")
            self._hint.setText(words.format(when=raw.when, prompt=raw.prompt or "…"))
        else:
            self._hint.setText(self.tr("Enter opens it for review; you choose when it runs"))

    def _rescale(self) -> None:
        self.field.setMinimumHeight(self._theme.px(38))


def understood(text: str) -> TaskInput:
    """Return what a sentence says: when, as far as it says so, and the prompt."""
    from kata_desktop.scheduler.phrases.reading import split_phrase  # read only once somebody types

    when, prompt = split_phrase(text)
    return TaskInput(when=when or None, prompt=prompt)
