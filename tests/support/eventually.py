"""Waiting on the running loop for something that is to become true."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def eventually(what: str, test: Callable[[], T | None], *, limit: float = 30.0) -> T:
    """The first true value that `test` gives; after `limit` seconds an AssertionError that names `what`."""
    loop = asyncio.get_running_loop()
    end = loop.time() + limit
    while not (got := test()):
        assert loop.time() < end, f"waited {limit:g} s for {what}; last saw {got!r}"
        await asyncio.sleep(0.01)
    return got


async def becomes(what: str, test: Callable[[], Awaitable[T | None]], *, limit: float = 30.0) -> T:
    """The same for a `test` that is to be awaited."""
    loop = asyncio.get_running_loop()
    end = loop.time() + limit
    while not (got := await test()):
        assert loop.time() < end, f"waited {limit:g} s for {what}; last saw {got!r}"
        await asyncio.sleep(0.05)
    return got
