"""Rows of a long list, as many as there are, of which only the pages near the eye are in memory."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kata_desktop.ui.theme.tokens import ColorRole

    Index = QModelIndex | QPersistentModelIndex

PAGE = 60
"""Rows read at once."""
_KEPT = 12
"""Pages in memory; the ones longest unseen go first."""
FACE_ROLE = Qt.ItemDataRole.UserRole + 1
"""The `Face` of a row, None while it is being read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Face:
    """One row in words that are ready to paint: a tile, a title and a line, two short words at the end."""

    ident: str
    tile: str
    """Name of the icon in the tile."""
    active: bool = True
    """False draws the tile grey."""
    title: str
    line: str
    sign: str = ""
    """Name of a small icon before the line; empty for none."""
    ink: ColorRole = "text_3"
    """Colour of the small icon."""
    time: str = ""
    note: str = ""
    """Below the time."""
    spoken: str
    """The whole row as a screen reader says it."""


class PagedRows(QAbstractListModel):
    """One column of faces.

    Signals:
        page_wanted: the page with this number is being looked at and not in memory.
    """

    page_wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._pages: OrderedDict[int, tuple[Face, ...]] = OrderedDict()
        self._asked: set[int] = set()
        self._total = 0

    @property
    def total(self) -> int:
        """How many rows there are."""
        return self._total

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Return how many rows there are."""
        return 0 if parent.isValid() else self._total

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a row shows or says."""
        if role not in (FACE_ROLE, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        face = self._face(index.row())
        if role == FACE_ROLE:
            return face
        return face.spoken if face is not None else self.tr("Being read")

    def ident(self, row: int) -> str:
        """Return the id of a row; empty for one that is not in memory."""
        page, offset = divmod(row, PAGE)
        faces = self._pages.get(page, ())
        return faces[offset].ident if 0 <= offset < len(faces) else ""

    def row_of(self, ident: str) -> int:
        """Return the row with an id when it is in memory, else -1."""
        for page, faces in self._pages.items():
            for offset, face in enumerate(faces):
                if face.ident == ident:
                    return page * PAGE + offset
        return -1

    def pages_at(self, first: int, last: int) -> tuple[int, ...]:
        """Return the numbers of the pages that hold the rows from `first` to `last`."""
        if not self._total:
            return (0,)
        low, high = (min(max(row, 0), self._total - 1) // PAGE for row in (first, last))
        return tuple(range(low, high + 1))

    def show(self, total: int, pages: Mapping[int, tuple[Face, ...]]) -> None:
        """Show other rows; a list that only grew or shrank keeps its place."""
        self._asked.clear()
        if total > self._total:
            self.beginInsertRows(QModelIndex(), self._total, total - 1)
            self._take(total, pages)
            self.endInsertRows()
        elif total < self._total:
            self.beginRemoveRows(QModelIndex(), total, self._total - 1)
            self._take(total, pages)
            self.endRemoveRows()
        else:
            self._take(total, pages)
        if total:
            self.dataChanged.emit(self.index(0), self.index(total - 1))

    def put_page(self, page: int, faces: tuple[Face, ...]) -> None:
        """Take a page that was wanted."""
        self._asked.discard(page)
        self._pages[page] = faces
        self._pages.move_to_end(page)
        while len(self._pages) > _KEPT:
            self._pages.popitem(last=False)
        last = min((page + 1) * PAGE, self._total) - 1
        if last >= page * PAGE:
            self.dataChanged.emit(self.index(page * PAGE), self.index(last))

    def _take(self, total: int, pages: Mapping[int, tuple[Face, ...]]) -> None:
        self._total = total
        self._pages = OrderedDict(sorted(pages.items()))

    def _face(self, row: int) -> Face | None:
        page, offset = divmod(row, PAGE)
        faces = self._pages.get(page)
        if faces is None:
            if page not in self._asked:
                self._asked.add(page)
                self.page_wanted.emit(page)
            return None
        self._pages.move_to_end(page)
        return faces[offset] if offset < len(faces) else None
