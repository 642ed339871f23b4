"""A local Telegram, a store, and the channel between them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from kata_desktop.store.database import Database
from tests.support.telegram_channel import TelegramChannel
from tests.support.telegram_server import TelegramServer


@pytest_asyncio.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server
    assert server.violations == []


@pytest_asyncio.fixture
async def channel(telegram: TelegramServer, database: Database) -> AsyncIterator[TelegramChannel]:
    """Connected."""
    async with TelegramChannel(database, telegram.address) as channel:
        await channel.healthy()
        yield channel
