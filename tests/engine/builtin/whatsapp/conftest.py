"""A WhatsApp of the test's own, and a Kata beside it."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.support.whatsapp.house import House, house_of
from tests.support.whatsapp.phone import Phone


@pytest_asyncio.fixture
async def phone() -> AsyncIterator[Phone]:
    with tempfile.TemporaryDirectory(prefix="wa-") as folder:  # paths of sockets are short
        async with Phone(Path(folder) / "phone") as phone:
            yield phone


@pytest_asyncio.fixture
async def house(phone: Phone, tmp_path: Path) -> AsyncIterator[House]:
    async with house_of(tmp_path / "home", phone) as house:
        yield house


@pytest_asyncio.fixture
async def linked(house: House) -> House:
    await house.link()
    return house
