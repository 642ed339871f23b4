"""What the list does: reads what is near the eye, follows what happens, and reads no more than it must."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from kata_desktop.domain.errors import KataError, NotFound
from kata_desktop.domain.listing import RunQuery
from kata_desktop.domain.run import RunState
from kata_desktop.ui.pages.activity.history import History, Rows
from kata_desktop.ui.slots import async_slot

if TYPE_CHECKING:
    from kata_desktop.domain.events import RunChanged
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.pages.activity.local_time import LocalTime
    from kata_desktop.ui.pages.activity.page import ActivityPage
    from kata_desktop.ui.services import Services

_APART_MS = 400
"""Least distance between two readings of the whole while runs come and go."""
_TICK_MS = 1000
_REST = 8
"""How many times as long as a reading took nothing is read after it."""


class ListControl(QObject):
    """Belongs to one activity page.

    Attributes:
        query: what is shown.

    Signals:
        read: the rows are on the screen.
        counted: the `RunDay`s of the same part of the history, whatever the chip.
        failed: the store could not be read; carries the `KataError`.
    """

    read = Signal()
    counted = Signal(object)
    failed = Signal(object)

    def __init__(self, page: ActivityPage, services: Services, bridge: Bridge) -> None:
        super().__init__(page)
        self.slots = page.slots
        self.query = RunQuery()
        self._page = page
        self._history = History(services.scheduling, services.clock)
        self._turn = 0
        self._busy = self._stale = self._totals = self._missed = False
        self._monotonic = services.clock.monotonic
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_APART_MS)
        self._later.timeout.connect(self._refresh)
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._read_live)
        self._page.table.page_wanted.connect(self._read_page)
        bridge.runs_changed.connect(self._runs_changed)
        bridge.outbox_changed.connect(self._follow)

    def when(self) -> LocalTime:
        """How instants are written now."""
        return self._history.when()

    def show(self, query: RunQuery) -> None:
        """Show another part of the history: its first page at once, the rest when it is known."""
        self.query = query
        self._turn += 1
        self._begin(self._turn)

    def add_totals(self) -> None:
        """Sum up time and money as well from now on; that takes longer."""
        if not self._totals:
            self._totals = True
            self._refresh()

    @async_slot
    async def _begin(self, turn: int) -> None:
        try:
            beginning = await self._history.beginning(self.query)
            if turn == self._turn:
                self._show(beginning)
                await self._read_whole(turn, pages=(0,))
        except KataError as error:
            self._tell(turn, error)

    @async_slot
    async def _refresh(self) -> None:
        if self._busy:
            self._stale = True
            return
        self._busy, turn = True, self._turn
        began = self._monotonic()
        try:
            await self._read_whole(turn, pages=self._page.table.pages_at(*self._page.list.visible_rows()))
        except KataError as error:
            self._tell(turn, error)
        finally:
            self._busy = False
            # What takes long is done less often, so that reading never takes more than a small part of the time.
            self._later.setInterval(max(_APART_MS, round((self._monotonic() - began) * 1000 * _REST)))
            if self._stale:
                self._stale = False
                self._later.start()

    async def _read_whole(self, turn: int, *, pages: tuple[int, ...]) -> None:
        rows = await self._history.rows(self.query, pages, totals=self._totals)
        if turn == self._turn:
            self._show(rows)
            self.counted.emit(rows.sums)

    def _show(self, rows: Rows) -> None:
        self._page.list.show_rows(rows.days, rows.pages)
        self._watch_live()
        self.read.emit()

    def _tell(self, turn: int, error: KataError) -> None:
        if turn == self._turn:
            self.failed.emit(error)

    @async_slot
    async def _read_page(self, page: int) -> None:
        turn = self._turn
        faces = await self._history.page(self.query, page)
        if turn == self._turn:
            self._page.table.put_page(page, faces)

    def _runs_changed(self, changes: tuple[RunChanged, ...]) -> None:
        known = self._page.table.live_ids()
        progress = [each.run_id for each in changes if each.state is RunState.RUNNING and each.run_id in known]
        if len(progress) == len(changes):
            self._read_faces(progress)
        else:
            self._follow()

    def _follow(self, _what: object = None) -> None:
        if not self._page.isVisible():
            self._missed = True
        elif not self._later.isActive():
            self._later.start()

    def catch_up(self) -> None:
        """The page came into sight: read what happened while nobody looked."""
        if self._missed:
            self._missed = False
            self._refresh()
        self._watch_live()

    @async_slot
    async def _read_live(self) -> None:
        await self._put_faces(list(self._page.table.live_ids()))
        self._watch_live()

    @async_slot
    async def _read_faces(self, run_ids: list[str]) -> None:
        await self._put_faces(run_ids)

    async def _put_faces(self, run_ids: list[str]) -> None:
        try:
            faces = await self._history.faces(run_ids)
        except NotFound:
            self._follow()
            return
        for face in faces:
            self._page.table.put_face(face)

    def _watch_live(self) -> None:
        if not (self._page.isVisible() and self._page.table.live_ids()):
            self._tick.stop()
        elif not self._tick.isActive():
            self._tick.start()
