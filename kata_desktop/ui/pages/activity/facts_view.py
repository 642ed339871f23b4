"""The details of a run: names at the start of the line, what they are beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import clear

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kata_desktop.ui.theme.theme import Theme

Fact = tuple[str, str]
"""A name and what it is."""


class FactsView(QWidget):
    """Names and values in two columns; nothing is built anew while they stay the same."""

    def __init__(self, theme: Theme, name: str, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: tuple[Fact, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        self.setAccessibleName(name)
        theme.changed.connect(self._rescale)
        self._rescale()

    def set_facts(self, facts: Sequence[Fact]) -> None:
        """Show other facts."""
        wanted = tuple(facts)
        if wanted == self._shown:
            return
        self._shown = wanted
        clear(self._grid)
        for line, (name, text) in enumerate(wanted):
            head = Label(name, TextRole.MUTED)
            value = Label(text, wrap=True, selectable=True)
            value.setAccessibleName(f"{name}: {text}")
            self._grid.addWidget(head, line, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(value, line, 1)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What is shown."""
        return self._shown

    def _rescale(self) -> None:
        self._grid.setColumnMinimumWidth(0, self._theme.px(92))
