"""The engine with a channel whose far end is in memory; the Reminder answers."""

from __future__ import annotations

import asyncio
from collections import ChainMap
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.bootstrap.process import is_alive
from kata_desktop.channels.host import ChannelHost
from kata_desktop.channels.service import ChannelService
from kata_desktop.domain.channel import InboxItem, InboxState, Message
from kata_desktop.domain.handler import HandlerSpec, Result, RunContext
from kata_desktop.domain.notification import OutboxItem
from kata_desktop.domain.run import Run
from kata_desktop.domain.task import PROMPT_HANDLER, Task
from kata_desktop.notifications.outbox import OutboxWorker
from kata_desktop.notifications.sender import Sender
from kata_desktop.runtime.clock import SystemClock
from kata_desktop.store import inbox, outbox, tasks
from tests.support.built_kata import built_kata
from tests.support.fake_channel import FarEnd, WantedFake


class QuietDesktop:
    """Takes notifications and keeps them."""

    def __init__(self) -> None:
        self.shown: list[OutboxItem] = []

    async def send(self, item: OutboxItem) -> None:
        self.shown.append(item)

    async def lookup(self, item: OutboxItem) -> bool | None:  # noqa: ARG002
        return None

    def can_lookup(self, workspace_id: str) -> bool:  # noqa: ARG002
        return False

    def waits(self, workspace_id: str) -> str:  # noqa: ARG002
        return ""


@dataclass
class House:
    """A running engine with its outbox and channels."""

    kata: Kata
    host: ChannelHost
    verbs: ChannelService
    worker: OutboxWorker
    desktop: QuietDesktop
    far: FarEnd
    wanted: WantedFake
    asked: list[RunContext] = field(default_factory=list)

    async def hear(self, *messages: Message) -> None:
        """People write, and everything of it is decided."""
        self.far.write(*messages)
        await self.until(lambda: self._decided(messages))

    async def _decided(self, messages: tuple[Message, ...]) -> bool:
        items = {item.message.id: item for item in await self.items()}
        return all(message.id in items and items[message.id].state is not InboxState.RECEIVED for message in messages)

    async def items(self) -> list[InboxItem]:
        """The inbox, oldest first."""
        return list(reversed(await self.kata.database.read(lambda db: inbox.listed(db, limit=10_000))))

    async def item(self, message_id: str) -> InboxItem:
        """The inbox row of a message."""
        (found,) = [item for item in await self.items() if item.message.id == message_id]
        return found

    async def outbox(self) -> list[OutboxItem]:
        """Everything queued, oldest first."""
        return list(reversed(await self.kata.database.read(lambda db: outbox.listed(db, limit=10_000))))

    async def run_of(self, message_id: str) -> Run:
        """The run that answers a message."""
        return await self.kata.scheduling.run((await self.item(message_id)).run_id)

    async def responder(self) -> Task:
        """The visible task."""
        found: list[Task] = []

        async def there() -> bool:
            task = await self.kata.database.read(lambda db: tasks.find_owned(db, "channel:fake", "ws_acme"))
            found[:] = [task] if task is not None else []
            return bool(found)

        await self.until(there)
        return found[0]

    async def until(self, test: Callable[[], Awaitable[bool] | bool], *, limit: float = 30.0) -> None:
        """Wait for a condition."""
        loop = asyncio.get_running_loop()
        end = loop.time() + limit
        while True:
            met = test()
            if met if isinstance(met, bool) else await met:
                return
            assert loop.time() < end, f"waited {limit:g} s; it says {self.far.texts[-5:]}, {(await self.items())[-3:]}"
            await asyncio.sleep(0.01)

    async def answers(self, number: int) -> list[str]:
        """The texts at the far end once there are so many."""
        await self.until(lambda: len(self.far.arrived) >= number)
        return self.far.texts

    def answer_with(self, handler: Callable[[RunContext], Awaitable[Result]]) -> None:
        """Let runs of prompts be answered so."""

        async def run(context: RunContext) -> Result:
            self.asked.append(context)
            return await handler(context)

        self.kata.engine.register(HandlerSpec(name=PROMPT_HANDLER, run=run))

    def new_worker(self) -> OutboxWorker:
        """A worker of the outbox as this process has one."""
        senders: ChainMap[str, Sender] = ChainMap({"desktop": self.desktop}, self.host.senders)  # type: ignore[arg-type]
        kata = self.kata
        return OutboxWorker(
            kata.database,
            kata.bus,
            kata.clock,
            kata.boot.id,
            senders,
            settings=lambda: kata.settings.current,
            is_alive=is_alive,
        )


@pytest.fixture
def far() -> FarEnd:
    return FarEnd()


@pytest.fixture
async def house(tmp_path: Path, far: FarEnd) -> AsyncIterator[House]:
    """Everything runs, the channel is attached in "Acme Research" and U1 and U2 may write."""
    async with built_kata(tmp_path / "data", SystemClock()) as kata:
        host = ChannelHost(database=kata.database, bus=kata.bus, clock=kata.clock, link=kata.scheduling)
        verbs = ChannelService(database=kata.database, bus=kata.bus, clock=kata.clock, link=kata.scheduling, host=host)
        desktop = QuietDesktop()
        house = House(kata, host, verbs, None, desktop, far, WantedFake(far=far))  # type: ignore[arg-type]
        house.worker = house.new_worker()
        await kata.engine.start()
        house.worker.start()
        house.host.attach(house.wanted)
        try:
            yield house
        finally:
            await kata.engine.stop(limit=1)
            await host.stop()
            await house.worker.stop(limit=0.5)
