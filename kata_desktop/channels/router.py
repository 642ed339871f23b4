"""Works through what came in, message by message, and tries again what could not be taken on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from kata_desktop.channels import replies, routing
from kata_desktop.channels.adapter import ChannelTraits
from kata_desktop.channels.responder import arguments_of
from kata_desktop.channels.routing import Situation
from kata_desktop.channels.scheduler_link import Moves, SchedulerLink
from kata_desktop.channels.waiting import first_of
from kata_desktop.domain.channel import CANNOT_NOW, ChannelRules, InboxItem, InboxState
from kata_desktop.domain.errors import KataError
from kata_desktop.domain.events import InboxChanged
from kata_desktop.runtime.backoff import doubling
from kata_desktop.runtime.clock import Clock
from kata_desktop.runtime.spawn import Spawner
from kata_desktop.store import inbox
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database
from kata_desktop.store.errors import StoreTrouble
from kata_desktop.store.inbox import Place

MOST_RETRIES = 3
FIRST_DELAY = timedelta(seconds=10)
LONGEST_DELAY = timedelta(minutes=5)
SORRY_HOLDS = timedelta(hours=1)
"""For so long nobody is told again in the same conversation that there is no answer, unless there was one."""
_BATCH = 50
_IDLE = 300.0
"""Seconds between looks while nothing comes in."""
_CHUNK = 60.0
"""Seconds; the wall clock may be set meanwhile, so no wait for a message is longer."""
_TROUBLE = 10.0
_log = logging.getLogger(__name__)


class Router:
    """The messages of one channel in one workspace, in the order they came."""

    def __init__(
        self,
        place: Place,
        traits: Callable[[], ChannelTraits],
        rules: Callable[[], ChannelRules],
        *,
        database: Database,
        link: SchedulerLink,
        clock: Clock,
    ) -> None:
        self._place = place
        self._traits = traits
        self._rules = rules
        self._database = database
        self._link = link
        self._clock = clock
        self._woken = asyncio.Event()
        self._spawner = Spawner()

    def start(self) -> None:
        """Begin with what an earlier process left undecided."""
        self._spawner.spawn(self._work(), name=f"router of {self._place.channel}")

    async def stop(self) -> None:
        """Leave the rest for later; what was begun is durable as a whole or not at all."""
        await self._spawner.close()

    def wake(self) -> None:
        """A message came in."""
        self._woken.set()

    async def _work(self) -> None:
        await self._show_task()
        while True:
            self._woken.clear()
            try:
                wait = await self._take_due()
            except StoreTrouble as trouble:
                _log.warning("Messages of %s cannot be taken on now: %s", self._place.channel, trouble)
                wait = _TROUBLE
            await first_of(self._spawner, self._woken.wait(), self._clock.sleep(wait))

    async def _show_task(self) -> None:
        """The task that answers is there from the beginning, so that the owner can set what answers may do."""
        try:
            await self._link.together(
                lambda _db, moves: routing.responder(moves, self._place.workspace_id, self._traits())
            )
        except KataError as error:  # it is made with the first message at the latest
            _log.warning("The task that answers in %s could not be made: %s", self._place.channel, error)

    async def _take_due(self) -> float:
        """Decide about everything whose time has come; returns for how many seconds there is nothing to do."""
        while True:
            now = self._clock.now()
            items = await self._database.read(partial(inbox.open_in, place=self._place, now=now, limit=_BATCH))
            for item in items:
                await self._one(item)
            if len(items) < _BATCH:
                break
        following = await self._database.read(partial(inbox.next_at, place=self._place))
        if following is None:
            return _IDLE
        return min(max(1.0, (following - self._clock.now()).total_seconds()), _CHUNK)

    async def _one(self, item: InboxItem) -> None:
        try:
            at = self._situation()
            await self._link.together(partial(routing.decide, item=item, at=at))
        except StoreTrouble:
            raise
        except KataError as error:
            await self._not_now(item, error.sentence)
        except Exception:  # noqa: BLE001 - the top handler for messages: one must not hold up all the others
            _log.exception("A message of %s could not be taken on", self._place.channel)
            await self._not_now(item, "It could not be taken on because of an error in Kata; the log has the details.")

    def _situation(self) -> Situation:
        return Situation(
            workspace_id=self._place.workspace_id,
            traits=self._traits(),
            rules=self._rules(),
            now=self._clock.now(),
            zone=self._clock.zone_name(),
        )

    async def _not_now(self, item: InboxItem, sentence: str) -> None:
        delay = doubling(item.tries + 1, base=FIRST_DELAY, cap=LONGEST_DELAY)
        at = self._clock.now() + delay
        tries = await self._database.write(lambda db: inbox.try_again(db, item.id, at, sentence))
        if tries > MOST_RETRIES:
            await self._give_up(item, sentence)

    async def _give_up(self, item: InboxItem, sentence: str) -> None:
        """Show it in Activity with the cause, and tell whoever wrote it, once, that there will be no answer."""

        def work(db: Connection, moves: Moves) -> None:
            task = routing.responder(moves, self._place.workspace_id, self._traits())
            arguments = arguments_of(item, item.message.text)
            run = moves.record_failure(task, sentence, arguments=arguments, session_id="")
            inbox.settle(db, item.id, InboxState.FAILED, reason=sentence, run_id=run.id)
            moves.tell(InboxChanged(workspace_id=item.workspace_id, channel=self._place.channel))
            if not inbox.failed_before(db, item, self._clock.now() - SORRY_HOLDS):
                moves.queue(replies.reply_to(item, f"{item.id}:sorry", CANNOT_NOW, title="No answer"))

        try:
            await self._link.together(work)
        except StoreTrouble:
            raise
        except Exception:  # noqa: BLE001 - whatever hinders the telling, the message itself must come to an end
            _log.exception("A message of %s could not be shown as failed", self._place.channel)
            failed = partial(inbox.settle, item_id=item.id, state=InboxState.FAILED, reason=sentence)
            await self._database.write(failed)
