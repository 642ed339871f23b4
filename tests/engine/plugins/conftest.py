"""A simulated computer for every test that asks for one."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.support.sim.computer import SimComputer


@pytest_asyncio.fixture
async def computer() -> AsyncIterator[SimComputer]:
    """Switched on at 08:00 UTC on Monday, 2 March 2026, in Berlin."""
    computer = SimComputer()
    await computer.boot()
    yield computer
    await computer.switch_off()
