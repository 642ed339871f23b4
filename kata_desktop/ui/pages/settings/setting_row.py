"""One row of a settings page: what it is, a sentence about it, and the control at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from kata_desktop.ui.widgets.form_row import ErrorLine
from kata_desktop.ui.widgets.frames import Row
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import column, row

if TYPE_CHECKING:
    from kata_desktop.ui.theme.theme import Theme


class SettingRow(Row):
    """A title, a hint and a control; what is wrong is said below them.

    Attributes:
        control: what the row is about.
        title: what a person calls it.
    """

    def __init__(
        self,
        theme: Theme,
        title: str,
        hint: str = "",
        control: QWidget | None = None,
        *,
        lead: QWidget | None = None,
        words: str = "",
    ) -> None:
        """Make a row.

        Args:
            theme: what it is drawn with.
            title: what a person calls it.
            hint: a sentence that explains it; empty for none.
            control: what changes it, or buttons.
            lead: what stands before the title, such as a tile.
            words: further words that a search finds it by.
        """
        self.title, self.control = title, control
        self._found_by = f"{title} {hint} {words}".casefold()
        self._hint = Label(hint, TextRole.SMALL, wrap=True)
        self._hint.setVisible(bool(hint))
        self._error = ErrorLine(theme)
        head = Label(title, TextRole.TITLE, wrap=True)
        self._text = column(head, self._hint, self._error, spacing=2)
        line = row(*(() if lead is None else (lead,)), (self._text, 1), margins=(14, 9, 14, 9), spacing=14)
        if control is not None:
            line.addWidget(control)
            if not control.accessibleName():
                control.setAccessibleName(title)
            control.setAccessibleDescription(hint)
            head.setBuddy(control)  # a combo box calls itself by its current text: only the label says what it is
        super().__init__(line)

    def matches(self, words: list[str]) -> bool:
        """Whether every word occurs in the row; `words` are case-folded."""
        return all(word in self._found_by for word in words)

    @property
    def error(self) -> str:
        """What is wrong; empty when all is well."""
        return self._error.text

    def set_error(self, text: str) -> None:
        """Say what is wrong in one sentence; empty when all is well."""
        self._error.set_text(text)
        if self.control is not None:
            self.control.setAccessibleDescription(text or self._hint.text())

    def add_below(self, widget: QWidget) -> None:
        """Put something below the hint."""
        self._text.addWidget(widget)

    def set_hint(self, text: str) -> None:
        """Explain it differently."""
        self._hint.setText(text)
        self._hint.setVisible(bool(text))
