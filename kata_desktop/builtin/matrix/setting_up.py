"""The steps of setting Matrix up, for the screen and the command line alike."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from kata_desktop.builtin.matrix.account import open_client
from kata_desktop.builtin.matrix.errors import MatrixRefusal, MatrixUnreachable, channel_error, delivery_error
from kata_desktop.builtin.matrix.logins import Logins
from kata_desktop.builtin.matrix.outgoing import Outgoing
from kata_desktop.builtin.matrix.rooms import Rooms
from kata_desktop.builtin.matrix.settings import MatrixSettings
from kata_desktop.builtin.matrix.threads import Threads
from kata_desktop.plugins.sdk import ChannelError

if TYPE_CHECKING:
    from kata_desktop.builtin.matrix.client import MatrixClient

TEST_MESSAGE = "Hello from Kata Desktop: messages arrive here."


async def check_connection(settings: MatrixSettings, logins: Logins) -> str:
    """Sign in; returns what to tell the person. Raises `ChannelError`."""
    async with _client(settings, logins) as client:
        user = await client.whoami()
        return f"It works: {user} on {client.homeserver}."


async def send_test_message(settings: MatrixSettings, logins: Logins, address: str, now: datetime) -> str:
    """Write a test message; returns what to tell the person. Raises `ChannelError`, `DeliveryError`."""
    if not address.strip():
        raise ChannelError("There is no place for test messages yet; choose a room in the settings.", needs="set-up")
    async with _client(settings, logins) as client:
        user = await client.whoami()
        outgoing = Outgoing(client, user, Rooms(client, user), Threads(client))
        try:
            await outgoing.send(address, TEST_MESSAGE, f"test:{now.isoformat()}")
        except MatrixRefusal as error:
            raise delivery_error(error) from error
    return f"The test message is in {address.strip()}."


@asynccontextmanager
async def _client(settings: MatrixSettings, logins: Logins) -> AsyncIterator[MatrixClient]:
    client = await open_client(settings.homeserver)
    try:
        client.token = await logins.token(client, settings)
        yield client
    except (MatrixRefusal, MatrixUnreachable) as error:
        raise channel_error(error) from error
    finally:
        await client.close()
