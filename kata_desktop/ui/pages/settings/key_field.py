"""A key that can be entered, replaced and removed, and is never shown again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.labels import IconLabel, Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, row

if TYPE_CHECKING:
    from kata_desktop.ui.theme.theme import Theme


class KeyField(QWidget):
    """A line to type a key into; where one is kept already, that it is, with Replace and Remove.

    Attributes:
        line: where a new key is typed, hidden as dots.

    Signals:
        remove_wanted: the kept key is to be forgotten.
    """

    remove_wanted = Signal()

    def __init__(self, theme: Theme, name: str, *, kept: str = "", parent: QWidget | None = None) -> None:
        """Make a field; `kept` says where a key is kept already, empty for none."""
        super().__init__(parent)
        self.line = QLineEdit()
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.setAccessibleName(name)
        self._words = Label("", TextRole.MUTED)
        self._replace = Button(theme, self.tr("Replace…"))
        self._remove = Button(theme, self.tr("Remove"), ButtonKind.DANGER)
        self._kept = boxed(row(IconLabel(theme, "key-round"), (self._words, 1), self._replace, self._remove))
        boxed(column(self._kept, self.line, spacing=6), self)
        self._replace.clicked.connect(self._type_anew)
        self._remove.clicked.connect(self.remove_wanted)
        self.set_kept(kept)

    @property
    def typed(self) -> str:
        """The new key; empty when none was typed."""
        return self.line.text().strip()

    def set_kept(self, where: str) -> None:
        """Say where a key is kept; empty for none."""
        self._words.setText(where)
        self._kept.setVisible(bool(where))
        self.line.setVisible(not where)
        self.line.clear()

    def _type_anew(self) -> None:
        self.line.show()
        self.line.setPlaceholderText(self.tr("New key; the old one is forgotten when you save"))
        self.line.setFocus()
