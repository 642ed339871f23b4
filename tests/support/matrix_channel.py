"""The Matrix channel at work: the real adapter over a real store, kept connected in the way that the runner does it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self

import kata_desktop.builtin.matrix
from kata_desktop.builtin.matrix.adapter import MatrixAdapter
from kata_desktop.builtin.matrix.logins import Logins
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
from tests.support.eventually import becomes, eventually
from tests.support.store_rows import add_workspace

MANIFEST = read_manifest(Path(kata_desktop.builtin.matrix.__file__).parent)
PLACE = Place(workspace_id="w1", channel="matrix")


class Secrets:
    """What the keyring holds."""

    def __init__(self, **values: str) -> None:
        self.values = values

    async def get(self, name: str) -> str | None:
        """The value; None when there is none."""
        return self.values.get(name)


def matrix_adapter(settings: Mapping[str, object], secrets: Secrets, logins: Logins) -> MatrixAdapter:
    """An adapter that reads these settings anew each time."""
    return MatrixAdapter(
        settings=lambda: SettingsValues.of(MANIFEST.settings, settings),
        credentials=secrets,
        logins=logins,
        clock=SystemClock(),
        log=logging.LoggerAdapter(logging.getLogger("tests.matrix")),
    )


class MatrixChannel:
    """Connects, receives, and connects again after `pause` seconds; new messages are in `taken` in their order."""

    def __init__(self, database: Database, secrets: Secrets, *, pause: float = 0.05, **settings: object) -> None:
        self.secrets = secrets
        self.pause = pause
        self.settings = settings
        self.taken: list[Message] = []
        self.doubles: list[str] = []
        self.refuse = 0
        """How many messages cannot be stored."""
        self.connected: Connected | None = None
        self.connections = 0
        self.errors: list[ChannelError] = []
        self.final: ChannelError | None = None
        self._database = database
        self._inbox = Inbox(database, SystemClock(), PLACE, lambda: None)
        self.adapter = matrix_adapter(self.settings, secrets, Logins("w1"))
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self._database.write(_with_workspace)
        self._task = asyncio.get_running_loop().create_task(self._keep(), name="matrix channel")
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        await self.adapter.close()

    async def follows(self) -> None:
        """Wait until it has a mark, and so misses nothing any more."""
        await eventually("a connection", lambda: self.connected)
        await becomes("a mark", lambda: self.marks().get("since"))

    async def took(self, count: int, *, limit: float = 30.0) -> list[Message]:
        """Wait until so many new messages are in the inbox."""
        await eventually(f"{count} messages, not {self.texts}", lambda: len(self.taken) >= count, limit=limit)
        return self.taken

    def marks(self) -> StoredMarks:
        """What was read."""
        assert self.connected
        return StoredMarks(self._database, PLACE, self.connected.account)

    async def reconnect(self) -> None:
        """Begin again, with settings as they are now."""
        before = self.connections
        assert self._task
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        self._task = asyncio.get_running_loop().create_task(self._keep(), name="matrix channel")
        await eventually("another connection", lambda: self.connections > before)

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
