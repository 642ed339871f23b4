"""The other end of a channel in the tests of plugins: takes messages as the inbox does, and remembers marks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from kata_desktop.channels.adapter import ChannelAdapter
from kata_desktop.domain.channel import Message
from kata_desktop.runtime.spawn import Spawner

CLOSING = 5.0
"""Seconds that a channel may take to close."""


class MarksInMemory:
    """See `channels.adapter.Marks`."""

    def __init__(self) -> None:
        self._marks: dict[str, str] = {}

    async def get(self, scope: str) -> str:
        """The mark; empty when there is none."""
        return self._marks.get(scope, "")

    async def put(self, scope: str, mark: str) -> None:
        """Keep it."""
        self._marks[scope] = mark

    async def all(self) -> dict[str, str]:
        """Every one."""
        return dict(self._marks)


class Received:
    """What came in; every message counts once, however often its channel hands it on.

    Attributes:
        messages: Oldest first.
        marks: How far the channel has read; they outlive its connection.
    """

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.marks = MarksInMemory()

    async def take(self, message: Message) -> bool:
        """See `channels.adapter.OnMessage`."""
        if any((each.account, each.id) == (message.account, message.id) for each in self.messages):
            return False
        self.messages.append(message)
        return True


@asynccontextmanager
async def receiving(adapter: ChannelAdapter, received: Received, spawner: Spawner) -> AsyncIterator[ChannelAdapter]:
    """Connect a channel and let it receive, close it at the end; what ended its receiving before is raised then."""
    try:
        await adapter.connect()
        work = spawner.spawn(adapter.run(received.take, received.marks), name="receiving of a plugin under test")
        try:
            yield adapter
        finally:
            ended_by_itself = work.done()
            work.cancel()
            await asyncio.wait({work})
        if ended_by_itself:
            work.result()
    finally:
        async with asyncio.timeout(CLOSING):
            await adapter.close()
