"""The Slack channel at work: the real adapter over a real store, kept connected in the way that the runner does it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self

import kata_desktop.builtin.slack
from kata_desktop.builtin.slack.adapter import SlackAdapter
from kata_desktop.builtin.slack.patience import Patience
from kata_desktop.channels.inbox import Inbox, StoredMarks
from kata_desktop.domain.channel import InboxItem, Message
from kata_desktop.plugins.manifest_reader import read_manifest
from kata_desktop.plugins.memory import BoundMemory
from kata_desktop.plugins.sdk import ChannelError, Connected
from kata_desktop.plugins.settings import SettingsValues
from kata_desktop.runtime.clock import SystemClock
from kata_desktop.store import inbox, workspaces
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database
from kata_desktop.store.inbox import Place
from tests.support.eventually import eventually
from tests.support.slack_server.access import APP_TOKEN, BOT_TOKEN
from tests.support.store_rows import add_workspace

FOLDER = Path(kata_desktop.builtin.slack.__file__).parent
MANIFEST = read_manifest(FOLDER)
PLACE = Place(workspace_id="w1", channel="slack")
ALL_TOKENS = {"bot_token": BOT_TOKEN, "app_token": APP_TOKEN}


class Tokens:
    """What the keyring holds."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = dict(values)

    async def get(self, name: str) -> str | None:
        """The value; None when there is none."""
        return self.values.get(name)


class SlackChannel:
    """Connects, receives, and connects again after `pause` seconds; new messages are in `taken` in their order."""

    def __init__(
        self,
        database: Database,
        base_url: str,
        *,
        tokens: Mapping[str, str] = ALL_TOKENS,
        pause: float = 0.05,
        heartbeat: float = 10.0,
        **settings: object,
    ) -> None:
        self.database = database
        self.tokens = Tokens(tokens)
        self.pause = pause
        self.taken: list[Message] = []
        self.doubles: list[str] = []
        self.before_storing: Callable[[Message], None] = lambda _message: None
        self.delay = 0.0
        """Seconds that storing takes."""
        self.connected: Connected | None = None
        self.connections = 0
        self.errors: list[ChannelError] = []
        self.final: ChannelError | None = None
        self._clock = SystemClock()
        self._inbox = Inbox(database, self._clock, PLACE, lambda: None)
        values = SettingsValues.of(MANIFEST.settings, {"base_url": base_url} | settings)
        self.adapter = SlackAdapter(
            settings=values,
            credentials=self.tokens,
            memory=BoundMemory(database=database, workspace_id="w1", plugin_id="slack"),
            clock=self._clock,
            log=logging.LoggerAdapter(logging.getLogger("tests.slack")),
            patience=Patience(heartbeat=heartbeat),
        )
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.database.write(_with_workspace)
        self._task = asyncio.get_running_loop().create_task(self._keep(), name="slack channel")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Disconnect."""
        assert self._task
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        await self.adapter.close()

    async def healthy(self) -> None:
        """Wait until messages flow."""
        await eventually("a connection", lambda: self.adapter.is_healthy() or None)

    async def took(self, count: int, *, limit: float = 30.0) -> list[Message]:
        """Wait until so many new messages are in the inbox."""
        await eventually(f"{count} messages, not {self.texts}", lambda: len(self.taken) >= count, limit=limit)
        return self.taken

    @property
    def texts(self) -> list[str]:
        """What came, in its order."""
        return [message.text for message in self.taken]

    async def stored(self) -> list[InboxItem]:
        """What the inbox holds, oldest first."""
        return await self.database.read(lambda db: inbox.open_in(db, PLACE, self._clock.now(), 10_000))

    async def take(self, message: Message) -> bool:
        """What the adapter hands messages to."""
        if self.delay:
            await asyncio.sleep(self.delay)
        self.before_storing(message)
        new = await self._inbox.take(message)
        (self.taken.append(message) if new else self.doubles.append(message.id))
        return new

    async def _keep(self) -> None:
        while True:
            try:
                self.connected = await self.adapter.connect()
                self.connections += 1
                marks = StoredMarks(self.database, PLACE, self.connected.account)
                await self.adapter.run(self.take, marks)
            except ChannelError as error:
                self.errors.append(error)
                if error.final:
                    self.final = error
                    return
            await asyncio.sleep(self.pause)


def _with_workspace(db: Connection) -> None:
    if workspaces.find(db, "w1") is None:
        add_workspace(db)
