"""An open Slack account: its client and everything that works with it until the connection is given back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from kata_desktop.builtin.slack.catching_up import CatchingUp
from kata_desktop.builtin.slack.commands import CommandBook
from kata_desktop.builtin.slack.directory import Directory
from kata_desktop.builtin.slack.marks import MarkBook
from kata_desktop.builtin.slack.outgoing import Outgoing
from kata_desktop.builtin.slack.patience import Patience
from kata_desktop.builtin.slack.reading import Reader
from kata_desktop.builtin.slack.receiving import Receiving
from kata_desktop.builtin.slack.settings import SlackSettings
from kata_desktop.plugins.sdk import ClockView, OnMessage, import_beside

if TYPE_CHECKING:
    from kata_desktop.builtin.slack.client import SlackClient
    from kata_desktop.builtin.slack.socket_mode import SocketMode

_MISSED_FIRST = 1.5
"""Seconds that live messages wait for those missed before: each has to be acknowledged within three, and may wait for
a name as well.
"""
_LIBRARIES = "kata_desktop.builtin.slack.client", "kata_desktop.builtin.slack.socket_mode"


async def open_client(settings: SlackSettings, patience: Patience | None = None) -> SlackClient:
    """A client of both tokens; the libraries behind it are imported beside the loop, which they would hold up."""
    client_module, _ = [await import_beside(name) for name in _LIBRARIES]
    client: SlackClient = client_module.SlackClient(
        bot_token=settings.bot_token, app_token=settings.app_token, base_url=settings.base_url, patience=patience
    )
    return client


class Account:
    """Both tokens were tried; `close` gives everything back."""

    def __init__(
        self,
        client: SlackClient,
        sockets: SocketMode,
        settings: SlackSettings,
        who: Mapping[str, Any],
        commands: CommandBook,
        clock: ClockView,
        log: logging.LoggerAdapter[logging.Logger],
    ) -> None:
        self.id = f"{who['team_id']}:{who['user_id']}"
        self.sentence = f"Connected as @{who.get('user')} in {who.get('team')}"
        self.settings = settings
        self.sockets = sockets
        self.directory = Directory(client, clock.monotonic)
        self.outgoing = Outgoing(client, self.directory, commands, clock, self._speaks)
        self._client = client
        self._own_user = str(who["user_id"])
        self._commands = commands
        self._clock = clock
        self._log = log
        self._book: MarkBook | None = None
        self._present = asyncio.Event()
        """Set when live messages need not wait for missed ones any more."""
        self._fetching = asyncio.Lock()

    @classmethod
    async def open(
        cls,
        settings: SlackSettings,
        commands: CommandBook,
        clock: ClockView,
        log: logging.LoggerAdapter[logging.Logger],
        patience: Patience,
    ) -> Self:
        """Try both tokens, each with the one call that proves it. Raises `SlackRefusal`, `SlackUnreachable`."""
        client = await open_client(settings, patience)
        try:
            who, _scopes = await client.whoami()
            sockets = new_socket_mode(client, clock, log)
            await sockets.check()
        except BaseException:
            await client.close()
            raise
        return cls(client, sockets, settings, who, commands, clock, log)

    async def close(self) -> None:
        """Give back all connections."""
        await self._client.close()

    async def run(self, book: MarkBook, on_message: OnMessage) -> None:
        """Receive until the connection is lost. Raises `ChannelError`."""
        self._book = book
        self._present.clear()
        reader = Reader(account=self.id, own_user=self._own_user, directory=self.directory, follows=self._follows)
        receiving = Receiving(
            reader=reader, book=book, commands=self._commands, own_user=self._own_user, on_message=on_message,
            clock=self._clock, log=self._log,
        )  # fmt: skip
        missed = CatchingUp(self._client, book, self._clock, self._log, receiving.missed)

        async def take(kind: str, payload: Mapping[str, Any]) -> Mapping[str, Any] | None:
            await self._let_missed_go_first()
            return await receiving.envelope(kind, payload)

        async def opened() -> None:
            async with self._fetching:
                await missed.run()
            self._present.set()

        await self.sockets.run(take, opened)

    async def _let_missed_go_first(self) -> None:
        if self._present.is_set():
            return
        try:
            async with asyncio.timeout(_MISSED_FIRST):
                await self._present.wait()
        except TimeoutError:
            self._present.set()  # the fetching goes on beside

    def _follows(self, conversation: str, thread: str) -> bool:
        return self.settings.follow_threads and self._book is not None and self._book.follows(conversation, thread)

    async def _speaks(self, conversation: str, thread: str) -> None:
        if self._book:
            await self._book.follow(conversation, thread, self._clock.now())


def new_socket_mode(client: SlackClient, clock: ClockView, log: logging.LoggerAdapter[logging.Logger]) -> SocketMode:
    """Socket Mode over a client; its module was imported with the client's."""
    from kata_desktop.builtin.slack.socket_mode import SocketMode

    return SocketMode(client, clock, log)
