"""Wishes about plugins, reconciled: one task per workspace and plugin, which ends in what was wished last."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from kata_desktop.plugins.switchboard import Pair
from kata_desktop.runtime.clock import Clock
from kata_desktop.runtime.spawn import Spawner


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """How a pair should be."""

    on: bool = False
    turn: int = 0
    """Another number means: anew, even if it is on already."""


@dataclass(kw_only=True, slots=True)
class _Lane:
    wished: Wish
    reached: Wish
    changed: asyncio.Event
    task: asyncio.Task[None] | None = None


class Toggles:
    """Starts and stops pairs as wished. `start` and `stop` must not raise; `start` may be cancelled, `stop` follows."""

    def __init__(
        self,
        *,
        clock: Clock,
        spawner: Spawner,
        start: Callable[[Pair], Awaitable[None]],
        stop: Callable[[Pair, bool], Awaitable[None]],
        quiet: float,
    ) -> None:
        self._clock = clock
        self._spawner = spawner
        self._start = start
        self._stop = stop
        self._quiet = quiet
        self._lanes: dict[Pair, _Lane] = {}
        self._closed = False

    def wish(self, pair: Pair, *, on: bool, anew: bool = False, at_once: bool = False) -> None:
        """Want a pair on or off; `anew` stops it before, `at_once` leaves out the quiet time."""
        lane = self._lanes.setdefault(pair, _Lane(wished=Wish(), reached=Wish(), changed=asyncio.Event()))
        lane.wished = replace(lane.wished, on=on, turn=lane.wished.turn + anew)
        lane.changed.set()
        if lane.task is None and lane.wished != lane.reached and not self._closed:
            lane.task = self._spawner.spawn(self._reconcile(pair, lane, at_once), name=f"switch {pair[1]}@{pair[0]}")

    async def settled(self, pair: Pair) -> None:
        """Return when what was wished so far is reached."""
        lane = self._lanes.get(pair)
        while lane is not None and lane.task is not None:
            await asyncio.wait({lane.task})

    async def close(self) -> None:
        """Reconcile nothing any more; what is being started is cancelled."""
        self._closed = True
        tasks = [lane.task for lane in self._lanes.values() if lane.task is not None]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _reconcile(self, pair: Pair, lane: _Lane, at_once: bool) -> None:
        try:
            while lane.wished != lane.reached:
                if not at_once:
                    await self._clock.sleep(self._quiet)
                at_once = False
                await self._approach(pair, lane, lane.wished)
        finally:
            lane.task = None
            if not lane.wished.on and not lane.reached.on and self._lanes.get(pair) is lane:
                del self._lanes[pair]

    async def _approach(self, pair: Pair, lane: _Lane, wish: Wish) -> None:
        if wish == lane.reached:
            return
        if lane.reached.on:
            await self._stop(pair, not wish.on)
        lane.reached = replace(wish, on=False)
        if wish.on and await self._started(pair, lane, wish):
            lane.reached = wish

    async def _started(self, pair: Pair, lane: _Lane, wish: Wish) -> bool:
        """Start it; False when something else was wished meanwhile, and it is stopped again then."""
        starting = self._spawner.spawn(self._awaited(pair), name=f"start {pair[1]}@{pair[0]}")
        try:
            while not starting.done() and lane.wished == wish:
                lane.changed.clear()
                changed = self._spawner.spawn(lane.changed.wait(), name=f"wishes about {pair[1]}@{pair[0]}")
                await asyncio.wait({starting, changed}, return_when=asyncio.FIRST_COMPLETED)
                changed.cancel()
            if lane.wished == wish:
                return True
        except asyncio.CancelledError:
            starting.cancel()
            await asyncio.wait({starting})
            raise
        starting.cancel()
        await asyncio.wait({starting})
        await self._stop(pair, not lane.wished.on)
        return False

    async def _awaited(self, pair: Pair) -> None:
        await self._start(pair)
