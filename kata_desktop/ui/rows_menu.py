"""A submenu whose rows change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget


class RowsMenu(QMenu):
    """Absent while it has no rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = 0

    def show_rows(self, rows: Sequence[tuple[str, Callable[[], object]]]) -> None:
        """Show other rows: each a text and what it does. What says the same already is left alone, it may be open."""
        texts = [plain(text) for text, _ in rows]
        self.menuAction().setVisible(bool(rows))
        if [action.text() for action in self.actions()] == texts and self._count == len(rows):
            for action, (_, do) in zip(self.actions(), rows, strict=True):
                action.setData(do)
            return
        self.clear()
        self._count = len(rows)
        for text, (_, do) in zip(texts, rows, strict=True):
            action = self.addAction(text)
            action.setData(do)
            action.triggered.connect(self._do)

    def _do(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            action.data()()


def plain(text: str) -> str:
    """A text as a menu shows it: without a letter that is underlined."""
    return text.replace("&", "&&")
