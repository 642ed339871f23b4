"""One of several things to choose from, as a row with a radio button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton

from kata_desktop.ui.widgets.frames import Row, RowList
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import column, row
from kata_desktop.ui.widgets.tile import Tile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QMouseEvent

    from kata_desktop.ui.theme.theme import Theme


class OptionRow(Row):
    """A tile, a name and a sentence; a click anywhere chooses it.

    Attributes:
        key: what it stands for.
        button: the radio button.
    """

    def __init__(self, theme: Theme, key: str, icon: str, title: str, text: str, end: str = "") -> None:
        """Make a row; `end` is small print at its end."""
        self.key = key
        self.button = QRadioButton()
        self.button.setAccessibleName(title)
        self.button.setAccessibleDescription(f"{text} {end}".strip())
        head = row((Label(title, TextRole.TITLE, wrap=True), 1), Label(end, TextRole.SMALL), spacing=12)
        words = column(head, Label(text, TextRole.SMALL, wrap=True), spacing=2)
        line = row(self.button, Tile(theme, icon, size=34), (words, 1), margins=(14, 10, 14, 10), spacing=12)
        super().__init__(line, live=True)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose it."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self.button.isEnabled():
            self.button.setFocus(Qt.FocusReason.MouseFocusReason)
            self.button.click()


class OptionList(RowList):
    """Rows of which one is chosen.

    Signals:
        chosen: a person chose the row with this key.
    """

    chosen = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__(name=name)
        self._group = QButtonGroup(self)
        self._options: tuple[OptionRow, ...] = ()
        self._group.buttonClicked.connect(self._tell)

    @property
    def current(self) -> str:
        """The key of the chosen row; empty when there is none."""
        return next((each.key for each in self._options if each.button.isChecked()), "")

    def set_options(self, options: Iterable[OptionRow], current: str) -> None:
        """Offer other rows; an unknown key chooses the first."""
        for old in self._options:
            self._group.removeButton(old.button)
        self._options = tuple(options)
        self.set_rows(self._options)
        for each in self._options:
            self._group.addButton(each.button)
        wanted = next((each for each in self._options if each.key == current), None)
        for each in (wanted,) if wanted else self._options[:1]:
            each.button.setChecked(True)

    def _tell(self) -> None:
        self.chosen.emit(self.current)
