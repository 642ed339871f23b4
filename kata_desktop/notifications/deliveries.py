"""One message, from the moment at which it is due to the row that says what became of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

from kata_desktop.domain.events import OutboxChanged
from kata_desktop.domain.notification import DeliveryError, OutboxItem
from kata_desktop.domain.settings import Settings
from kata_desktop.notifications.doubts import Doubts
from kata_desktop.notifications.policy import Drop, Show, Wait, decide
from kata_desktop.notifications.sender import Sender
from kata_desktop.runtime.backoff import doubling
from kata_desktop.runtime.bus import EventBus
from kata_desktop.runtime.clock import Clock
from kata_desktop.store import outbox, outbox_claims
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database
from kata_desktop.store.errors import StoreTrouble

MOST_ATTEMPTS = 8
FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(minutes=10)
SEND_LIMIT = 900.0
"""Seconds a sender may take for one message, however many parts it has; senders limit each part themselves."""

Settle = Callable[[Connection], bool]
_log = logging.getLogger(__name__)


class Deliveries:
    """Claims messages, hands them to their senders and keeps account of each; knows which are under way."""

    def __init__(
        self,
        database: Database,
        bus: EventBus,
        clock: Clock,
        boot_id: str,
        senders: Mapping[str, Sender],
        *,
        settings: Callable[[], Settings],
        doubts: Doubts,
    ) -> None:
        self._database = database
        self._bus = bus
        self._clock = clock
        self._boot_id = boot_id
        self._senders = senders
        self._settings = settings
        self._doubts = doubts
        self._sending: dict[str, OutboxItem] = {}

    async def give_up(self) -> None:
        """The program ends: what is still unanswered is uncertain."""
        why = "Kata ended while sending it, so it may or may not have arrived."
        for item in self._sending.values():
            ask = self._doubts.can_be_asked(item)
            uncertain = partial(outbox_claims.unknown, item_id=item.id, boot_id=self._boot_id, error=why, ask=ask)
            await self._database.write(uncertain)
        self._sending.clear()

    async def deliver(self, item: OutboxItem) -> bool:
        """Do what is to be done about a message now; True when it is to be tried again."""
        comes_again = False
        match decide(item, self._settings(), now=self._clock.now(), zone=self._clock.zone_name()):
            case Wait(until=until):
                await self._settle(partial(outbox_claims.postpone, item_id=item.id, until=until))
            case Drop(reason=reason):
                if await self._claimed(item):
                    dropped = partial(outbox_claims.dropped, item_id=item.id, boot_id=self._boot_id, why=reason)
                    await self._settle(dropped)
            case Show(item=shown):
                if await self._claimed(item):
                    self._sending[item.id] = item
                    change = await self._outcome(shown)
                    comes_again = change.func is outbox_claims.retry_at
                    await self._settle(change)
                    self._sending.pop(item.id, None)
        self._tell(item)
        return comes_again

    async def _claimed(self, item: OutboxItem) -> bool:
        return await self._settle(partial(outbox_claims.claim, item_id=item.id, boot_id=self._boot_id))

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
        return partial(outbox_claims.delivered, item_id=item.id, boot_id=self._boot_id, at=self._clock.now())

    async def _after(self, item: OutboxItem, error: DeliveryError) -> partial[bool]:
        ident, boot = item.id, self._boot_id
        if not error.certain:
            match await self._doubts.looked_up(item):
                case True:
                    return partial(outbox_claims.delivered, item_id=ident, boot_id=boot, at=self._clock.now())
                case None:
                    ask = self._doubts.can_be_asked(item)
                    return partial(outbox_claims.unknown, item_id=ident, boot_id=boot, error=error.sentence, ask=ask)
                case False:
                    pass  # surely not there: as good as an error that is certain
        attempt = await self._attempt(item)
        if not error.retryable or attempt >= MOST_ATTEMPTS:
            return partial(outbox_claims.failed, item_id=ident, boot_id=boot, error=error.sentence)
        at = self._next_try(attempt, error)
        return partial(outbox_claims.retry_at, item_id=ident, boot_id=boot, at=at, error=error.sentence)

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
