"""The Telegram channel at work: the real adapter over a real store, kept connected as the runner does it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self

import kata_desktop.builtin.telegram
from kata_desktop.builtin.telegram.adapter import TelegramAdapter
from kata_desktop.channels.inbox import Inbox, StoredMarks
from kata_desktop.domain.channel import Message
from kata_desktop.plugins.manifest_reader import read_manifest
from kata_desktop.plugins.sdk import ChannelError, Connected
from kata_desktop.plugins.settings import SettingsValues
from kata_desktop.runtime.clock import SystemClock
from kata_desktop.store import workspaces
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database
from kata_desktop.store.inbox import Place
from tests.support.eventually import eventually
from tests.support.store_rows import add_workspace
from tests.support.telegram_rules import TOKEN

MANIFEST = read_manifest(Path(kata_desktop.builtin.telegram.__file__).parent)
PLACE = Place(workspace_id="w1", channel="telegram")


class Token:
    """What the keyring holds."""

    def __init__(self, value: str | None = TOKEN) -> None:
        self.value = value

    async def get(self, name: str) -> str | None:
        """The value; None when there is none."""
        assert name == "bot_token"
        return self.value


def telegram_adapter(settings: Mapping[str, object], token: Token) -> TelegramAdapter:
    """An adapter with these settings."""
    return TelegramAdapter(
        settings=SettingsValues.of(MANIFEST.settings, settings),
        credentials=token,
        clock=SystemClock(),
        log=logging.LoggerAdapter(logging.getLogger("tests.telegram")),
    )


class TelegramChannel:
    """Connects, receives, and connects again after `pause` seconds; new messages are in `taken` in their order."""

    def __init__(self, database: Database, base_url: str, *, token: str | None = TOKEN, **settings: object) -> None:
        self.pause = 0.05
        self.taken: list[Message] = []
        self.doubles: list[str] = []
        self.refuse = 0
        """How many messages cannot be stored."""
        self.connected: Connected | None = None
        self.errors: list[ChannelError] = []
        self.final: ChannelError | None = None
        self._database = database
        self._inbox = Inbox(database, SystemClock(), PLACE, lambda: None)
        self.adapter = telegram_adapter({"base_url": base_url, **settings}, Token(token))
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self._database.write(_with_workspace)
        self._task = asyncio.get_running_loop().create_task(self._keep(), name="telegram channel")
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        await self.adapter.close()

    async def took(self, count: int, *, limit: float = 30.0) -> list[Message]:
        """Wait until so many new messages are in the inbox."""
        await eventually(f"{count} messages, not {self.texts}", lambda: len(self.taken) >= count, limit=limit)
        return self.taken

    async def healthy(self) -> None:
        """Wait until messages flow."""
        await eventually("a connection", self.adapter.is_healthy)

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
        (self.taken.append(message) if new else self.doubles.append(message.text))
        return new

    async def _keep(self) -> None:
        while True:
            try:
                self.connected = await self.adapter.connect()
                await self.adapter.run(self.take, StoredMarks(self._database, PLACE, self.connected.account))
            except ChannelError as error:
                self.errors.append(error)
                if error.final:
                    self.final = error
                    return
            await asyncio.sleep(self.pause)


def _with_workspace(db: Connection) -> None:
    if workspaces.find(db, "w1") is None:
        add_workspace(db)
