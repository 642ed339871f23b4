"""The whole engine with the plugin switched on in Acme Research, and its WhatsApp at `Phone`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from kata_desktop.agent.arguments import read_arguments
from kata_desktop.bootstrap.kata import Kata
from kata_desktop.bootstrap.plugin_source import PluginSource
from kata_desktop.builtin.whatsapp.plugin import WhatsAppPlugin
from kata_desktop.domain.channel import ChannelState, InboxItem, InboxState
from kata_desktop.domain.handler import HandlerSpec, Result, RunContext
from kata_desktop.domain.notification import OutboxItem
from kata_desktop.domain.plugin import PairingStep
from kata_desktop.domain.task import PROMPT_HANDLER
from kata_desktop.plugins.catalogue import Bundled
from kata_desktop.plugins.contract import Plugin
from kata_desktop.store import inbox, outbox
from tests.support.eventually import eventually
from tests.support.running_plugins import ACME, running
from tests.support.whatsapp.phone import Phone

PROGRAM = Path(__file__).with_name("program.py")
ALICE, BOB = "4915100000002@s.whatsapp.net", "4915100000003@s.whatsapp.net"
TEAM = "120363000000000001@g.us"
RULES = {"allow": "+49 151 0000 0002", "allow_in_groups": "+49 (151) 0000-0002"}
Answer = Callable[[RunContext], Awaitable[Result]]


async def echo(context: RunContext) -> Result:
    """Says what was heard."""
    asked = read_arguments(context.arguments)
    assert asked.to is not None
    return Result(output=f"Heard: {asked.reply}", targets=(asked.to,), session_id=context.session_id)


@dataclass
class House:
    """A running engine."""

    kata: Kata
    phone: Phone
    folder: Path

    @property
    def data(self) -> Path:
        """The plugin's own folder."""
        return self.folder / "plugins" / "whatsapp" / ACME

    @property
    def state(self) -> ChannelState | None:
        """How the channel fares."""
        status = self.kata.channel_host.status(ACME, "whatsapp")
        return None if status is None else status.state

    @property
    def sentence(self) -> str:
        """What people read about the channel."""
        status = self.kata.channel_host.status(ACME, "whatsapp")
        return "" if status is None else status.sentence

    @property
    def step(self) -> PairingStep:
        """Where the linking stands."""
        step = self.kata.plugins.pairing(ACME, "whatsapp")
        assert step is not None
        return step

    async def until(self, state: ChannelState, *, limit: float = 30.0) -> None:
        """Wait for a state of the channel; lost connections are tried again without their long pauses."""

        def there() -> bool:
            if state is ChannelState.CONNECTED and self.state is ChannelState.RECONNECTING:
                self.kata.channel_host.retry(ACME, "whatsapp")
            return self.state is state

        await eventually(f"{state}", there, limit=limit)

    async def until_step(self, state: str, *, limit: float = 30.0) -> PairingStep:
        """Wait for a step of the linking."""
        await eventually(f"step {state}", lambda: self.step.state == state, limit=limit)
        return self.step

    async def pair(self, phone_number: str = "") -> None:
        """Begin to link a phone, and wait until a process asks for codes."""
        before = self.phone.opens
        await self.kata.plugins.start_pairing(ACME, "whatsapp", phone_number)
        await eventually("an open line", lambda: self.phone.opens > before)

    async def link(self) -> None:
        """Link the phone and connect."""
        await self.pair()
        self.phone.offer("2@first")
        await self.until_step("waiting")
        await self.phone.accept()
        await self.until_step("linked")
        self.phone.remember_link()
        await self.until(ChannelState.CONNECTED)

    async def arrived(self, to: str, count: int, *, limit: float = 30.0) -> list[str]:
        """The texts that somebody got, once there are so many."""
        await eventually(
            f"{count} texts for {to}, not {self.phone.sent}", lambda: len(self.phone.texts(to)) >= count, limit=limit
        )
        return self.phone.texts(to)

    async def items(self) -> list[InboxItem]:
        """The inbox, oldest first."""
        return list(reversed(await self.kata.database.read(lambda db: inbox.listed(db, limit=1000))))

    async def decided(self, count: int) -> list[InboxItem]:
        """The inbox once so many messages are in it and decided about."""
        loop = asyncio.get_running_loop()
        end = loop.time() + 10
        while True:
            items = await self.items()
            if len(items) >= count and all(item.state is not InboxState.RECEIVED for item in items):
                return items
            assert loop.time() < end, items
            await asyncio.sleep(0.02)

    async def outbox(self) -> list[OutboxItem]:
        """Everything queued, oldest first."""
        return list(reversed(await self.kata.database.read(lambda db: outbox.listed(db, limit=1000))))

    def process(self) -> psutil.Process:
        """The process of the linked device."""
        (found,) = [each for each in device_processes() if str(self.phone.path) in each.cmdline()]
        return found


def device_processes() -> list[psutil.Process]:
    """Every process of a linked device beneath this one, without their guards."""
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            if process.cmdline()[1:2] == [str(PROGRAM)]:
                found.append(process)
        except psutil.Error:
            continue
    return found


def source(phone: Path, *, beat: float = 0.5) -> PluginSource:
    """The one plugin, with the scripted program."""

    class ScriptedWhatsApp(WhatsAppPlugin):
        argv = (sys.executable, str(PROGRAM), str(phone))

    ScriptedWhatsApp.beat = beat

    def load() -> type[Plugin]:
        return ScriptedWhatsApp

    return PluginSource(bundled=(Bundled(id="whatsapp", load=load),))


@asynccontextmanager
async def house_of(folder: Path, phone: Phone, *, answer: Answer = echo) -> AsyncIterator[House]:
    """Everything runs; a folder may have several lives."""
    async with running(folder, source(phone.path)) as kata:
        kata.engine.register(HandlerSpec(name=PROMPT_HANDLER, run=answer))
        if not (await kata.plugins.settings(ACME, "whatsapp"))["allow"]:
            await kata.plugins.change(ACME, "whatsapp", RULES)
        await kata.plugins.manager.settled(ACME, "whatsapp")
        kata.outbox.start()
        try:
            yield House(kata, phone, folder)
        finally:
            await kata.outbox.stop(limit=0.5)
