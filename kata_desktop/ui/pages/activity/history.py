"""Reads the history for the page: the rows near the eye, the days, the numbers and what a plot draws."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kata_desktop.domain.listing import RunCounts, RunDay, RunFilter, RunQuery
from kata_desktop.ui.pages.activity.local_time import LocalTime
from kata_desktop.ui.pages.activity.run_table import PAGE, Day, RowFace

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kata_desktop.domain.run import Run
    from kata_desktop.runtime.clock import Clock
    from kata_desktop.scheduler.service import Scheduling


@dataclass(frozen=True, kw_only=True, slots=True)
class Rows:
    """A part of the history, fit for a `RunTable`."""

    days: tuple[Day, ...]
    pages: dict[int, tuple[RowFace, ...]]
    sums: tuple[RunDay, ...] = ()
    """The same days for every chip; empty while only the first page is known."""


class History:
    """Asks the scheduler for runs and puts them into the words of this place."""

    def __init__(self, scheduling: Scheduling, clock: Clock) -> None:
        self._scheduling, self._clock = scheduling, clock

    def when(self) -> LocalTime:
        """How instants are written now."""
        return LocalTime(self._clock.now(), self._clock.zone_name())

    async def beginning(self, query: RunQuery) -> Rows:
        """The first page with its days: what can be seen at once, however much there is."""
        when = self.when()
        runs = await self._scheduling.runs(replace(query, limit=PAGE, offset=0))
        counts = Counter(when.day(run.slot) for run in runs)
        days = tuple((day, when.day_title(day), count) for day, count in counts.items())
        return Rows(days=days, pages={0: _faces(runs, when)})

    async def rows(self, query: RunQuery, pages: Iterable[int], *, totals: bool) -> Rows:
        """All days, and some pages; with the sums of time and money if asked."""
        when = self.when()
        sums = await self._scheduling.run_days(query, totals=totals)
        faces = {page: await self.page(query, page) for page in pages}
        days = [(each.day, when.day_title(each.day), each.rows(query.filter)) for each in sums]
        return Rows(days=tuple(day for day in days if day[2]), pages=faces, sums=tuple(sums))

    async def page(self, query: RunQuery, page: int) -> tuple[RowFace, ...]:
        """One page."""
        runs = await self._scheduling.runs(replace(query, limit=PAGE, offset=page * PAGE))
        return _faces(runs, self.when())

    async def faces(self, run_ids: Iterable[str]) -> list[RowFace]:
        """Some runs as they are now."""
        when = self.when()
        return [RowFace.of(await self._scheduling.run(run_id), when) for run_id in run_ids]


def sum_of(days: Sequence[RunDay]) -> RunCounts:
    """What the chips show for all days together."""
    return RunCounts(**{kind.value: sum(day.rows(kind) for day in days) for kind in RunFilter})


def _faces(runs: Iterable[Run], when: LocalTime) -> tuple[RowFace, ...]:
    return tuple(RowFace.of(run, when) for run in runs)
