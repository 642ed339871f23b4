"""Delivers what the outbox holds: durable before it is sent, sent at most once where nobody can be asked."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence

from kata_desktop.domain.events import NetworkChanged, OutboxChanged, PluginsChanged
from kata_desktop.domain.notification import OutboxItem
from kata_desktop.domain.settings import Settings
from kata_desktop.notifications.deliveries import FIRST_DELAY, Deliveries
from kata_desktop.notifications.doubts import Doubts
from kata_desktop.notifications.lanes import waiting_lanes
from kata_desktop.notifications.sender import Sender
from kata_desktop.runtime.bus import EventBus
from kata_desktop.runtime.clock import Clock
from kata_desktop.runtime.spawn import Spawner
from kata_desktop.store import outbox_doubts, outbox_lanes
from kata_desktop.store.boots import Boot
from kata_desktop.store.database import Database
from kata_desktop.store.errors import StoreTrouble
from kata_desktop.store.outbox_lanes import Lane

_BATCH = 200
_CHUNK = 60.0
"""Seconds; the wall clock may be set meanwhile, so no wait for a message is longer."""
_IDLE = 300.0
"""Seconds between looks while nothing is queued: another process on the same store tells nobody here."""

_log = logging.getLogger(__name__)


def _all_alive(_: Boot) -> bool:
    return True


class OutboxWorker:
    """Sends due messages, one after the other per lane (kind of target and workspace), and keeps account of each.

    It sleeps until the earliest one is due or somebody calls `wake`; it wakes itself on `OutboxChanged`, when a
    plugin's state changes and when the network comes back. Lanes whose sender waits for its connection are left alone
    meanwhile.
    """

    def __init__(
        self,
        database: Database,
        bus: EventBus,
        clock: Clock,
        boot_id: str,
        senders: Mapping[str, Sender],
        *,
        settings: Callable[[], Settings],
        is_alive: Callable[[Boot], bool] = _all_alive,
        grace: float = 0.0,
    ) -> None:
        """With `grace`, channels that are not there are waited for so many seconds after `start`."""
        self._database = database
        self._bus = bus
        self._clock = clock
        self._senders = senders
        self._doubts = Doubts(database, bus, clock, boot_id, senders, is_alive=is_alive)
        self._deliveries = Deliveries(database, bus, clock, boot_id, senders, settings=settings, doubts=self._doubts)
        self._spawner = Spawner()
        self._woken = asyncio.Event()
        self._stopping = False
        self._grace = grace
        self._ready_at = 0.0
        self._lanes: dict[Lane, asyncio.Task[None]] = {}
        self._main: asyncio.Task[None] | None = None
        self._asking: asyncio.Task[None] | None = None
        self._ask_again = False
        self._unsubscribe: list[Callable[[], None]] = []

    async def recover(self, dead_boots: Sequence[str] = ()) -> list[OutboxItem]:
        """Settle what processes were sending when they died; done with every look as well, so that it is enough to
        call it once before `start`. Returns what stays uncertain.

        Where the other side can be asked, it is: what arrived counts as delivered, what did not is sent again.
        """
        return await self._doubts.settle(dead_boots)

    def start(self) -> None:
        """Begin to send."""
        self._ready_at = self._clock.monotonic() + self._grace
        self._unsubscribe = [
            self._bus.subscribe(OutboxChanged, lambda _: self.wake()),
            self._bus.subscribe(PluginsChanged, lambda _: self.wake()),
            self._bus.subscribe(NetworkChanged, lambda _: self.wake()),
        ]
        self._main = self._spawner.spawn(self._work(), name="outbox")

    async def stop(self, *, limit: float = 5.0) -> None:
        """Begin nothing new, give what is under way `limit` seconds; what is then still unanswered is uncertain."""
        self._stopping = True
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        if self._main is not None:
            self._main.cancel()
        if self._lanes:
            await asyncio.wait(self._lanes.values(), timeout=limit)
        await self._spawner.close()
        await self._deliveries.give_up()

    def wake(self) -> None:
        """Look again now: something was queued."""
        self._woken.set()

    async def _work(self) -> None:
        while True:
            self._woken.clear()
            try:
                self._clear_doubts()
                wait = await self._begin_due()
            except StoreTrouble as trouble:
                _log.warning("The outbox cannot be read now: %s", trouble)
                wait = _CHUNK
            await self._sleep(wait)

    def _clear_doubts(self) -> None:
        """Ask about what is uncertain, beside everything else: an answer may take long."""
        self._ask_again = True
        if self._asking is None or self._asking.done():
            self._asking = self._spawner.spawn(self._ask(), name="outbox: doubts")

    async def _ask(self) -> None:
        try:
            while self._ask_again:  # the connection may have come while it was asked whether there is one
                self._ask_again = False
                await self._doubts.settle()
        except StoreTrouble as trouble:
            _log.warning("Uncertain messages cannot be settled now: %s", trouble)

    async def _begin_due(self) -> float:
        """Start a lane for everything that is due; returns for how many seconds there is nothing to do."""
        now = self._clock.now()
        blocked, noted = await waiting_lanes(self._database, self._senders, starting=self._is_starting())
        if noted:
            self._bus.publish(OutboxChanged())
        due, earliest, doubts = await self._database.read(
            lambda db: (
                outbox_lanes.due(db, now, _BATCH, without=blocked),
                outbox_lanes.next_at(db, now, without=blocked),
                outbox_doubts.any_doubts(db),
            )
        )
        for lane in {outbox_lanes.lane_of(item) for item in due} - self._lanes.keys():
            items = [item for item in due if outbox_lanes.lane_of(item) == lane]
            self._lanes[lane] = self._spawner.spawn(self._lane(lane, items), name=f"outbox to {lane.key}")
        if earliest is None:
            return _CHUNK if blocked or doubts else _IDLE
        # what is due and waits behind a busy lane: that lane wakes us when it ends
        wait = FIRST_DELAY.total_seconds() if earliest <= now else (earliest - now).total_seconds()
        return min(wait, _CHUNK)

    async def _sleep(self, seconds: float) -> None:
        waits: list[asyncio.Task[object]] = [
            self._spawner.spawn(self._woken.wait(), name="outbox: woken"),
            self._spawner.spawn(self._clock.sleep(seconds), name="outbox: time"),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _lane(self, lane: Lane, items: Sequence[OutboxItem]) -> None:
        held: set[str] = set()
        try:
            for item in items:
                if item.target_address in held:
                    continue  # what was said before it comes first
                if self._stopping or self._must_wait(item):
                    break
                if await self._deliveries.deliver(item) and item.target_address:
                    held.add(item.target_address)
        finally:
            del self._lanes[lane]
            self.wake()

    def _must_wait(self, item: OutboxItem) -> bool:
        """Whether its connection was lost, or it was queued, since the lanes were looked at."""
        sender = self._senders.get(item.target_kind)
        return self._is_starting() if sender is None else bool(sender.waits(item.workspace_id))

    def _is_starting(self) -> bool:
        return self._clock.monotonic() < self._ready_at
