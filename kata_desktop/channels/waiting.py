"""Waiting for the first of several things."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from kata_desktop.runtime.spawn import Spawner


async def first_of(spawner: Spawner, *waits: Coroutine[Any, Any, object]) -> None:
    """Return when the first of them has come; the others are given up."""
    tasks = [spawner.spawn(wait, name="waiting") for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
