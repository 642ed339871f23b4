"""The engine with Slack as its channel: messages become runs, and their answers leave through the outbox."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections import ChainMap
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from kata_desktop.agent.arguments import read_arguments
from kata_desktop.bootstrap.kata import Kata
from kata_desktop.bootstrap.process import is_alive
from kata_desktop.builtin.slack.adapter import SlackAdapter
from kata_desktop.builtin.slack.patience import Patience
from kata_desktop.channels.adapter import ChannelAdapter
from kata_desktop.channels.host import ChannelHost
from kata_desktop.domain.channel import ChannelRules, InboxItem, InboxState
from kata_desktop.domain.events import NetworkChanged
from kata_desktop.domain.handler import HandlerSpec, Result, RunContext
from kata_desktop.domain.task import PROMPT_HANDLER
from kata_desktop.notifications.outbox import OutboxWorker
from kata_desktop.notifications.sender import Sender
from kata_desktop.plugins.memory import BoundMemory
from kata_desktop.plugins.settings import SettingsValues
from kata_desktop.runtime.clock import SystemClock
from kata_desktop.store import inbox
from tests.support.built_kata import built_kata
from tests.support.slack_channel import ALL_TOKENS, MANIFEST, Tokens

PEOPLE = ("U0ALICE", "U0BOB", "U0SAM1", "U0SAM2")
Answer = Callable[[RunContext], Awaitable[Result]]


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
class SlackHouse:
    """What a plugin would hand to the host, and the parts around it."""

    kata: Kata
    host: ChannelHost
    worker: OutboxWorker
    base_url: str
    workspace_id: str = "ws_acme"
    channel: str = "slack"
    given: ChannelRules = field(default_factory=lambda: ChannelRules(allow=PEOPLE, allow_in_groups=PEOPLE))
    tokens: Tokens = field(default_factory=lambda: Tokens(ALL_TOKENS))
    patience: Patience = field(default_factory=Patience)
    adapters: list[SlackAdapter] = field(default_factory=list)

    @property
    def build(self) -> Callable[[], ChannelAdapter]:
        """Makes the adapter anew."""
        return self._adapter

    @property
    def rules(self) -> Callable[[], ChannelRules]:
        """Alice, Bob and both Sams may write, elsewhere when they mention Kata."""
        return lambda: self.given

    def _adapter(self) -> SlackAdapter:
        kata = self.kata
        memory = BoundMemory(database=kata.database, workspace_id=self.workspace_id, plugin_id="slack")
        settings = SettingsValues.of(MANIFEST.settings, {"base_url": self.base_url})
        log = logging.LoggerAdapter(logging.getLogger("tests.slack"))
        self.adapters.append(
            SlackAdapter(
                settings=settings,
                credentials=self.tokens,
                memory=memory,
                clock=kata.clock,
                log=log,
                patience=self.patience,
            )
        )
        return self.adapters[-1]

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

    async def undecided(self) -> int:
        """Messages that wait for the router."""
        return len([item for item in await self.items() if item.state is InboxState.RECEIVED])


@asynccontextmanager
async def slack_house(folder: Path, base_url: str, *, answer: Answer = echo) -> AsyncIterator[SlackHouse]:
    """Everything runs and Slack is attached in "Acme Research"; a folder may have several lives."""
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
        house = SlackHouse(kata, host, worker, base_url)
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


async def _live(folder: Path, base_url: str, answer: Answer) -> None:
    async with slack_house(folder, base_url, answer=answer):
        await asyncio.Event().wait()


if __name__ == "__main__":  # a life of its own, to be killed
    asyncio.run(_live(Path(sys.argv[1]), sys.argv[2], think_for_ever if sys.argv[3] == "think" else echo))
