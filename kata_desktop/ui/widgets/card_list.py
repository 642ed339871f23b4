"""A list that scrolls through any number of rows, drawn as one card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView

from kata_desktop.ui.models.paged_rows import PagedRows
from kata_desktop.ui.widgets.card_delegate import ROW_HEIGHT, CardDelegate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QKeyEvent, QMouseEvent
    from PySide6.QtWidgets import QWidget

    from kata_desktop.ui.models.paged_rows import Face, Index
    from kata_desktop.ui.theme.theme import Theme


class CardList(QListView):
    """Shows `PagedRows`. Up and Down walk along the rows, Enter goes on to what is shown of one.

    All rows are equally high, so five thousand open as fast as ten.

    Attributes:
        rows: what is shown.

    Signals:
        chosen: another row is the current one; carries its id.
        opened: Enter or a double click on a row; carries its id.
    """

    chosen = Signal(str)
    opened = Signal(str)

    def __init__(self, theme: Theme, name: str, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.rows = PagedRows()
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("bare", "true")
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.setModel(self.rows)
        self.setItemDelegate(CardDelegate(theme, self))
        theme.changed.connect(self._rescale)
        self._rescale()

    @property
    def current_id(self) -> str:
        """The chosen row; empty when there is none in memory."""
        index = self.currentIndex()
        return self.rows.ident(index.row()) if index.isValid() else ""

    def show_rows(self, total: int, pages: Mapping[int, tuple[Face, ...]]) -> None:
        """Show other rows; the chosen one stays chosen wherever it went."""
        kept = self.current_id
        self.rows.show(total, pages)
        if kept and self.current_id != kept and not self.set_current(kept, tell=False):
            self.selectionModel().clear()

    def set_current(self, ident: str, *, tell: bool = True) -> bool:
        """Choose a row that is in memory; False when it is not."""
        row = self.rows.row_of(ident)
        if row < 0:
            return False
        self.selectionModel().blockSignals(not tell)
        flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().setCurrentIndex(self.rows.index(row), flag)
        self.selectionModel().blockSignals(False)
        self.viewport().update()
        return True

    def choose_first(self) -> None:
        """Choose the first row."""
        if self.rows.total:
            self.setCurrentIndex(self.rows.index(0))

    def visible_rows(self) -> tuple[int, int]:
        """The first and the last row in sight."""
        height = max(self._theme.px(ROW_HEIGHT), 1)
        first = self.indexAt(QPoint(1, 1)).row()
        return max(first, 0), max(first, 0) + self.viewport().height() // height + 1

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tell which row is the current one."""
        super().currentChanged(current, previous)
        if ident := self.rows.ident(current.row()) if current.isValid() else "":
            self.chosen.emit(ident)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open on Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current_id:
            self.opened.emit(self.current_id)
            return
        super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open on a double click."""
        super().mouseDoubleClickEvent(event)
        if self.current_id:
            self.opened.emit(self.current_id)

    def _rescale(self) -> None:
        self.verticalScrollBar().setSingleStep(self._theme.px(ROW_HEIGHT) // 2)
        self.scheduleDelayedItemsLayout()
