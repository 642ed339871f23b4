"""A row of a list of options: what it is at the start, its controls at the end, what is wrong below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QLineEdit

from kata_desktop.ui.widgets.form_row import ErrorLine
from kata_desktop.ui.widgets.frames import Row
from kata_desktop.ui.widgets.labels import Label, TextRole, repolish
from kata_desktop.ui.widgets.layout import boxed, column, row

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from kata_desktop.ui.theme.theme import Theme

_CHOICE, _STEPS = 190, 110
"""Least widths in lengths of the design."""


class OptionRow(Row):
    """One option in a `RowList`.

    Attributes:
        label: what a person calls it.
    """

    def __init__(self, theme: Theme, label: str, hint: str, *controls: QWidget, parent: QWidget | None = None) -> None:
        """Make a row; the first control takes the focus when something is wrong."""
        self.label = label
        self._theme, self._hint, self._controls = theme, hint, controls
        self._error = ErrorLine(theme)
        small = Label(hint, TextRole.SMALL, wrap=True)
        small.setVisible(bool(hint))
        words = column(None, Label(label, TextRole.TITLE, wrap=True), small, None, spacing=1)
        line = row((words, 1), *controls, spacing=8)
        super().__init__(column(line, self._error, margins=(13, 8, 13, 8), spacing=5), parent=parent)
        for control in controls:
            control.setAccessibleDescription(hint)
        theme.changed.connect(self._rescale)
        self._rescale()

    @property
    def error(self) -> str:
        """What is wrong; empty when all is well."""
        return self._error.text

    def set_error(self, text: str) -> None:
        """Say what is wrong; empty when all is well."""
        self._error.set_text(text)
        for control in self._controls:
            control.setAccessibleDescription(text or self._hint)
            if isinstance(control, QLineEdit | QComboBox | QAbstractSpinBox):
                control.setProperty("bad", "true" if text else "false")
                repolish(control)

    def focus_field(self) -> None:
        """Bring the keyboard to the first control."""
        self._controls[0].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _rescale(self) -> None:
        """Let controls of a kind end up below each other."""
        for control in self._controls:
            if isinstance(control, QComboBox | QAbstractSpinBox):
                wide = isinstance(control, QComboBox)
                control.setMinimumWidth(self._theme.px(_CHOICE if wide else _STEPS))


def together(*controls: QWidget) -> QWidget:
    """Return controls that stand beside each other as one."""
    return boxed(row(*controls, spacing=8))
