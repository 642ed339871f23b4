"""Hangs in shutdown and ignores cancellation."""

from __future__ import annotations

import asyncio

from kata_desktop.plugins.sdk import Plugin


class FaultyPlugin(Plugin):
    """Does not want to go."""

    async def shutdown(self) -> None:
        while True:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                continue
