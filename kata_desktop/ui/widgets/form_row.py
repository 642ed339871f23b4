"""Labelled fields with their errors, and the list of errors that leads to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.labels import IconLabel, Label, TextRole, repolish
from kata_desktop.ui.widgets.layout import FlowLayout, boxed, clear, column, row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kata_desktop.ui.theme.theme import Theme

_EDGED = (QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QAbstractSpinBox)


class Correctable(Protocol):
    """Something labelled that can be wrong and can be led to."""

    label: str
    """What a person calls it."""

    @property
    def error(self) -> str:
        """What is wrong; empty when all is well."""
        ...

    def set_error(self, text: str) -> None:
        """Say what is wrong: the reason and an example; empty when all is well."""
        ...

    def focus_field(self) -> None:
        """Bring the keyboard to it."""
        ...


class ErrorLine(QWidget):
    """An icon and a sentence that says what is wrong; takes no room while all is well."""

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = Label("", TextRole.ERROR, wrap=True)
        boxed(row(IconLabel(theme, "circle-alert", Tone.BAD.ink, 14), (self._label, 1), spacing=6), self)
        self.hide()

    @property
    def text(self) -> str:
        """What is wrong; empty when all is well."""
        return self._label.text()

    def set_text(self, text: str) -> None:
        """Say what is wrong; empty hides the line."""
        self._label.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))


class FormRow(QWidget):
    """A label above a field, a hint below it and, when there is one, the error.

    Attributes:
        field: the widget below the label.
        label: what a person calls the field.
    """

    def __init__(
        self,
        theme: Theme,
        label: str,
        field: QWidget,
        *,
        hint: str = "",
        target: QWidget | None = None,
        headed: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        """Make a row.

        Args:
            theme: what it is drawn with.
            label: what a person calls the field.
            field: the widget below the label.
            hint: small print below the field.
            target: what takes the focus and shows the error when `field` only holds it.
            headed: show the label; a heading just above may be label enough.
            parent: the widget it is shown in.
        """
        super().__init__(parent)
        self.field, self.label = field, label
        self._target = target or field
        self._hint = hint
        self._error = ErrorLine(theme)
        head = Label(label, TextRole.TITLE)
        head.setBuddy(self._target)
        head.setVisible(headed)
        if not self._target.accessibleName():
            self._target.setAccessibleName(label)
        small = Label(hint, TextRole.SMALL, wrap=True)
        small.setVisible(bool(hint))
        boxed(column(head, field, small, self._error, spacing=5), self)
        self._describe()

    @property
    def error(self) -> str:
        """What is wrong with the field; empty when all is well."""
        return self._error.text

    def set_error(self, text: str) -> None:
        """Say what is wrong: the reason and an example; empty when all is well."""
        self._error.set_text(text)
        if isinstance(self._target, _EDGED):
            self._target.setProperty("bad", "true" if text else "false")
            repolish(self._target)
        self._describe()

    def focus_field(self) -> None:
        """Bring the keyboard to the field."""
        self._target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _describe(self) -> None:
        self._target.setAccessibleDescription(self.error or self._hint)


class ErrorLinks(QWidget):
    """How many fields need attention, each a link to its field; takes no room while all is well."""

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._head = Label("", TextRole.ERROR)
        self._links = QWidget()
        self._flow = FlowLayout(self._links, spacing=8)
        self._rows: dict[Button, Correctable] = {}
        icon = IconLabel(theme, "circle-alert", Tone.BAD.ink, 16)
        boxed(row(icon, self._head, (self._links, 1), spacing=8), self)
        self.hide()

    def set_rows(self, rows: Sequence[Correctable]) -> None:
        """List the rows that have an error now."""
        clear(self._flow)
        self._rows.clear()
        wrong = [each for each in rows if each.error]
        for each in wrong:
            link = Button(self._theme, each.label, ButtonKind.LINK)
            link.setAccessibleDescription(each.error)
            link.clicked.connect(self._follow)
            self._flow.addWidget(link)
            self._rows[link] = each
        one = self.tr("1 field needs attention:")
        self._head.setText(one if len(wrong) == 1 else self.tr("%n fields need attention:", "", len(wrong)))
        self.setVisible(bool(wrong))

    def _follow(self) -> None:
        link = self.sender()
        if isinstance(link, Button):
            self._rows[link].focus_field()
