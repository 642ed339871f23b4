"""One line to say it in: "every weekday at 9 summarise my inbox"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from kata_desktop.ui.widgets.buttons import Button
from kata_desktop.ui.widgets.form_row import FormRow
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, row

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from kata_desktop.ui.theme.theme import Theme


class QuickLine(QWidget):
    """Fills the form for review; never saves.

    Attributes:
        line: where one types.

    Signals:
        said: the line was given with Enter or the button.
    """

    said = Signal(str)

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.line = _Line()
        self.line.setAccessibleName(self.tr("Say it"))
        self.line.setPlaceholderText(self.tr("Or just say it: every weekday at 9 summarise my inbox"))
        self._mark = self.line.addAction(
            theme.icon("sparkles", "accent_text"), QLineEdit.ActionPosition.LeadingPosition
        )
        button = Button(theme, self.tr("Fill in"), name=self.tr("Fill in"))
        self._row = FormRow(theme, self.tr("Say it"), boxed(row((self.line, 1), button)), target=self.line,
                            headed=False)  # fmt: skip
        self._done = Label(self.tr("Filled in below. Have a look, then create the task."), TextRole.SMALL)
        self._done.hide()
        boxed(column(self._row, self._done, spacing=4), self)
        self.line.returnPressed.connect(self._give)
        button.clicked.connect(self._give)
        self.line.textEdited.connect(self._typed)
        theme.changed.connect(self._tint)

    def answer(self, error: str) -> None:
        """Say that the form was filled in, or why it was not."""
        self._row.set_error(error)
        self._done.setVisible(not error)

    def _give(self) -> None:
        if self.line.text().strip():
            self.said.emit(self.line.text())

    def _typed(self) -> None:
        self._row.set_error("")
        self._done.hide()

    def _tint(self) -> None:
        self._mark.setIcon(self._theme.icon("sparkles", "accent_text"))


class _Line(QLineEdit):
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep Enter from reaching the window."""
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
