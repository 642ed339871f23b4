"""Keeps one channel of one workspace connected: quiet is not dead, and dead is not quiet."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from kata_desktop.channels.accounts import Accounts
from kata_desktop.channels.adapter import ChannelAdapter, ChannelError, ChannelTraits, Connected, OnMessage
from kata_desktop.channels.inbox import Inbox, StoredMarks
from kata_desktop.channels.losses import Taken, asked_until, final_state
from kata_desktop.channels.tries import Tries
from kata_desktop.channels.waiting import first_of
from kata_desktop.channels.wanted import Wanted
from kata_desktop.domain.channel import ChannelState, ChannelStatus, Message
from kata_desktop.domain.errors import KataError
from kata_desktop.runtime.backoff import doubling
from kata_desktop.runtime.clock import Clock
from kata_desktop.runtime.spawn import Spawner
from kata_desktop.store import workspaces
from kata_desktop.store.database import Database
from kata_desktop.store.inbox import Place

WATCH_EVERY = 15.0
"""Seconds between two questions whether the connection is alive."""
CONNECT_LIMIT = 60.0
CLOSE_LIMIT = 5.0
FIRST_DELAY = timedelta(seconds=1)
LONGEST_DELAY = timedelta(minutes=5)
_LEAST = 1000
"""Characters that every channel takes in one message."""

_log = logging.getLogger(__name__)


class Runner:
    """Drives the adapters of one channel.

    Attributes:
        status: How it fares.
        traits: What the channel is like.
        adapter: The adapter while it is connected, else None.
    """

    def __init__(
        self,
        wanted: Wanted,
        *,
        database: Database,
        clock: Clock,
        accounts: Accounts,
        on_new: Callable[[], None],
        on_status: Callable[[ChannelStatus, ChannelStatus], None],
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._wanted = wanted
        self._database = database
        self._clock = clock
        self._accounts = accounts
        self._on_status = on_status
        self._jitter = jitter
        self._place = Place(workspace_id=wanted.workspace_id, channel=wanted.channel)
        self._tries = Tries(clock.monotonic)
        self._inbox = Inbox(database, clock, self._place, on_new)
        self._spawner = Spawner()
        self._retry = asyncio.Event()
        self._look = asyncio.Event()
        self._in_trouble = False
        self._first = self._built()
        self.traits = self._traits_of(self._first)
        self.adapter: ChannelAdapter | None = None
        self.status = ChannelStatus(
            workspace_id=wanted.workspace_id,
            channel=wanted.channel,
            state=ChannelState.STARTING,
            sentence=f"{self.traits.name} is being connected.",
            since=clock.now(),
        )

    def _built(self) -> ChannelAdapter | None:
        """The first adapter; what is missing for it is told by the first attempt to connect."""
        try:
            return self._wanted.build()
        except KataError:
            return None

    def _traits_of(self, adapter: ChannelAdapter | None) -> ChannelTraits:
        """What the channel is like; the least that any can do while there is no adapter."""
        if adapter is not None:
            return adapter.traits
        channel = self._wanted.channel
        return ChannelTraits(id=channel, name=channel.capitalize(), longest=_LEAST, allow_list_only=True)

    def start(self) -> None:
        """Begin to connect."""
        self._spawner.spawn(self._live(), name=f"channel {self._wanted.channel}")

    async def stop(self) -> None:
        """Close the connection; takes seven seconds at most."""
        await self._spawner.close(limit=CLOSE_LIMIT + 2)
        self._set(ChannelState.OFF, f"{self.traits.name} is switched off.")

    def retry(self) -> None:
        """Try again now: the network came back, the computer woke, or a person asks for it."""
        self._retry.set()
        self._look.set()

    # -- connecting

    async def _live(self) -> None:
        while True:
            self._retry.clear()
            self._tries.begin()
            lost = await self._once()
            attempt = self._tries.ended()
            if (state := final_state(lost)) is not None:
                await self._wait_for_a_person(state, lost)
                self._tries.forget()
            else:
                await self._wait(lost, attempt)

    async def _once(self) -> ChannelError:
        """Connect and receive until that ends; returns why it did."""
        account = ""
        adapter: ChannelAdapter | None = None
        try:
            adapter, self._first = self._first or self._wanted.build(), None
            self.traits = adapter.traits
            async with asyncio.timeout(CONNECT_LIMIT):
                connected = await adapter.connect()
            await self._take(connected)
            account = connected.account
            self._is_up(adapter, connected)
            return await self._receive(adapter, connected)
        except ChannelError as error:
            return error
        except KataError as error:
            return ChannelError(error.sentence)
        except TimeoutError:
            return ChannelError(f"{self.traits.name} did not answer within {CONNECT_LIMIT:g} s.")
        except Exception as error:  # noqa: BLE001 - the top handler for adapters, which plugins bring
            _log.exception("The adapter of %s failed", self._wanted.channel)
            return ChannelError(f"It failed with an error of its own ({type(error).__name__}); the log says how.")
        finally:
            self.adapter = None
            if adapter is not None:
                await self._close(adapter)
            if account:
                self._accounts.release(self._wanted.channel, account, self._wanted.workspace_id)

    async def _take(self, connected: Connected) -> None:
        channel, mine = self._wanted.channel, self._wanted.workspace_id
        holder = self._accounts.take(channel, connected.account, mine)
        if holder != mine:
            workspace = await self._database.read(lambda db: workspaces.get(db, holder))
            raise Taken(connected.account, workspace.name)

    def _is_up(self, adapter: ChannelAdapter, connected: Connected) -> None:
        self.adapter = adapter
        self._tries.up()
        if self._in_trouble:
            _log.info("%s works again", self.traits.name)
            self._in_trouble = False
        self._set(ChannelState.CONNECTED, connected.sentence, account=connected.account)

    async def _close(self, adapter: ChannelAdapter) -> None:
        try:
            async with asyncio.timeout(CLOSE_LIMIT):
                await adapter.close()
        except TimeoutError:
            _log.warning("The adapter of %s did not close within %g s", self._wanted.channel, CLOSE_LIMIT)
        except Exception:  # noqa: BLE001 - the top handler for adapters
            _log.exception("The adapter of %s failed to close", self._wanted.channel)

    # -- receiving

    async def _receive(self, adapter: ChannelAdapter, connected: Connected) -> ChannelError:
        marks = StoredMarks(self._database, self._place, connected.account)
        running = self._spawner.spawn(_outcome(adapter, self._take_in, marks), name=f"receiving of {adapter.traits.id}")
        try:
            while not running.done():
                self._look.clear()
                await first_of(
                    self._spawner, asyncio.wait({running}), self._clock.sleep(WATCH_EVERY), self._look.wait()
                )
                if not running.done() and not adapter.is_healthy():
                    return ChannelError(f"Nothing is heard from {self.traits.name} any more.")
                if not running.done():
                    self._set(ChannelState.CONNECTED, f"{connected.sentence}. {adapter.remark()}".removesuffix(". "))
            error = running.result()
        finally:
            running.cancel()
            await asyncio.wait({running}, timeout=CLOSE_LIMIT)
        if isinstance(error, ChannelError):
            return error
        raise error

    async def _take_in(self, message: Message) -> bool:
        added = await self._inbox.take(message)
        if added:
            self._tries.brought()
        return added

    # -- waiting

    async def _wait_for_a_person(self, state: ChannelState, why: ChannelError) -> None:
        _log.warning("%s: %s", self.traits.name, why.sentence)
        self._in_trouble = True
        self._set(state, why.sentence)
        if not (isinstance(why, Taken) and self._accounts.is_free(self._wanted.channel, why.account)):
            await self._retry.wait()
        self._set(ChannelState.STARTING, f"{self.traits.name} is being connected.")

    async def _wait(self, lost: ChannelError, attempt: int) -> None:
        if not self._in_trouble:  # the first failure is told, not every try
            _log.warning("%s: %s", self.traits.name, lost.sentence)
            self._in_trouble = True
        delay = doubling(attempt, base=FIRST_DELAY, cap=LONGEST_DELAY) * (0.75 + self._jitter() / 4)
        patience = asked_until(lost, self._clock.now())
        until = max(patience or self._clock.now(), self._clock.now() + delay)
        state = ChannelState.RECONNECTING if patience is None else ChannelState.RATE_LIMITED
        self._set(state, lost.sentence, until=until)
        seconds = (until - self._clock.now()).total_seconds()
        if patience is None:
            await first_of(self._spawner, self._retry.wait(), self._clock.sleep(seconds))
        else:  # the other side asked for patience
            await self._clock.sleep(seconds)

    def _set(self, state: ChannelState, sentence: str, *, account: str = "", until: datetime | None = None) -> None:
        before = self.status
        since = before.since if before.state is state else self._clock.now()
        self.status = replace(
            before, state=state, sentence=sentence, account=account or before.account, until=until, since=since
        )
        if self.status != before:
            self._on_status(before, self.status)


async def _outcome(adapter: ChannelAdapter, take: OnMessage, marks: StoredMarks) -> Exception:
    """Receive; whatever ends it is a value, for the runner to judge."""
    try:
        await adapter.run(take, marks)
    except Exception as error:  # noqa: BLE001 - handed on as it is
        return error
    return ChannelError(f"{adapter.traits.name} ended the connection.")
