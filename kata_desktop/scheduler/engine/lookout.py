"""One look of the engine: the news from outside first, then rounds until nothing is left to do."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Protocol

from kata_desktop.domain.events import Event
from kata_desktop.scheduler.engine import rounds
from kata_desktop.scheduler.engine.stillness import Stillness, still_after
from kata_desktop.scheduler.engine.tools import Tools
from kata_desktop.scheduler.engine.world import Told, World
from kata_desktop.store.connection import Connection
from kata_desktop.store.errors import StoreTrouble


class Commit(Protocol):
    """One durable transaction of the engine, and acting on what it told; raises `StoreTrouble`."""

    def __call__(
        self, work: Callable[[Connection, World, Told], None], told: Told | None = None, /
    ) -> Awaitable[None]: ...


class Lookout:
    """Looks, and leaves out the looks that can find nothing."""

    def __init__(
        self,
        tools: Tools,
        *,
        watch: Callable[[], Sequence[Event]],
        is_alive: rounds.IsAlive,
        world: Callable[[], World],
        commit: Commit,
        places: Callable[[], int],
        stopping: Callable[[], bool],
    ) -> None:
        self._tools = tools
        self._watch = watch
        self._is_alive = is_alive
        self._world = world
        self._commit = commit
        self._places = places
        self._stopping = stopping
        self._news: deque[tuple[Event, datetime]] = deque()  # with the wall clock at which each was noticed
        self._still: Stillness | None = None
        self._poked = False
        self._late = 0
        self._missed = 0

    def poke(self) -> None:
        """Something changed: the next look is a real one, also when one is under way."""
        self._still, self._poked = None, True

    def disturb(self) -> None:
        """A transaction begins: what the last look found holds no more."""
        self._still = None

    def count(self, told: Told) -> None:
        """Let the next digest tell of what a transaction between two looks found late or missed."""
        self._late += told.late
        self._missed += told.missed

    async def look(self) -> Told:
        """Do what is to be done now; what the last round told says when to look again."""
        noticed = self._watch()
        self._news.extend((event, self._tools.clock.now()) for event in noticed)
        while self._news:
            await self._notice(*self._news[0])
        return self._told_last() or await self._look_around()

    def _told_last(self) -> Told | None:
        """What the last look told, when another one would find the same."""
        still = self._still
        if still is None or not still.lasts(self._world(), self._tools.database.footprint()):
            return None
        self._still = still.skipped()
        return still.told

    async def _look_around(self) -> Told:
        self._poked = False
        world, footprint = self._world(), self._tools.database.footprint()
        while True:
            late, missed = self._late, self._missed
            told = Told(late=late, missed=missed)
            await self._commit(partial(rounds.look_around, is_alive=self._is_alive, places=self._places()), told)
            self._late += told.late - late
            self._missed += told.missed - missed
            if not told.more or self._stopping():
                break
        if self._late or self._missed:
            from kata_desktop.scheduler.engine.digest import queue_digest

            await self._commit(partial(queue_digest, late=self._late, missed=self._missed))
            self._late = self._missed = 0
        elif not self._poked:
            self._still = still_after(told, world, footprint)
        return told

    async def _notice(self, event: Event, at: datetime) -> None:
        """Act on one piece of news; it stays in the list while the store does not take what follows from it."""
        try:
            await self._commit(partial(rounds.notice, event=event, at=at))
        except StoreTrouble:
            raise
        except Exception:
            self._news.popleft()  # an error of ours must not come back with every look
            raise
        self._news.popleft()
        self._tools.bus.publish(event)
