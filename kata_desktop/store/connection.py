"""One thread's connection to the store: statements through peewee, errors in our own words."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import peewee

from kata_desktop.store.errors import StatementRefused, code_of, translated
from kata_desktop.store.names import name_key

Row = tuple[Any, ...]

_PRAGMAS = (
    ("synchronous", "FULL"),
    ("foreign_keys", "ON"),
    ("fullfsync", "ON"),  # on macOS a plain fsync stays in the drive's cache
    ("checkpoint_fullfsync", "ON"),
    ("journal_size_limit", 16 * 1024 * 1024),
    ("temp_store", "MEMORY"),  # nothing readable is left in a shared temporary folder
)


class Connection:
    """A connection that belongs to the thread that made it; sqlite3 refuses every other thread.

    Rows are tuples. In SQL, ``folded(text)`` is text as `name_key` folds it, for searching in any letter case.
    """

    def __init__(self, path: Path, *, patience: float = 5.0, read_only: bool = False) -> None:
        self.path = path
        self.patience = patience
        self._read_only = read_only
        pragmas = (*_PRAGMAS, ("query_only", "ON")) if read_only else _PRAGMAS
        self._database = peewee.SqliteDatabase(
            str(path), pragmas=pragmas, timeout=patience, autoconnect=False, thread_safe=False
        )
        self._database.register_function(_folded, "folded", 1, deterministic=True)
        try:
            self._database.connect()
        except peewee.PeeweeException as error:
            raise translated(error, path, patience) from error
        except sqlite3.Error as error:  # a pragma that fails while connecting is not wrapped by peewee
            raise translated(error, path, patience) from error
        self._raw: sqlite3.Connection = self._database.connection()  # type: ignore[no-untyped-call]

    def execute(self, sql: str, params: Sequence[object] = ()) -> sqlite3.Cursor:
        """Run one statement with its parameters.

        Raises `StoreTrouble` (or one of its kinds) when the world does not allow it, `ConstraintBroken` when a row
        breaks the schema's rules, `StatementRefused` when the statement is wrong.
        """
        try:
            cursor: sqlite3.Cursor = self._database.execute_sql(sql, params)  # type: ignore[no-untyped-call]
        except peewee.PeeweeException as error:
            if self._read_only and code_of(error) & 0xFF == sqlite3.SQLITE_READONLY:
                raise StatementRefused("a reading connection was asked to write") from error
            raise translated(error, self.path, self.patience) from error
        return cursor

    def one(self, sql: str, params: Sequence[object] = ()) -> Row | None:
        """The first row, or None."""
        rows = self.all(sql, params)
        return rows[0] if rows else None

    def all(self, sql: str, params: Sequence[object] = ()) -> list[Row]:
        """Every row."""
        cursor = self.execute(sql, params)
        try:
            return cursor.fetchall()
        except sqlite3.Error as error:  # damage deep in the file shows while fetching, outside peewee's wrapper
            raise translated(error, self.path, self.patience) from error

    def value(self, sql: str, params: Sequence[object] = ()) -> Any:
        """The first column of the first row; None when there is no row."""
        row = self.one(sql, params)
        return None if row is None else row[0]

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open; SQLite itself ends one after some disk errors."""
        return self._raw.in_transaction

    def close(self) -> None:
        """Close; harmless when repeated."""
        self._database.close()


def _folded(text: object) -> str:
    return name_key(text) if isinstance(text, str) else ""
