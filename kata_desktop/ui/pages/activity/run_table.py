"""The rows of the history: as many as there are, of which only those near the eye are in memory."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from itertools import accumulate
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from kata_desktop.ui.pages.activity import run_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kata_desktop.domain.run import Run
    from kata_desktop.ui.pages.activity.local_time import LocalTime

    Index = QModelIndex | QPersistentModelIndex

PAGE = 100
"""Runs read at once."""
_KEPT = 12
"""Pages in memory; the ones longest unseen go first."""


class RunRole(IntEnum):
    """What a row tells its delegate, beyond Qt's own roles."""

    ROW = Qt.ItemDataRole.UserRole + 1
    """The `RowFace` of a run, None while it is being read."""
    HEADING = Qt.ItemDataRole.UserRole + 2
    """The title of a day for a heading, None for a run."""
    PLACE = Qt.ItemDataRole.UserRole + 3
    """(first of its day, last of its day)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RowFace:
    """One run as the list shows it, in words that are ready to paint."""

    run_id: str
    name: str
    line: str
    time: str
    duration: str
    spoken: str
    look: run_words.Look
    live: bool
    """It has not ended: read it again when it changes."""

    @classmethod
    def of(cls, run: Run, when: LocalTime) -> RowFace:
        """Return what is shown of a run."""
        return cls(
            run_id=run.id,
            name=run.task_name,
            line=run_words.line(run, when),
            time=when.clock(run.slot),
            duration=run_words.duration(run, when),
            spoken=run_words.spoken(run, when),
            look=run_words.look(run),
            live=run.reason is None,
        )


Day = tuple[date, str, int]
"""A calendar day, its title and how many runs it has."""


class RunTable(QAbstractTableModel):
    """One column: headings of days, each with its runs below it, the newest first.

    Signals:
        page_wanted: the page with this number is being looked at and not in memory.
    """

    page_wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._days: tuple[Day, ...] = ()
        self._starts: tuple[int, ...] = ()
        self._pages: OrderedDict[int, tuple[RowFace, ...]] = OrderedDict()
        self._asked: set[int] = set()
        self._rows = 0

    @property
    def total(self) -> int:
        """How many runs there are."""
        return self._rows - len(self._days)

    @property
    def days(self) -> tuple[Day, ...]:
        """The days from the newest on."""
        return self._days

    def headings(self) -> tuple[int, ...]:
        """The rows that are headings."""
        return self._starts

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Return the number of rows, headings included."""
        return 0 if parent.isValid() else self._rows

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Return one."""
        return 0 if parent.isValid() else 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Headings can be neither chosen nor reached."""
        if self._day_of(index.row())[1] == 0:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a row shows or says."""
        day, place = self._day_of(index.row())
        if role == RunRole.HEADING:
            return self._days[day][1] if place == 0 else None
        if role == RunRole.PLACE:
            return place == 1, place == self._days[day][2]
        if role not in (RunRole.ROW, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        if place == 0:
            return None if role == RunRole.ROW else self._days[day][1]
        face = self._face(index.row() - day - 1)
        if role == RunRole.ROW:
            return face
        return face.spoken if face is not None else self.tr("Being read")

    def run_id(self, row: int) -> str:
        """Return the id of a row's run; empty for a heading and for what is not in memory."""
        face = self._loaded(row)
        return face.run_id if face is not None else ""

    def row_of(self, run_id: str) -> int:
        """Return the row of a run that is in memory, else -1."""
        for page, faces in self._pages.items():
            for offset, face in enumerate(faces):
                if face.run_id == run_id:
                    return self._row_at(page * PAGE + offset)
        return -1

    def pages_at(self, first: int, last: int) -> tuple[int, ...]:
        """Return the numbers of the pages that the rows from `first` to `last` lie on."""
        if not self.total:
            return (0,)
        low, high = (self._ordinal(min(max(row, 0), self._rows - 1)) // PAGE for row in (first, last))
        return tuple(range(low, high + 1))

    def live_ids(self) -> frozenset[str]:
        """Return the runs in memory that have not ended."""
        return frozenset(face.run_id for faces in self._pages.values() for face in faces if face.live)

    def show(self, days: Sequence[Day], pages: dict[int, tuple[RowFace, ...]]) -> bool:
        """Show other rows; returns False when everything moved, so that the view must find its place anew."""
        grown = self._growth(tuple(days))
        self._asked.clear()
        if grown is None:
            self.beginResetModel()
            self._take(tuple(days), pages)
            self.endResetModel()
            return False
        first, last = grown
        if first <= last:
            self.beginInsertRows(QModelIndex(), first, last)
        self._take(tuple(days), pages)
        if first <= last:
            self.endInsertRows()
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(self._rows - 1, 0))
        return True

    def put_page(self, page: int, faces: tuple[RowFace, ...]) -> None:
        """Take a page that was wanted."""
        self._asked.discard(page)
        self._pages[page] = faces
        self._pages.move_to_end(page)
        while len(self._pages) > _KEPT:
            self._pages.popitem(last=False)
        last = min((page + 1) * PAGE, self.total) - 1
        if last >= page * PAGE:
            self.dataChanged.emit(self.index(self._row_at(page * PAGE), 0), self.index(self._row_at(last), 0))

    def put_face(self, face: RowFace) -> None:
        """Take news of one run."""
        for page, faces in self._pages.items():
            for offset, old in enumerate(faces):
                if old.run_id == face.run_id:
                    self._pages[page] = (*faces[:offset], face, *faces[offset + 1 :])
                    index = self.index(self._row_at(page * PAGE + offset), 0)
                    self.dataChanged.emit(index, index)
                    return

    def _take(self, days: tuple[Day, ...], pages: dict[int, tuple[RowFace, ...]]) -> None:
        self._days = days
        sizes = [count + 1 for _, _, count in days]
        self._starts = tuple(accumulate(sizes, initial=0))[:-1]
        self._rows = sum(sizes)
        self._pages = OrderedDict(sorted(pages.items()))

    def _growth(self, days: tuple[Day, ...]) -> tuple[int, int] | None:
        """The rows that were inserted at the top, the last before the first when none were; None for more than that."""
        old = self._days
        if days == old:
            return 0, -1
        if not old or not days:
            return None
        if days[1:] == old and days[0][0] > old[0][0]:
            return 0, days[0][2]
        same_day = days[0][:2] == old[0][:2] and days[1:] == old[1:]
        return (1, days[0][2] - old[0][2]) if same_day and days[0][2] > old[0][2] else None

    def _face(self, ordinal: int) -> RowFace | None:
        page, offset = divmod(ordinal, PAGE)
        faces = self._pages.get(page)
        if faces is None:
            if page not in self._asked:
                self._asked.add(page)
                self.page_wanted.emit(page)
            return None
        self._pages.move_to_end(page)
        return faces[offset] if offset < len(faces) else None

    def _loaded(self, row: int) -> RowFace | None:
        day, place = self._day_of(row) if 0 <= row < self._rows else (0, 0)
        if place == 0:
            return None
        page, offset = divmod(row - day - 1, PAGE)
        faces = self._pages.get(page, ())
        return faces[offset] if offset < len(faces) else None

    def _day_of(self, row: int) -> tuple[int, int]:
        """(number of the day, 0 for its heading or from 1 its runs)."""
        day = bisect_right(self._starts, row) - 1
        return day, row - self._starts[day]

    def _ordinal(self, row: int) -> int:
        day, place = self._day_of(row)
        return row - day - (1 if place else 0)

    def _row_at(self, ordinal: int) -> int:
        """The row of the run with this number, counted without headings."""
        day = bisect_right([start - number for number, start in enumerate(self._starts)], ordinal) - 1
        return ordinal + day + 1
