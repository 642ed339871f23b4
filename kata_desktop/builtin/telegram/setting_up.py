"""The steps of setting Telegram up, for the screen and the command line alike."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from kata_desktop.builtin.telegram.adapter import open_client
from kata_desktop.builtin.telegram.errors import TelegramRefusal, TelegramUnreachable, channel_error, delivery_error
from kata_desktop.builtin.telegram.outgoing import Outgoing
from kata_desktop.builtin.telegram.settings import TelegramSettings
from kata_desktop.plugins.sdk import ChannelError

if TYPE_CHECKING:
    from kata_desktop.builtin.telegram.client import TelegramClient

TEST_MESSAGE = "Hello from Kata Desktop: messages arrive here."


async def check_connection(settings: TelegramSettings) -> str:
    """Ask who the bot is; returns what to tell the person. Raises `ChannelError`."""
    async with _client(settings) as (_, name):
        return f"It works: the bot is @{name}. Write to it in Telegram at https://t.me/{name}"


async def send_test_message(settings: TelegramSettings, address: str) -> str:
    """Write a test message; returns what to tell the person. Raises `ChannelError`, `DeliveryError`."""
    if not address.strip():
        raise ChannelError("There is no place for test messages yet; enter one in the settings.", needs="set-up")
    async with _client(settings) as (client, _):
        try:
            await Outgoing(client).send(address, TEST_MESSAGE)
        except TelegramRefusal as error:
            raise delivery_error(error) from error
    return f"The test message is in {address.strip()}."


@asynccontextmanager
async def _client(settings: TelegramSettings) -> AsyncIterator[tuple[TelegramClient, str]]:
    client = await open_client(settings)
    try:
        _, name = await client.open()
        yield client, name
    except (TelegramRefusal, TelegramUnreachable) as error:
        raise channel_error(error) from error
    finally:
        await client.close()
