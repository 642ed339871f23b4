"""One homeserver for all tests, and new people for each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from kata_desktop.store.database import Database
from tests.support.held_secrets import Secrets
from tests.support.matrix_channel import MatrixChannel
from tests.support.matrix_person import MatrixPerson
from tests.support.matrix_server import Gate, MatrixServer


@pytest.fixture(scope="session")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MatrixServer]:
    """A real Synapse."""
    server = MatrixServer(tmp_path_factory.mktemp("synapse"))
    server.start()
    yield server
    server.stop()


@pytest_asyncio.fixture
async def kata(matrix: MatrixServer) -> MatrixPerson:
    """Kata's account."""
    return await matrix.register("kata")


@pytest_asyncio.fixture
async def alice(matrix: MatrixServer) -> MatrixPerson:
    return await matrix.register("alice")


@pytest_asyncio.fixture
async def bob(matrix: MatrixServer) -> MatrixPerson:
    return await matrix.register("bob")


@pytest_asyncio.fixture
async def gate(matrix: MatrixServer) -> AsyncIterator[Gate]:
    """The way to the homeserver, which a test may shut."""
    gate = Gate(matrix.address)
    await gate.open()
    yield gate
    await gate.shut()


@pytest_asyncio.fixture
async def channel(
    gate: Gate, database: Database, kata: MatrixPerson, alice: MatrixPerson
) -> AsyncIterator[MatrixChannel]:
    """Connected; Alice may invite."""
    secrets = Secrets(access_token=kata.token)
    async with MatrixChannel(database, secrets, homeserver=gate.address, allow=(alice.id,)) as channel:
        await channel.follows()
        yield channel
