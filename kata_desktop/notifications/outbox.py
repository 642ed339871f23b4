"""Delivers what the outbox holds: durable before it is sent, sent at most once where nobody can be asked."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from kata_desktop.domain.events import NetworkChanged, OutboxChanged, PluginsChanged
from kata_desktop.domain.notification import DeliveryError, OutboxItem
from kata_desktop.domain.settings import Settings
from kata_desktop.notifications.doubts import Doubts
from kata_desktop.notifications.lanes import waiting_lanes
from kata_desktop.notifications.policy import Drop, Show, Wait, decide
from kata_desktop.notifications.sender import Sender
from kata_desktop.runtime.backoff import doubling
from kata_desktop.runtime.bus import EventBus
from kata_desktop.runtime.clock import Clock
from kata_desktop.runtime.spawn import Spawner
from kata_desktop.store import outbox, outbox_doubts
from kata_desktop.store.boots import Boot
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database
from kata_desktop.store.errors import StoreTrouble
from kata_desktop.store.outbox import Lane

MOST_ATTEMPTS = 8
FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(minutes=10)
SEND_LIMIT = 900.0
"""Seconds a sender may take for one message, however many parts it has; senders limit each part themselves."""

_BATCH = 200
_CHUNK = 60.0
"""Seconds; the wall clock may be set meanwhile, so no wait for a message is longer."""
_IDLE = 300.0
"""Seconds between looks while nothing is queued: another process on the same store tells nobody here."""

Settle = Callable[[Connection], bool]
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
        self._boot_id = boot_id
        self._senders = senders
        self._settings = settings
        self._doubts = Doubts(database, bus, clock, boot_id, senders, is_alive=is_alive)
        self._spawner = Spawner()
        self._woken = asyncio.Event()
        self._stopping = False
        self._grace = grace
        self._ready_at = 0.0
        self._lanes: dict[Lane, asyncio.Task[None]] = {}
        self._sending: dict[str, OutboxItem] = {}
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
        why = "Kata ended while sending it, so it may or may not have arrived."
        for item in self._sending.values():
            ask = self._doubts.can_be_asked(item)
            uncertain = partial(outbox.unknown, item_id=item.id, boot_id=self._boot_id, error=why, ask=ask)
            await self._database.write(uncertain)
        self._sending.clear()

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
                outbox.due(db, now, _BATCH, without=blocked),
                outbox.next_at(db, now, without=blocked),
                outbox_doubts.any_doubts(db),
            )
        )
        for lane in {outbox.lane_of(item) for item in due} - self._lanes.keys():
            items = [item for item in due if outbox.lane_of(item) == lane]
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
                if await self._one(item) and item.target_address:
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

    async def _one(self, item: OutboxItem) -> bool:
        """Do what is to be done about a message now; True when it is to be tried again."""
        comes_again = False
        match decide(item, self._settings(), now=self._clock.now(), zone=self._clock.zone_name()):
            case Wait(until=until):
                await self._settle(partial(outbox.postpone, item_id=item.id, until=until))
            case Drop(reason=reason):
                if await self._claimed(item):
                    await self._settle(partial(outbox.dropped, item_id=item.id, boot_id=self._boot_id, why=reason))
            case Show(item=shown):
                if await self._claimed(item):
                    self._sending[item.id] = item
                    change = await self._outcome(shown)
                    comes_again = change.func is outbox.retry_at
                    await self._settle(change)
                    self._sending.pop(item.id, None)
        self._tell(item)
        return comes_again

    async def _claimed(self, item: OutboxItem) -> bool:
        return await self._settle(partial(outbox.claim, item_id=item.id, boot_id=self._boot_id))

    async def _outcome(self, item: OutboxItem) -> partial[bool]:
        """Send it; returns how to write down what happened."""
        try:
            async with asyncio.timeout(SEND_LIMIT):
                await self._sender(item).send(item)
        except DeliveryError as error:
            return await self._after(item, error)
        except TimeoutError:
            return await self._after(item, DeliveryError(f"No answer within {SEND_LIMIT:g} s.", certain=False))
        except Exception:  # noqa: BLE001 - the top handler for senders, which plugins bring
            _log.exception("The sender for %s failed", item.target_kind)
            return await self._after(item, DeliveryError("The sender failed; the log says how.", certain=False))
        return partial(outbox.delivered, item_id=item.id, boot_id=self._boot_id, at=self._clock.now())

    async def _after(self, item: OutboxItem, error: DeliveryError) -> partial[bool]:
        ident, boot = item.id, self._boot_id
        if not error.certain:
            match await self._doubts.looked_up(item):
                case True:
                    return partial(outbox.delivered, item_id=ident, boot_id=boot, at=self._clock.now())
                case None:
                    ask = self._doubts.can_be_asked(item)
                    return partial(outbox.unknown, item_id=ident, boot_id=boot, error=error.sentence, ask=ask)
                case False:
                    pass  # surely not there: as good as an error that is certain
        attempt = await self._attempt(item)
        if not error.retryable or attempt >= MOST_ATTEMPTS:
            return partial(outbox.failed, item_id=ident, boot_id=boot, error=error.sentence)
        at = self._next_try(attempt, error)
        return partial(outbox.retry_at, item_id=ident, boot_id=boot, at=at, error=error.sentence)

    async def _attempt(self, item: OutboxItem) -> int:
        """Which attempt this was; they are counted anew whenever a part of a long text has arrived."""
        try:
            stored = await self._database.read(partial(outbox.get, item_id=item.id))
        except StoreTrouble:
            stored = None
        return item.attempts + 1 if stored is None else max(1, stored.attempts)

    def _next_try(self, attempt: int, error: DeliveryError) -> datetime:
        delay = doubling(attempt, base=FIRST_DELAY, cap=LONGEST_DELAY)
        return self._clock.now() + max(delay, error.retry_after or timedelta(0))

    def _sender(self, item: OutboxItem) -> Sender:
        sender = self._senders.get(item.target_kind)
        if sender is None:
            raise DeliveryError(f"“{item.target_kind}” is not connected; switch it on under Plugins.")
        return sender

    async def _settle(self, change: Settle) -> bool:
        """Write it down, however long the store needs: until then the message's fate is known to us only."""
        attempt = 0
        while True:
            try:
                return await self._database.write(change)
            except StoreTrouble as trouble:
                attempt += 1
                _log.warning("The outbox cannot be written now: %s", trouble)
                wait = doubling(attempt, base=timedelta(seconds=1), cap=timedelta(minutes=1))
                await self._clock.sleep(wait.total_seconds())

    def _tell(self, item: OutboxItem) -> None:
        self._bus.publish(OutboxChanged(item_id=item.id, run_id=item.run_id))
