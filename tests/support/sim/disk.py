"""The store without threads: work runs at once where it is handed in, and the disk fails when the test says so."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database
from kata_desktop.store.errors import StoreTrouble
from kata_desktop.store.footprint import Footprint
from kata_desktop.store.migrations.runner import upgrade

T = TypeVar("T")

MEMORY = Path(":memory:")


class Crash(BaseException):
    """The process is gone: nothing of its own runs on, so no handler of ours may catch it."""


class SimConnection(Connection):
    """Counts statements and ends the process at a chosen one.

    Attributes:
        statements: How many were run so far.
        crash_at: The number of the statement before which the process ends; 0 for never.
        crashed: Whether that happened.
    """

    def __init__(self, path: Path) -> None:
        self.statements = 0
        self.crash_at = 0
        self.crashed = False
        super().__init__(path)

    @property
    def changes(self) -> int:
        """Rows written so far."""
        return self._raw.total_changes

    def execute(self, sql: str, params: object = ()) -> object:  # type: ignore[override]
        if self.crashed:
            raise Crash
        self.statements += 1
        if self.crash_at and self.statements >= self.crash_at:
            self.crashed = True
            raise Crash
        return super().execute(sql, params)  # type: ignore[arg-type]


class SimDatabase(Database):
    """`Database` on one connection, in the caller's own thread.

    Attributes:
        connection: For looking at the store from a test.
        full: While true, nothing is taken: every write fails after its work, at the commit.
        refused: How many writes the full disk refused.
        dead: The process that owned it is gone.
    """

    def __init__(self, connection: SimConnection, dice: random.Random | None = None) -> None:
        self.path = connection.path
        self.connection = connection
        self.full = False
        self.refused = 0
        self.dead = False
        self._dice = dice

    @classmethod
    def create(cls, path: Path = MEMORY, dice: random.Random | None = None) -> SimDatabase:
        """A new store of the present format."""
        connection = SimConnection(path)
        upgrade(connection)
        if path != MEMORY:
            connection.execute("PRAGMA synchronous = OFF")
        return cls(connection, dice)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """As `Database.write`; with dice, other tasks get their turn before and after it."""
        await self._give_way()
        result = self.write_now(work)
        await self._give_way()
        return result

    async def read(self, work: Callable[[Connection], T]) -> T:
        """As `Database.read`."""
        await self._give_way()
        return self.read_now(work)

    def write_now(self, work: Callable[[Connection], T]) -> T:
        """As `Database.write_now`."""
        return self._transaction("BEGIN IMMEDIATE", work)

    def read_now(self, work: Callable[[Connection], T]) -> T:
        """As `Database.read_now`."""
        return self._transaction("BEGIN", work, writes=False)

    def footprint(self) -> Footprint | None:
        """As `Database.footprint`: a store in memory has no files, but its connection counts."""
        return (self.connection.changes,)

    def close(self) -> None:
        """The connection belongs to the computer."""

    async def aclose(self) -> None:
        """The connection belongs to the computer."""

    def die(self) -> None:
        """The process ends: nothing it still hands in is done."""
        self.dead = True

    async def _give_way(self) -> None:
        for _ in range(self._dice.randrange(3) if self._dice else 1):
            await asyncio.sleep(0)

    def _transaction(self, begin: str, work: Callable[[Connection], T], *, writes: bool = True) -> T:
        if self.dead:
            raise Crash
        connection = self.connection
        connection.execute(begin)
        try:
            result = work(connection)
            if writes and self.full:
                self.refused += 1
                raise StoreTrouble("the disk is full")
            connection.execute("COMMIT")
        except BaseException:
            if not connection.crashed and connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return result
