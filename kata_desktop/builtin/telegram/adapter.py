"""Telegram as a channel: one bot, fetched by long polling, written through the Bot API."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from kata_desktop.builtin.telegram.errors import (
    TelegramRefusal,
    TelegramUnreachable,
    channel_error,
    delivery_error,
    not_connected,
)
from kata_desktop.builtin.telegram.outgoing import LONGEST, Outgoing
from kata_desktop.builtin.telegram.polling import WAIT, Polling
from kata_desktop.builtin.telegram.reading import CHANNEL, Reader
from kata_desktop.builtin.telegram.settings import TelegramSettings, read_settings
from kata_desktop.domain.channel import Message
from kata_desktop.plugins.sdk import (
    ChannelAdapter,
    ChannelError,
    ChannelTraits,
    ClockView,
    Connected,
    CredentialsView,
    Marks,
    OnMessage,
    SettingsView,
    import_beside,
)

if TYPE_CHECKING:
    from kata_desktop.builtin.telegram.client import TelegramClient

TRAITS = ChannelTraits(id=CHANNEL, name="Telegram", longest=LONGEST, threads=True)
_QUIET = WAIT + 45.0
"""Seconds without an answer after which a connection counts as dead; one is due every `WAIT`."""


async def open_client(settings: TelegramSettings) -> TelegramClient:
    """A client of the bot. Its library is imported, and its certificates are read, beside the loop."""
    module = await import_beside("kata_desktop.builtin.telegram.client")
    client: TelegramClient = await asyncio.to_thread(module.TelegramClient, settings.bot_token, settings.base_url)
    return client


class TelegramAdapter(ChannelAdapter):
    """One bot in one workspace."""

    traits = TRAITS

    def __init__(
        self,
        *,
        settings: SettingsView,
        credentials: CredentialsView,
        clock: ClockView,
        log: logging.LoggerAdapter[logging.Logger],
    ) -> None:
        self._settings_view = settings
        self._credentials = credentials
        self._clock = clock
        self._log = log
        self._settings: TelegramSettings | None = None
        self._client: TelegramClient | None = None
        self._reader: Reader | None = None
        self._heard_at = 0.0
        self._cause: ChannelError | None = None
        self._running: asyncio.Timeout | None = None

    async def connect(self) -> Connected:
        """Ask who the bot is, with the token."""
        await self.close()
        self._settings = await read_settings(self._settings_view, self._credentials)
        client = await open_client(self._settings)
        try:
            bot_id, name = await client.open()
        except (TelegramRefusal, TelegramUnreachable) as error:
            await client.close()
            raise channel_error(error) from error
        except BaseException:
            await client.close()
            raise
        self._client, self._reader = client, Reader(bot_id=bot_id, bot_name=name)
        self._hear()
        return Connected(account=str(bot_id), sentence=f"Connected as @{name}")

    async def run(self, on_message: OnMessage, marks: Marks) -> None:  # noqa: ARG002 - Telegram itself keeps the mark
        """Receive; see `ChannelAdapter.run`."""
        if self._client is None or self._reader is None:
            raise ChannelError("Telegram is not connected; it is connected again by itself.")
        self._cause = None
        polling = Polling(
            client=self._client, reader=self._reader, on_message=on_message, heard=self._hear, clock=self._clock,
            log=self._log,
        )  # fmt: skip
        try:
            async with asyncio.timeout(None) as self._running:
                await polling.run()
        except TimeoutError as error:
            if self._cause is None:
                raise
            raise self._cause from error
        except (TelegramRefusal, TelegramUnreachable) as error:
            raise channel_error(error) from error
        finally:
            self._running = None

    async def close(self) -> None:
        """Give back all connections."""
        client, self._client = self._client, None
        if client:
            await client.close()

    def is_healthy(self) -> bool:
        """Whether Telegram was heard from lately; it answers every half minute at least."""
        return self._client is not None and self._clock.monotonic() - self._heard_at < _QUIET

    async def send(self, address: str, text: str, key: str) -> None:  # noqa: ARG002 - Telegram keeps no keys
        """Say something. Telegram cannot be asked what arrived, so nothing uncertain is sent again by itself."""
        client = self._connected()
        try:
            await Outgoing(client).send(address, text)
        except TelegramRefusal as error:
            if error.is_final:
                self._end(channel_error(error))
            raise delivery_error(error) from error
        except TelegramUnreachable as error:
            raise delivery_error(error) from error

    async def working(self, message: Message, *, on: bool) -> None:
        """Eyes on the message, or typing; a decoration, so refusals do not matter."""
        if self._client is None or self._settings is None:
            return
        try:
            await Outgoing(self._client).working(message, self._settings.working, on=on)
        except (TelegramRefusal, TelegramUnreachable) as error:
            self._log.debug("Telegram did not show that an answer is on its way: %s", error.sentence)

    def _connected(self) -> TelegramClient:
        if self._client is None:
            raise not_connected()
        return self._client

    def _end(self, cause: ChannelError) -> None:
        """Let the present `run` fail with a cause that came to light elsewhere; harmless when none goes on."""
        if self._running is not None:
            self._cause = cause
            self._running.reschedule(asyncio.get_running_loop().time())

    def _hear(self) -> None:
        self._heard_at = self._clock.monotonic()
