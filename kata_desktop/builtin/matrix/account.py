"""An open Matrix account: its client and everything that works with it until the connection is given back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Self

from kata_desktop.builtin.matrix.encrypted import EncryptedRooms
from kata_desktop.builtin.matrix.errors import REJECTED, MatrixRefusal, MatrixUnreachable, channel_error
from kata_desktop.builtin.matrix.history import History
from kata_desktop.builtin.matrix.invites import Invites
from kata_desktop.builtin.matrix.logins import Logins
from kata_desktop.builtin.matrix.outgoing import Outgoing
from kata_desktop.builtin.matrix.reading import Reader
from kata_desktop.builtin.matrix.rooms import Rooms
from kata_desktop.builtin.matrix.settings import MatrixSettings, is_safe_address, server_address
from kata_desktop.builtin.matrix.syncing import WAIT, Syncing
from kata_desktop.builtin.matrix.threads import Threads
from kata_desktop.plugins.sdk import ChannelError, ClockView, Marks, OnMessage, SettingsView, import_beside

if TYPE_CHECKING:
    from kata_desktop.builtin.matrix.client import MatrixClient

_QUIET = WAIT + 45.0
"""Seconds without an answer after which a connection counts as dead; one is due every `WAIT`."""


async def open_client(homeserver: str) -> MatrixClient:
    """A client of a homeserver, found by its server name if need be; the library behind it is imported beside the
    loop, which it would hold up.
    """
    module = await import_beside("kata_desktop.builtin.matrix.client")
    if "://" not in homeserver:
        asked: MatrixClient = module.MatrixClient(server_address(homeserver))
        try:
            told = await asked.discover()
        finally:
            await asked.close()
        homeserver = told if is_safe_address(told) else server_address(homeserver)
    client: MatrixClient = module.MatrixClient(homeserver)
    return client


class Account:
    """The token was tried; `close` gives everything back."""

    def __init__(
        self,
        client: MatrixClient,
        user_id: str,
        settings: MatrixSettings,
        clock: ClockView,
        log: logging.LoggerAdapter[logging.Logger],
    ) -> None:
        self.id = user_id
        self.rooms = Rooms(client, user_id)
        self.threads = Threads(client)
        self.outgoing = Outgoing(client, user_id, self.rooms, self.threads)
        self.remark: Callable[[], str] = str
        self._client = client
        self._settings = settings
        self._clock = clock
        self._log = log
        self._heard_at = clock.monotonic()
        self._cause: MatrixRefusal | None = None
        self._running: asyncio.Timeout | None = None

    @classmethod
    async def open(
        cls, settings: MatrixSettings, logins: Logins, clock: ClockView, log: logging.LoggerAdapter[logging.Logger]
    ) -> Self:
        """Sign in if need be and learn who we are. Raises `ChannelError`, `MatrixRefusal`, `MatrixUnreachable`."""
        client = await open_client(settings.homeserver)
        try:
            client.token = await logins.token(client, settings)
            user_id = await client.whoami()
            if settings.user_id not in ("", user_id):
                raise ChannelError(
                    f"The access token belongs to {user_id}, not to {settings.user_id}; correct one of the two.",
                    final=True,
                )
        except BaseException:
            await client.close()
            raise
        return cls(client, user_id, settings, clock, log)

    async def close(self) -> None:
        """Give back all connections."""
        await self._client.close()

    def is_alive(self) -> bool:
        """Whether the homeserver was heard from lately."""
        return self._clock.monotonic() - self._heard_at < _QUIET

    async def run(self, on_message: OnMessage, marks: Marks, settings: Callable[[], SettingsView]) -> None:
        """Receive until the connection is lost. Raises `ChannelError`, and whatever kept a message from being stored.

        Args:
            settings: read anew with every invitation.
        """
        encrypted = EncryptedRooms(outgoing=self.outgoing, rooms=self.rooms, marks=marks, log=self._log)
        await encrypted.load()
        self.remark = encrypted.remark
        invites = Invites(
            client=self._client, own_user=self.id, rooms=self.rooms, marks=marks, settings=settings, clock=self._clock,
            log=self._log,
        )  # fmt: skip
        syncing = Syncing(
            client=self._client,
            rooms=self.rooms,
            reader=Reader(account=self.id, rooms=self.rooms, threads=self.threads, settings=self._settings),
            history=History(self._client, self.id, self._clock, self._log),
            invites=invites,
            marks=marks,
            on_message=on_message,
            encrypted=encrypted,
            heard=self._hear,
            log=self._log,
        )
        await self._until_ended(syncing)

    async def _until_ended(self, syncing: Syncing) -> None:
        self._cause = None
        try:
            async with asyncio.timeout(None) as self._running:
                await syncing.run()
        except TimeoutError:
            if self._cause is None:
                raise
            raise channel_error(self._cause) from self._cause
        except (MatrixRefusal, MatrixUnreachable) as error:
            raise channel_error(error) from error
        finally:
            self._running = None

    def end(self, error: MatrixRefusal) -> None:
        """Let the present `run` fail with a refusal that came to light elsewhere; harmless when none goes on."""
        if error.code in REJECTED and self._running is not None:
            self._cause = error
            self._running.reschedule(asyncio.get_running_loop().time())

    def _hear(self) -> None:
        self._heard_at = self._clock.monotonic()
