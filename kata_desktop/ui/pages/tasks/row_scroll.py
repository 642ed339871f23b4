"""Where rows of one height are while one scrolls."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QAbstractScrollArea


class RowScroll:
    """Measures with the view's scroll bar and the height of a row at the text size that is set."""

    def __init__(self, view: QAbstractScrollArea, height: Callable[[], int]) -> None:
        self._view, self._height = view, height
        self._bar = view.verticalScrollBar()

    @property
    def offset(self) -> int:
        """Pixels of the rows that are above the window."""
        return self._bar.value()

    @property
    def page(self) -> int:
        """How many whole rows fit the window."""
        return self._view.viewport().height() // max(self._height(), 1)

    def fit(self, count: int) -> None:
        """Let the bar reach over so many rows."""
        height = self._view.viewport().height()
        self._bar.setRange(0, max(count * self._height() - height, 0))
        self._bar.setPageStep(height)
        self._bar.setSingleStep(self._height() // 2)

    def span(self, count: int) -> tuple[int, int]:
        """The first row in sight and the one after the last, of so many."""
        height = self._height()
        below = self.offset + self._view.viewport().height()
        return min(self.offset // height, count), min(below // height + 1, count)

    def has_in_sight(self, place: int) -> bool:
        """Whether a piece of a row can be seen."""
        height, top = self._height(), self.offset
        return place >= 0 and top - height < place * height < top + self._view.viewport().height()

    def show(self, place: int) -> None:
        """Bring a row into sight by the shortest way."""
        height, top = self._height(), place * self._height()
        if top < self.offset:
            self._bar.setValue(top)
        elif top + height > self.offset + self._view.viewport().height():
            self._bar.setValue(top + height - self._view.viewport().height())
