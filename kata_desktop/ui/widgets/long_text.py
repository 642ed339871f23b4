"""Text of any length, shown without holding up the window: laid out line by line as it comes into sight."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QPlainTextEdit

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from kata_desktop.ui.theme.theme import Theme

LONGEST_LINE = 1_000
"""Characters after which a line is broken where it is shown: Qt wraps a line as a whole, again at every change."""
MOST_SHOWN = 150_000
"""Characters shown of one text; copying gives all of it."""

_CHEAP_CHARACTERS = 16_000
_CHEAP_COUNTS = {"\n": 500, "|": 1_000, "`": 1_000, "![": 100}
_OVERLONG = re.compile(rf"[^\n]{{{LONGEST_LINE}}}(?=[^\n])")


def is_cheap_markdown(text: str) -> bool:
    """Tell whether a text can be shown as Markdown at once: long lists and tables take Qt seconds."""
    if len(text) > _CHEAP_CHARACTERS:
        return False
    return all(text.count(sign) <= most for sign, most in _CHEAP_COUNTS.items())


def shown_part(text: str, most: int = MOST_SHOWN) -> str:
    """Return the beginning of a text in lines that can be laid out quickly, and a word about what is left out."""
    part = with_short_lines(text[:most])
    if len(text) <= most:
        return part
    template = QCoreApplication.translate("LongText", "… and {count} more characters. Copy the result to read them.")
    return f"{part}\n\n{template.format(count=f'{len(text) - most:,}')}"


def with_short_lines(text: str) -> str:
    """Break lines that are too long to be laid out at once."""
    return _OVERLONG.sub(lambda found: f"{found[0]}\n", text)


class LongText(QPlainTextEdit):
    """Read-only plain text with a scroll bar, a fixed number of lines high; with 0 it takes the room there is."""

    def __init__(self, theme: Theme, name: str, *, lines: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._lines = theme, lines
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        theme.changed.connect(self._rescale)
        self._rescale()

    def show_text(self, text: str) -> None:
        """Show the beginning of a text."""
        self.setPlainText(shown_part(text))

    def _rescale(self) -> None:
        if self._lines:
            self.setFixedHeight(self.fontMetrics().lineSpacing() * self._lines + self._theme.px(20))
