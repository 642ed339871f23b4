"""A section of the settings: groups of rows under headings, and the way back to the defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kata_desktop.ui.pages.settings.setting_row import SettingRow
from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.frames import RowList
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kata_desktop.ui.theme.theme import Theme


class Group(QWidget):
    """Rows that belong together, under a heading.

    Attributes:
        rows: from top to bottom.
    """

    def __init__(self, title: str, rows: Sequence[SettingRow]) -> None:
        super().__init__()
        self.rows = tuple(rows)
        self._list = RowList(rows, name=title)
        head = Label(title, TextRole.SECTION)
        head.setVisible(bool(title))
        boxed(column(head, self._list, spacing=6), self)

    def search(self, words: list[str]) -> bool:
        """Show the rows that have every word; False when there is none, and the group hides."""
        found = [each for each in self.rows if each.matches(words)]
        self._list.show_only(found)
        self.setVisible(bool(found))
        return bool(found)


class Section(QWidget):
    """One page of the settings.

    Attributes:
        name: what `show_section` calls it.
        title: what people call it.
        icon: beside its name.
        keys: the settings that resetting it gives their defaults back.

    Signals:
        reset_wanted: a person wants the defaults of this page back.
    """

    reset_wanted = Signal()

    def __init__(self, theme: Theme, name: str, title: str, icon: str, *, keys: Sequence[str] = ()) -> None:
        super().__init__()
        self.name, self.title, self.icon, self.keys = name, title, icon, tuple(keys)
        self._words = title.casefold()
        self._groups: list[Group] = []
        self._others: list[QWidget] = []
        self._reset = Button(theme, self.tr("Reset this page"), ButtonKind.LINK, icon="rotate-ccw")
        self._reset.setVisible(bool(keys))
        self._reset.clicked.connect(self.reset_wanted)
        self._parts = QVBoxLayout()
        self._parts.setSpacing(14)
        head = row(Label(title, TextRole.H2), None, self._reset)
        boxed(column(head, self._parts, spacing=10), self)

    def add_group(self, title: str, *rows: SettingRow) -> Group:
        """Put a group of rows at the end."""
        group = Group(title, rows)
        self._groups.append(group)
        self._parts.addWidget(group)
        return group

    def add_widget(self, widget: QWidget) -> None:
        """Put something that is no group of rows at the end; a search hides it unless it is for the whole page."""
        self._others.append(widget)
        self._parts.addWidget(widget)

    def search(self, words: list[str]) -> bool:
        """Show what has every word, everything when the title has them all; False when there is nothing."""
        whole = all(word in self._words for word in words)
        found = [group.search([] if whole else words) for group in self._groups]
        for widget in self._others:
            widget.setVisible(whole and not widget.property("absent"))
        return whole or any(found)

    def opened(self) -> None:
        """It comes into sight: read what may have changed meanwhile."""
