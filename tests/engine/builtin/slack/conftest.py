"""A local Slack, a store, and the channel between them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from kata_desktop.store.database import Database
from tests.support.eventually import eventually
from tests.support.slack_channel import SlackChannel
from tests.support.slack_server.slack_server import SlackServer
from tests.support.slack_server.socket_mode import Timing


@pytest_asyncio.fixture
async def slack() -> AsyncIterator[SlackServer]:
    """Redelivers once, soon; ends announced connections after a second."""
    async with SlackServer(Timing(redeliver_after=(0.0,), close_after=1.0)) as server:
        yield server
    assert server.journal.violations == []


@pytest_asyncio.fixture
async def channel(slack: SlackServer, database: Database) -> AsyncIterator[SlackChannel]:
    """Connected, and done with its first look into the past."""
    async with SlackChannel(database, slack.base_url) as channel:
        await channel.healthy()
        await eventually("the first look", lambda: len(looked_at(slack)) == 3 or None)
        yield channel


def looked_at(slack: SlackServer) -> set[str]:
    return {entry.detail["channel"] for entry in slack.journal.of("call", "conversations.history")}


async def reconnected(slack: SlackServer, channel: SlackChannel, before: int) -> None:
    await eventually("another connection", lambda: len(slack.journal.of("connected")) > before or None)
    await channel.healthy()
