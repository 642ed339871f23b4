"""Delivers what the outbox holds: durable before it is sent, sent at most once where nobody can be asked."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from kata_desktop.domain.events import NetworkChanged, OutboxChanged
from kata_desktop.domain.notification import DeliveryError, OutboxItem
from kata_desktop.domain.settings import Settings
from kata_desktop.notifications.policy import Drop, Show, Wait, decide
from kata_desktop.notifications.sender import Sender
from kata_desktop.runtime.backoff import doubling
from kata_desktop.runtime.bus import EventBus
from kata_desktop.runtime.clock import Clock
from kata_desktop.runtime.spawn import Spawner
from kata_desktop.store import outbox
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database
from kata_desktop.store.errors import StoreTrouble

MOST_ATTEMPTS = 8
FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(minutes=10)
SEND_LIMIT = 60.0
"""Seconds a sender may take for one message."""

_BATCH = 200
_CHUNK = 60.0
"""Seconds; the wall clock may be set meanwhile, so no wait for a message is longer."""
_IDLE = 300.0
"""Seconds between looks while nothing is queued: another process on the same store tells nobody here."""

Settle = Callable[[Connection], bool]
_log = logging.getLogger(__name__)


class OutboxWorker:
    """Sends due messages, one after the other per target kind, and keeps account of what became of each.

    It sleeps until the earliest one is due or somebody calls `wake`; it wakes itself on `OutboxChanged` and when the
    network comes back.
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
    ) -> None:
        self._database = database
        self._bus = bus
        self._clock = clock
        self._boot_id = boot_id
        self._senders = senders
        self._settings = settings
        self._spawner = Spawner()
        self._woken = asyncio.Event()
        self._stopping = False
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._sending: set[str] = set()
        self._main: asyncio.Task[None] | None = None
        self._unsubscribe: list[Callable[[], None]] = []

    async def recover(self, dead_boots: Sequence[str]) -> list[OutboxItem]:
        """Settle what processes were sending when they died; call it before `start`. Returns what stays uncertain.

        Where the other side can be asked, it is: what arrived counts as delivered, what did not is sent again.
        """
        items = await self._database.write(lambda db: outbox.recover_dead(db, dead_boots))
        uncertain = []
        for item in items:
            match await self._looked_up(item):
                case True:
                    await self._database.write(partial(outbox.found, item_id=item.id, at=self._clock.now()))
                case False:
                    await self._database.write(partial(outbox.resend, item_id=item.id, at=self._clock.now()))
                case None:
                    uncertain.append(item)
            self._bus.publish(OutboxChanged(item_id=item.id, run_id=item.run_id))
        return uncertain

    def start(self) -> None:
        """Begin to send."""
        self._unsubscribe = [
            self._bus.subscribe(OutboxChanged, lambda _: self.wake()),
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
        for item_id in self._sending:
            why = "Kata ended while sending it, so it may or may not have arrived."
            await self._database.write(partial(outbox.unknown, item_id=item_id, boot_id=self._boot_id, error=why))
        self._sending.clear()

    def wake(self) -> None:
        """Look again now: something was queued."""
        self._woken.set()

    async def _work(self) -> None:
        while True:
            self._woken.clear()
            try:
                wait = await self._begin_due()
            except StoreTrouble as trouble:
                _log.warning("The outbox cannot be read now: %s", trouble)
                wait = _CHUNK
            await self._sleep(wait)

    async def _begin_due(self) -> float:
        """Start a lane for every target kind with something due; returns for how long there is nothing to do."""
        now = self._clock.now()
        due, earliest = await self._database.read(lambda db: (outbox.due(db, now, _BATCH), outbox.next_at(db)))
        for kind in {item.target_kind for item in due} - self._lanes.keys():
            items = [item for item in due if item.target_kind == kind]
            self._lanes[kind] = self._spawner.spawn(self._lane(kind, items), name=f"outbox to {kind}")
        if earliest is None:
            return _IDLE
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

    async def _lane(self, kind: str, items: Sequence[OutboxItem]) -> None:
        try:
            for item in items:
                if self._stopping:
                    break
                await self._one(item)
        finally:
            del self._lanes[kind]
            self.wake()

    async def _one(self, item: OutboxItem) -> None:
        match decide(item, self._settings(), now=self._clock.now(), zone=self._clock.zone_name()):
            case Wait(until=until):
                await self._settle(partial(outbox.postpone, item_id=item.id, until=until))
            case Drop(reason=reason):
                if await self._claimed(item):
                    await self._settle(partial(outbox.dropped, item_id=item.id, boot_id=self._boot_id, why=reason))
            case Show(item=shown):
                if await self._claimed(item):
                    self._sending.add(item.id)
                    await self._settle(await self._outcome(shown))
                    self._sending.discard(item.id)
        self._tell(item)

    async def _claimed(self, item: OutboxItem) -> bool:
        return await self._settle(partial(outbox.claim, item_id=item.id, boot_id=self._boot_id))

    async def _outcome(self, item: OutboxItem) -> Settle:
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

    async def _after(self, item: OutboxItem, error: DeliveryError) -> Settle:
        ident, boot = item.id, self._boot_id
        if not error.certain:
            match await self._looked_up(item):
                case True:
                    return partial(outbox.delivered, item_id=ident, boot_id=boot, at=self._clock.now())
                case None:
                    return partial(outbox.unknown, item_id=ident, boot_id=boot, error=error.sentence)
                case False:
                    pass  # surely not there: as good as an error that is certain
        attempt = item.attempts + 1
        if not error.retryable or attempt >= MOST_ATTEMPTS:
            return partial(outbox.failed, item_id=ident, boot_id=boot, error=error.sentence)
        at = self._next_try(attempt, error)
        return partial(outbox.retry_at, item_id=ident, boot_id=boot, at=at, error=error.sentence)

    def _next_try(self, attempt: int, error: DeliveryError) -> datetime:
        delay = doubling(attempt, base=FIRST_DELAY, cap=LONGEST_DELAY)
        return self._clock.now() + max(delay, error.retry_after or timedelta(0))

    async def _looked_up(self, item: OutboxItem) -> bool | None:
        try:
            async with asyncio.timeout(SEND_LIMIT):
                return await self._sender(item).lookup(item)
        except (DeliveryError, TimeoutError):
            return None

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
