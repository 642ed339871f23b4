"""A long list with one of its things beside it, and what is shown while there is nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from kata_desktop.ui.models.paged_reader import PagedReader
from kata_desktop.ui.widgets.card_delegate import ROW_HEIGHT
from kata_desktop.ui.widgets.card_list import CardList
from kata_desktop.ui.widgets.empty_state import EmptyState
from kata_desktop.ui.widgets.layout import boxed, column
from kata_desktop.ui.widgets.skeleton import Skeleton

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent, QShowEvent

    from kata_desktop.domain.errors import KataError
    from kata_desktop.runtime.clock import Clock
    from kata_desktop.ui.models.paged_reader import RowSource
    from kata_desktop.ui.slots import Slots
    from kata_desktop.ui.theme.theme import Theme

SKELETON_MS = 200
"""Loading that is done by then shows no skeleton."""
_NARROW_BELOW = 700


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """What is said about the things of a list."""

    name: str
    """What a screen reader calls the list."""
    icon: str
    loading: str
    choose: tuple[str, str]
    """Title and sentence beside a list of which nothing is chosen."""
    no_match: tuple[str, str]
    """Title and sentence when a filter or words leave everything out."""
    unreadable: str
    """Title when the list cannot be read; the reason stands below."""


class SideBySide(QStackedWidget):
    """Arranges list, detail and empty states; reads the list.

    Attributes:
        list: the things.
        reader: reads them.
        narrowed: whether a filter or words leave things out; set before reading.

    Signals:
        wanted: the one with this id is to be shown.
        entered: a person opened the one with this id, so the keyboard goes to it.
        counted: the rows were read.
        widen: everything is to be shown again.
    """

    wanted = Signal(str)
    entered = Signal(str)
    counted = Signal()
    widen = Signal()

    def __init__(
        self, theme: Theme, words: Wording, source: RowSource, slots: Slots, clock: Clock, detail: QWidget,
        empty: EmptyState, *, shares: tuple[int, int] = (400, 490),
    ) -> None:  # fmt: skip
        super().__init__()
        self._theme, self._words, self._shares = theme, words, shares
        self._chosen = ""
        self.narrowed = False
        self.list = CardList(theme, words.name)
        self.reader = PagedReader(self.list, source, slots, clock)
        self._beside = QStackedWidget()
        self._beside.addWidget(EmptyState(theme, words.icon, *words.choose))
        self._beside.addWidget(detail)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._skeleton = boxed(column(Skeleton(theme, words.loading, rows=5), None))
        self._no_match = EmptyState(theme, "search", *words.no_match, action=self.tr("Show all"))
        self._failed = EmptyState(theme, "triangle-alert", words.unreadable, "", action=self.tr("Try again"))
        self._empty, self._blank = empty, QWidget()
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(SKELETON_MS)
        self._arrange()
        self._connect()

    @property
    def chosen(self) -> str:
        """The id of what is shown beside the list, or about to be; empty for none."""
        return self._chosen

    def _arrange(self) -> None:
        self._split.setChildrenCollapsible(False)
        self._split.setHandleWidth(14)
        self._split.addWidget(self.list)
        self._split.addWidget(self._beside)
        self._split.setStretchFactor(0, 0)
        self._split.setStretchFactor(1, 1)
        self._split.setSizes([self._theme.px(share) for share in self._shares])
        for state in (self._blank, self._skeleton, self._split, self._empty, self._no_match, self._failed):
            self.addWidget(state)
        self._rescale()

    def _connect(self) -> None:
        self._theme.changed.connect(self._rescale)
        self._patience.timeout.connect(self._show_skeleton)
        self.list.chosen.connect(self._choose)
        self.list.opened.connect(self.entered)
        self.reader.read.connect(self._show_state)
        self.reader.failed.connect(self._show_error)
        self._no_match.acted.connect(self.widen)
        self._failed.acted.connect(self.begin)

    def begin(self) -> None:
        """Read the rows from their beginning, because something else was asked for."""
        if self.currentWidget() in (self._blank, self._failed):
            self._patience.start()
        self.reader.begin()

    def choose(self, ident: str) -> None:
        """Show one of them, whether or not the list has it in sight."""
        self._chosen = ident
        self.list.set_current(ident, tell=False)
        self.wanted.emit(ident)

    def set_shown(self, *, shown: bool) -> None:
        """Whether there is one to be seen beside the list."""
        self._beside.setCurrentIndex(1 if shown else 0)
        if not shown:
            self._chosen = ""
        elif self.currentWidget() is not self._split and self._chosen:
            self.setCurrentWidget(self._split)

    def showEvent(self, event: QShowEvent) -> None:
        """Read what happened while nobody looked."""
        super().showEvent(event)
        self.reader.catch_up()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the list above what is chosen where there is little room."""
        super().resizeEvent(event)
        way = Qt.Orientation.Vertical if self.width() < self._theme.px(_NARROW_BELOW) else Qt.Orientation.Horizontal
        if way is not self._split.orientation():
            self._split.setOrientation(way)
            self._rescale()
            QTimer.singleShot(0, self._show_chosen)  # the list has its new height only then

    def _show_chosen(self) -> None:
        self.list.scrollTo(self.list.currentIndex())

    def _rescale(self) -> None:
        """Least sizes; what does not fit is scrolled."""
        px = self._theme.px
        above = self._split.orientation() is Qt.Orientation.Vertical
        self.list.setMinimumSize(px(240), px(ROW_HEIGHT if above else 120))
        self._beside.setMinimumSize(px(300), px(200))
        self.setMinimumSize(px(300), px(180))

    def _show_skeleton(self) -> None:
        self.setCurrentWidget(self._skeleton)

    def _show_state(self) -> None:
        """There are rows, or there are none and this is why."""
        self._patience.stop()
        if self.list.rows.total:
            self.setCurrentWidget(self._split)
            if not (self._chosen and self.list.set_current(self._chosen, tell=False)) and not self._chosen:
                self.list.choose_first()
        else:
            self.setCurrentWidget(self._no_match if self.narrowed else self._empty)
        self.counted.emit()

    def _show_error(self, error: KataError) -> None:
        self._patience.stop()
        self._failed.set_message(self._words.unreadable, error.sentence)
        self.setCurrentWidget(self._failed)

    def _choose(self, ident: str) -> None:
        self._chosen = ident
        self.wanted.emit(ident)
