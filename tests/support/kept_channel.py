"""A channel at work: a real adapter over a real store, kept connected in the way that the runner does it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Generic, Self, TypeVar

from kata_desktop.channels.adapter import ChannelAdapter
from kata_desktop.channels.inbox import Inbox, StoredMarks
from kata_desktop.domain.channel import Message
from kata_desktop.plugins.sdk import ChannelError, Connected
from kata_desktop.runtime.clock import SystemClock
from kata_desktop.store import workspaces
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database
from kata_desktop.store.inbox import Place
from tests.support.eventually import eventually
from tests.support.store_rows import add_workspace

A = TypeVar("A", bound=ChannelAdapter)


class KeptChannel(Generic[A]):
    """Connects, receives, and connects again after `pause` seconds; new messages are in `taken` in their order."""

    def __init__(self, database: Database, place: Place, adapter: A, *, pause: float = 0.05) -> None:
        self.database = database
        self.place = place
        self.adapter = adapter
        self.pause = pause
        self.taken: list[Message] = []
        self.doubles: list[str] = []
        """Ids of messages that had been taken before."""
        self.refuse = 0
        """How many messages cannot be stored."""
        self.connected: Connected | None = None
        self.connections = 0
        self.errors: list[ChannelError] = []
        self.final: ChannelError | None = None
        self._inbox = Inbox(database, SystemClock(), self.place, lambda: None)
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.database.write(_with_workspace)
        self._begin()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._break_off()
        await self.adapter.close()

    async def healthy(self) -> None:
        """Wait until messages flow."""
        await eventually("a connection", self.adapter.is_healthy)

    async def took(self, count: int, *, limit: float = 30.0) -> list[Message]:
        """Wait until so many new messages are in the inbox."""
        await eventually(f"{count} messages, not {self.texts}", lambda: len(self.taken) >= count, limit=limit)
        return self.taken

    async def reconnect(self) -> None:
        """Begin again, with settings as they are now."""
        before = self.connections
        await self._break_off()
        self._begin()
        await eventually("another connection", lambda: self.connections > before)

    def marks(self) -> StoredMarks:
        """What was read."""
        assert self.connected
        return StoredMarks(self.database, self.place, self.connected.account)

    @property
    def texts(self) -> list[str]:
        """What came, in its order."""
        return [message.text for message in self.taken]

    async def take(self, message: Message) -> bool:
        """What the adapter hands messages to."""
        if self.refuse:
            self.refuse -= 1
            raise ChannelError("The disk is full.")
        new = await self._inbox.take(message)
        (self.taken.append(message) if new else self.doubles.append(message.id))
        return new

    def _begin(self) -> None:
        name = f"{self.place.channel} channel"
        self._task = asyncio.get_running_loop().create_task(self._keep(), name=name)

    async def _break_off(self) -> None:
        assert self._task
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def _keep(self) -> None:
        while True:
            try:
                self.connected = await self.adapter.connect()
                self.connections += 1
                await self.adapter.run(self.take, self.marks())
            except ChannelError as error:
                self.errors.append(error)
                if error.final:
                    self.final = error
                    return
            await asyncio.sleep(self.pause)


def _with_workspace(db: Connection) -> None:
    if workspaces.find(db, "w1") is None:
        add_workspace(db)
