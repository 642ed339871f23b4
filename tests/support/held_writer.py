"""A store whose writer is busy for as long as the test says."""

from __future__ import annotations

import asyncio
import threading

from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database


class Held:
    """Keeps the writer busy, so that what is handed in meanwhile becomes one batch."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._gate = threading.Event()
        self._inside = threading.Event()

    async def __aenter__(self) -> None:
        self._task = asyncio.gather(self._database.write(self._wait))
        await asyncio.get_running_loop().run_in_executor(None, self._inside.wait, 10)

    def _wait(self, _: Connection) -> None:
        self._inside.set()
        assert self._gate.wait(10)

    async def __aexit__(self, *_: object) -> None:
        await asyncio.sleep(0)  # the tasks made inside hand in their work first
        self._gate.set()
        await self._task
