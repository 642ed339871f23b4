"""Reads the rows of a long list: what is near the eye, again after every change, and no more than it must."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from kata_desktop.domain.errors import KataError
from kata_desktop.ui.slots import async_slot

if TYPE_CHECKING:
    from kata_desktop.runtime.clock import Clock
    from kata_desktop.ui.models.paged_rows import Face
    from kata_desktop.ui.slots import Slots
    from kata_desktop.ui.widgets.card_list import CardList

_APART_MS = 400
"""Least distance between two readings while things keep changing."""
_REST = 8
"""How many times as long as a reading took nothing is read after it."""


class RowSource(Protocol):
    """Where the rows come from; both may raise `KataError`."""

    async def count(self) -> int:
        """Return how many rows there are."""
        ...

    async def page(self, number: int) -> tuple[Face, ...]:
        """Return the rows of one page."""
        ...


class PagedReader(QObject):
    """Belongs to one list.

    Attributes:
        slots: starts what takes time.

    Signals:
        read: the rows are on the screen.
        failed: they cannot be read; carries the `KataError`.
    """

    read = Signal()
    failed = Signal(object)

    def __init__(self, view: CardList, source: RowSource, slots: Slots, clock: Clock) -> None:
        super().__init__(view)
        self.slots = slots
        self._view, self._source, self._clock = view, source, clock
        self._turn = 0
        self._busy = self._stale = self._missed = False
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_APART_MS)
        self._later.timeout.connect(self._refresh)
        view.rows.page_wanted.connect(self._read_page)

    @property
    def busy(self) -> bool:
        """Whether it reads now, or is about to."""
        return self._busy or self._later.isActive()

    def begin(self) -> None:
        """Show other rows from their beginning, because something else was asked for."""
        self._turn += 1
        self._view.scrollToTop()
        self._begin(self._turn)

    def follow(self) -> None:
        """Something changed: read again soon, or when somebody looks."""
        if not self._view.isVisible():
            self._missed = True
        elif not self._later.isActive():
            self._later.start()

    def catch_up(self) -> None:
        """The list came into sight: read what happened while nobody looked."""
        if self._missed:
            self._missed = False
            self._refresh()

    @async_slot
    async def _begin(self, turn: int) -> None:
        await self._read(turn, (0,))

    @async_slot
    async def _refresh(self) -> None:
        if self._busy:
            self._stale = True
            return
        self._busy, began = True, self._clock.monotonic()
        try:
            await self._read(self._turn, self._view.rows.pages_at(*self._view.visible_rows()))
        finally:
            self._busy = False
            self._later.setInterval(max(_APART_MS, round((self._clock.monotonic() - began) * 1000 * _REST)))
            if self._stale:
                self._stale = False
                self._later.start()

    async def _read(self, turn: int, pages: tuple[int, ...]) -> None:
        try:
            total = await self._source.count()
            faces = {page: await self._source.page(page) for page in pages}
        except KataError as error:
            if turn == self._turn:
                self.failed.emit(error)
            return
        if turn == self._turn:
            self._view.show_rows(total, faces)
            self.read.emit()

    @async_slot
    async def _read_page(self, page: int) -> None:
        turn = self._turn
        faces = await self._source.page(page)
        if turn == self._turn:
            self._view.rows.put_page(page, faces)
