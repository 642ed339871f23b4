"""The engine with one channel: messages become runs that echo, and their answers leave through the outbox."""

from __future__ import annotations

import asyncio
from collections import ChainMap
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from kata_desktop.agent.arguments import read_arguments
from kata_desktop.bootstrap.kata import Kata
from kata_desktop.bootstrap.process import is_alive
from kata_desktop.channels.adapter import ChannelAdapter
from kata_desktop.channels.host import ChannelHost
from kata_desktop.domain.channel import ChannelRules, ChannelStatus, InboxItem
from kata_desktop.domain.events import NetworkChanged
from kata_desktop.domain.handler import HandlerSpec, Result, RunContext
from kata_desktop.domain.task import PROMPT_HANDLER
from kata_desktop.notifications.outbox import OutboxWorker
from kata_desktop.notifications.sender import Sender
from kata_desktop.runtime.clock import SystemClock
from kata_desktop.store import inbox
from tests.support.built_kata import built_kata
from tests.support.eventually import eventually

Answer = Callable[[RunContext], Awaitable[Result]]
BuildAdapter = Callable[[Kata], ChannelAdapter]
WORKSPACE = "ws_acme"
"""Id of “Acme Research”, which every built Kata has."""


async def echo(context: RunContext) -> Result:
    """Says what was heard."""
    asked = read_arguments(context.arguments)
    assert asked.to is not None
    return Result(output=f"Heard: {asked.reply}", targets=(asked.to,), session_id=context.session_id)


async def think_for_ever(context: RunContext) -> Result:
    """Never comes to an end."""
    await asyncio.sleep(3600)
    return await echo(context)


@dataclass
class ChannelHouse:
    """What a plugin would hand to the host, and the parts around it."""

    kata: Kata
    host: ChannelHost
    adapter: BuildAdapter
    channel: str
    given: ChannelRules
    workspace_id: str = WORKSPACE

    @property
    def build(self) -> Callable[[], ChannelAdapter]:
        """Makes the adapter anew."""
        return lambda: self.adapter(self.kata)

    @property
    def rules(self) -> Callable[[], ChannelRules]:
        """Who may write."""
        return lambda: self.given

    @property
    def status(self) -> ChannelStatus:
        """How the channel fares."""
        status = self.host.status(self.workspace_id, self.channel)
        assert status
        return status

    async def connected(self) -> None:
        """Wait until messages flow, without the waits that grow with every loss."""

        def hurried() -> bool:
            if not self.is_connected:
                self.hurry()
            return self.is_connected

        await eventually("a connection", hurried)

    @property
    def is_connected(self) -> bool:
        """Whether messages flow."""
        runner = self.host.runner(self.workspace_id, self.channel)
        return runner is not None and runner.adapter is not None and runner.adapter.is_healthy()

    def hurry(self) -> None:
        """Let a lost connection be opened again without the wait that grows with every loss."""
        self.kata.bus.publish(NetworkChanged(online=True))

    async def items(self) -> list[InboxItem]:
        """The inbox, oldest first."""
        return list(reversed(await self.kata.database.read(lambda db: inbox.listed(db, limit=10_000))))


@asynccontextmanager
async def channel_house(
    folder: Path, channel: str, adapter: BuildAdapter, given: ChannelRules, *, answer: Answer = echo
) -> AsyncIterator[ChannelHouse]:
    """Everything runs and the channel is attached in "Acme Research"; a folder may have several lives."""
    async with built_kata(folder, SystemClock()) as kata:
        host = ChannelHost(database=kata.database, bus=kata.bus, clock=kata.clock, link=kata.scheduling)
        senders: ChainMap[str, Sender] = ChainMap({}, host.senders)  # type: ignore[arg-type]
        worker = OutboxWorker(
            kata.database,
            kata.bus,
            kata.clock,
            kata.boot.id,
            senders,
            settings=lambda: kata.settings.current,
            is_alive=is_alive,
        )
        house = ChannelHouse(kata, host, adapter, channel, given)
        kata.engine.register(HandlerSpec(name=PROMPT_HANDLER, run=answer))
        await kata.engine.start()
        worker.start()
        host.attach(house)
        try:
            yield house
        finally:
            await kata.engine.stop(limit=1)
            await host.stop()
            await worker.stop(limit=0.5)
