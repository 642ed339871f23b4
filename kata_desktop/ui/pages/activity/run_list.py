"""The list of the history: one column that scrolls through any number of runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QItemSelectionModel, Qt, QTimer, Signal
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from kata_desktop.ui.pages.activity.run_delegate import HEADING_HEIGHT, RUN_HEIGHT, RunDelegate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent, QShowEvent
    from PySide6.QtWidgets import QWidget

    from kata_desktop.ui.pages.activity.run_table import Day, Index, RowFace, RunTable
    from kata_desktop.ui.theme.theme import Theme

_FRAME_MS = 80
_DEGREES = 28


class RunList(QTableView):
    """Shows a `RunTable`. Up and Down walk along the runs, Enter goes on to what is shown of one.

    The rows' heights are set, never measured: a hundred thousand rows open as fast as ten.

    Signals:
        chosen: another run is the current one; carries its id.
        opened: Enter or a double click on a run; carries its id.
    """

    chosen = Signal(str)
    opened = Signal(str)

    def __init__(self, theme: Theme, table: RunTable, name: str, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._table = theme, table
        self._delegate = RunDelegate(theme, self)
        self._timer = QTimer(self)
        self._timer.setInterval(_FRAME_MS)
        self._timer.timeout.connect(self._turn)
        self.setAccessibleName(name)
        self._prepare()
        self.setModel(table)
        self.setItemDelegate(self._delegate)
        theme.changed.connect(self._rescale)
        self._rescale()

    def _prepare(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("bare", "true")
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.viewport().setAutoFillBackground(False)

    def show_rows(self, days: Sequence[Day], pages: dict[int, tuple[RowFace, ...]]) -> None:
        """Show other rows; the chosen run stays chosen and the eye stays where it is."""
        kept, bar = self.current_id, self.verticalScrollBar()
        was = bar.value()
        settled = self._table.show(days, pages)
        self._set_heights()
        if not settled:
            bar.setValue(was)
        if kept and self.current_id != kept:
            self.set_current(kept, tell=False)
        self._animate()

    @property
    def current_id(self) -> str:
        """The chosen run; empty when there is none in memory."""
        index = self.currentIndex()
        return self._table.run_id(index.row()) if index.isValid() else ""

    def set_current(self, run_id: str, *, tell: bool = True) -> bool:
        """Choose a run that is in memory; False when it is not."""
        row = self._table.row_of(run_id)
        if row < 0:
            return False
        index = self._table.index(row, 0)
        self.selectionModel().blockSignals(not tell)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.selectionModel().blockSignals(False)
        self.viewport().update()
        return True

    def choose_first(self) -> None:
        """Choose the newest run."""
        if self._table.total:
            self.setCurrentIndex(self._table.index(1, 0))

    def visible_rows(self) -> tuple[int, int]:
        """The first and the last row in sight."""
        first = self.rowAt(0)
        last = self.rowAt(self.viewport().height() - 1)
        return max(first, 0), last if last >= 0 else max(self._table.rowCount() - 1, 0)

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tell which run is the current one."""
        super().currentChanged(current, previous)
        if run_id := self._table.run_id(current.row()) if current.isValid() else "":
            self.chosen.emit(run_id)

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

    def showEvent(self, event: QShowEvent) -> None:
        """Let what runs turn."""
        super().showEvent(event)
        self._animate()

    def hideEvent(self, event: QHideEvent) -> None:
        """Cost nothing while nobody looks."""
        super().hideEvent(event)
        self._timer.stop()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of the text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._rescale()

    def _rescale(self) -> None:
        self.verticalHeader().setMinimumSectionSize(1)
        self.verticalHeader().setDefaultSectionSize(self._theme.px(RUN_HEIGHT))
        self.verticalScrollBar().setSingleStep(self._theme.px(RUN_HEIGHT) // 2)
        self._set_heights()
        self._animate()

    def _set_heights(self) -> None:
        header, height = self.verticalHeader(), self._theme.px(HEADING_HEIGHT)
        for row in self._table.headings():
            if header.sectionSize(row) != height:
                header.resizeSection(row, height)

    def _animate(self) -> None:
        if self._table.live_ids() and self.isVisible() and not self._theme.reduced_motion:
            self._timer.start()
        else:
            self._timer.stop()

    def _turn(self) -> None:
        self._delegate.angle = (self._delegate.angle + _DEGREES) % 360
        live = self._table.live_ids()
        for run_id in live:
            self.update(self._table.index(self._table.row_of(run_id), 0))
        if not live:
            self._timer.stop()
