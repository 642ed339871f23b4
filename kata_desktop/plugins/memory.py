"""What a plugin remembers across restarts in one workspace."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from kata_desktop.domain.errors import Bug, Refused
from kata_desktop.store import plugins
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database

LONGEST_KEY = 500
LONGEST_VALUE = 1_000_000
MOST = 20_000_000
"""Characters that one plugin may keep in one workspace."""


@dataclass(frozen=True, kw_only=True)
class BoundMemory:
    """Bound to one workspace and plugin; see `Memory`."""

    database: Database
    workspace_id: str
    plugin_id: str

    async def get(self, key: str) -> str:
        """What is kept; empty when nothing is."""
        return await self.database.read(partial(self._read, key=key))

    async def put(self, key: str, value: str) -> None:
        """Keep a text; durable when it returns. Raises `Refused` when it is too much, `Bug` for what is no text."""
        given: tuple[object, ...] = (key, value)
        if not all(isinstance(each, str) for each in given):
            raise Bug(f"a plugin remembers texts under texts, not {type(value).__name__} under {type(key).__name__}")
        if not 0 < len(key) <= LONGEST_KEY or len(value) > LONGEST_VALUE:
            raise Refused(
                f"“{self.plugin_id}” may remember texts of at most {LONGEST_VALUE:,} characters under keys of at most "
                f"{LONGEST_KEY}; use its data folder for more."
            )
        await self.database.write(partial(self._write, key=key, value=value))

    async def forget(self, key: str) -> None:
        """Keep nothing under this key."""
        await self.database.write(partial(self._write, key=key, value=""))

    def _read(self, db: Connection, key: str) -> str:
        return plugins.remembered(db, self.workspace_id, self.plugin_id, key)

    def _write(self, db: Connection, key: str, value: str) -> None:
        plugins.remember(db, self.workspace_id, self.plugin_id, key, value)
        if value and plugins.memory_size(db, self.workspace_id, self.plugin_id) > MOST:
            raise Refused(
                f"“{self.plugin_id}” remembers more than {MOST:,} characters in this workspace; it has to forget some."
            )
