"""What people do with the outbox: look, send again, withdraw, be reminded later."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

from kata_desktop.domain.errors import NotFound, Refused
from kata_desktop.domain.events import OutboxChanged
from kata_desktop.domain.ids import new_id
from kata_desktop.domain.notification import NotificationKind, OutboxItem, OutboxQuery, OutboxState
from kata_desktop.domain.task import DESKTOP
from kata_desktop.runtime.bus import EventBus
from kata_desktop.runtime.clock import Clock
from kata_desktop.store import outbox
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database

SNOOZE = timedelta(minutes=10)


class Messages:
    """The verbs of the outbox, for the window, the command line and notifications; works without a running worker."""

    def __init__(self, database: Database, bus: EventBus, clock: Clock) -> None:
        self._database = database
        self._bus = bus
        self._clock = clock

    async def listed(
        self, *, states: Sequence[OutboxState] = (), workspace_id: str = "", limit: int = 100, offset: int = 0
    ) -> list[OutboxItem]:
        """Messages in some states (none named: any), newest first."""
        return await self._database.read(
            lambda db: outbox.listed(db, states=states, workspace_id=workspace_id, limit=limit, offset=offset)
        )

    async def found(self, query: OutboxQuery) -> list[OutboxItem]:
        """The messages that a query asks for, newest first."""
        return await self._database.read(lambda db: outbox.found(db, query))

    async def counts(self, query: OutboxQuery) -> Mapping[OutboxState, int]:
        """How many messages of each state a query has, whichever states it names; zeros are left out."""
        return await self._database.read(lambda db: outbox.counts(db, query))

    async def of_run(self, run_id: str) -> list[OutboxItem]:
        """Every message about a run, oldest first."""
        return await self._database.read(lambda db: outbox.of_run(db, run_id))

    async def find(self, item_id: str) -> OutboxItem | None:
        """The message; None when there is none."""
        return await self._database.read(lambda db: outbox.get(db, item_id))

    async def send_test(self, title: str, body: str) -> OutboxItem:
        """Queue a notification to the desktop that proves the whole way, quiet hours included."""
        ident, now = new_id("out"), self._clock.now()
        item = OutboxItem(
            id=ident,
            key=f"test:{ident}",
            kind=NotificationKind.TROUBLE,
            target_kind=DESKTOP.kind,
            title=title,
            body=body,
            created_at=now,
            next_at=now,
        )
        await self._database.write(lambda db: outbox.add(db, item))
        self._tell(item)
        return item

    async def resend(self, item_id: str) -> OutboxItem:
        """Send a failed, uncertain or withdrawn message again, because a person asked. Raises NotFound, Refused."""
        change = partial(outbox.resend, item_id=item_id, at=self._clock.now())
        return await self._by_hand(item_id, change, "is on its way or was delivered already; look at its state")

    async def drop(self, item_id: str) -> OutboxItem:
        """Withdraw a message that is not under way, because a person asked. Raises NotFound, Refused."""
        change = partial(outbox.drop, item_id=item_id)
        return await self._by_hand(item_id, change, "is being sent or was delivered; it cannot be withdrawn any more")

    async def confirm(self, item_id: str) -> OutboxItem:
        """An uncertain message has arrived: a person looked. Raises NotFound, Refused."""
        change = partial(outbox.confirm, item_id=item_id, at=self._clock.now())
        return await self._by_hand(item_id, change, "is not uncertain any more; look at its state")

    async def take_back(self, before: OutboxItem) -> OutboxItem:
        """Undo a `drop`: the message is again as it was `before`. Raises NotFound, Refused."""
        change = partial(outbox.restore, before=before)
        return await self._by_hand(before.id, change, "is not withdrawn any more; look at its state")

    async def snooze(self, item: OutboxItem, delay: timedelta = SNOOZE) -> None:
        """Show the same again after a while."""
        now = self._clock.now()
        key = f"{item.key}:snooze:{int(now.timestamp())}"
        again = replace(item, id=new_id("out"), key=key, created_at=now, next_at=now + delay)
        await self._database.write(lambda db: outbox.add(db, again))
        self._tell(again)

    async def _by_hand(self, item_id: str, change: Callable[[Connection], bool], why_not: str) -> OutboxItem:
        def work(db: Connection) -> tuple[OutboxItem | None, bool]:
            changed = change(db)
            return outbox.get(db, item_id), changed

        item, changed = await self._database.write(work)
        if item is None:
            raise NotFound("message", item_id)
        if not changed:
            raise Refused(f"The message “{item.title}” {why_not}.")
        self._tell(item)
        return item

    def _tell(self, item: OutboxItem) -> None:
        self._bus.publish(OutboxChanged(item_id=item.id, run_id=item.run_id))
