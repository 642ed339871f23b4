"""The text of a message: with headings and lists where that is quick, else plain and line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QWidget

from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, row
from kata_desktop.ui.widgets.long_text import LongText, is_cheap_markdown
from kata_desktop.ui.widgets.markdown_view import MarkdownView

if TYPE_CHECKING:
    from kata_desktop.ui.theme.theme import Theme

_LONG_LINES = 16


class TextPart(QWidget):
    """A heading, the text under it, and a button that copies it."""

    def __init__(self, theme: Theme, heading: str, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._copy = Button(theme, kind=ButtonKind.GHOST, icon="copy", name=self.tr("Copy text"))
        self._short = MarkdownView(theme, heading, fit=True)
        self._long = LongText(theme, heading, lines=_LONG_LINES)
        boxed(column(row(Label(heading, TextRole.SECTION), None, self._copy), self._short, self._long, spacing=4), self)
        self._copy.clicked.connect(self._take)

    @property
    def text(self) -> str:
        """What is shown."""
        return self._text

    def show_text(self, text: str) -> None:
        """Show a text; empty hides the part."""
        self.setVisible(bool(text))
        if text == self._text:
            return
        self._text = text
        short = is_cheap_markdown(text)
        self._copy.set_icon("copy")
        self._short.set_markdown(text if short else "")
        self._long.show_text("" if short else text)
        self._short.setVisible(short)
        self._long.setVisible(not short)

    def _take(self) -> None:
        QApplication.clipboard().setText(self._text)
        self._copy.set_icon("check", "ok")
