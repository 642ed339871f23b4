"""Messages of which nobody knows whether they arrived: what dead processes left, and what the other side says."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from kata_desktop.domain.events import OutboxChanged
from kata_desktop.domain.notification import DeliveryError, OutboxItem
from kata_desktop.notifications.sender import Sender
from kata_desktop.runtime.bus import EventBus
from kata_desktop.runtime.clock import Clock
from kata_desktop.store import outbox_doubts
from kata_desktop.store.boots import Boot
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database

LOOKUP_LIMIT = 60.0
"""Seconds that a question may take."""
ASK_AGAIN = timedelta(minutes=1)
_BATCH = 50
_log = logging.getLogger(__name__)


class Doubts:
    """Settles uncertain messages: the other side is asked where it can be; the rest is left to a person."""

    def __init__(
        self,
        database: Database,
        bus: EventBus,
        clock: Clock,
        boot_id: str,
        senders: Mapping[str, Sender],
        *,
        is_alive: Callable[[Boot], bool],
    ) -> None:
        self._database = database
        self._bus = bus
        self._clock = clock
        self._boot_id = boot_id
        self._senders = senders
        self._is_alive = is_alive

    async def settle(self, dead_boots: Sequence[str] = ()) -> list[OutboxItem]:
        """Take over what dead processes were sending, then ask about everything that can be asked about now.

        `dead_boots` are dead for certain. Returns what a person has to decide.
        """
        sending = await self._database.read(outbox_doubts.sending_boots)
        dead = [boot.id for boot, over in sending if boot.id != self._boot_id and (over or not self._is_alive(boot))]
        if dead := list(dict.fromkeys([*dead, *dead_boots])):
            now = self._clock.now()
            for item in await self._database.write(lambda db: outbox_doubts.recover_dead(db, dead, now)):
                self._tell(item)
        return await self._ask()

    async def looked_up(self, item: OutboxItem) -> bool | None:
        """What the other side says; None when it does not say."""
        sender = self._senders.get(item.target_kind)
        if sender is None:
            return None
        try:
            async with asyncio.timeout(LOOKUP_LIMIT):
                return await sender.lookup(item)
        except (DeliveryError, TimeoutError):
            return None
        except Exception:  # noqa: BLE001 - the top handler for senders, which plugins bring
            _log.exception("The sender for %s failed to look something up", item.target_kind)
            return None

    def can_be_asked(self, item: OutboxItem) -> bool:
        """Whether the other side may tell one day."""
        sender = self._senders.get(item.target_kind)
        if sender is None:
            return True  # it may come back
        return bool(sender.waits(item.workspace_id)) or sender.can_lookup(item.workspace_id)

    async def _ask(self) -> list[OutboxItem]:
        now = self._clock.now()
        uncertain = []
        for item in await self._database.read(lambda db: outbox_doubts.doubted(db, now, _BATCH)):
            sender = self._senders.get(item.target_kind)
            if sender is None or sender.waits(item.workspace_id):
                uncertain.append(item)
                continue
            answer = await self.looked_up(item)
            if answer is None:
                uncertain.append(item)
            await self._database.write(self._settled(item, answer))
            self._tell(item)
        return uncertain

    def _settled(self, item: OutboxItem, answer: bool | None) -> Callable[[Connection], object]:
        now = self._clock.now()
        match answer:
            case True:
                return lambda db: outbox_doubts.found(db, item.id, now)
            case False:
                return lambda db: outbox_doubts.missing(db, item.id, now)
            case None if self.can_be_asked(item):
                return lambda db: outbox_doubts.ask_later(db, item.id, now + ASK_AGAIN)
            case None:
                return lambda db: outbox_doubts.leave_to_a_person(db, item.id)

    def _tell(self, item: OutboxItem) -> None:
        self._bus.publish(OutboxChanged(item_id=item.id, run_id=item.run_id))
