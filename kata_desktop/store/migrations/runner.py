"""Brings a store's schema up to date: numbered steps, each in one transaction, never edited once released."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from kata_desktop.domain.errors import Bug
from kata_desktop.store.connection import Connection


@dataclass(frozen=True, kw_only=True, slots=True)
class Migration:
    """One step from format `number` - 1 to `number`."""

    number: int
    apply: Callable[[Connection], None]
    """Runs inside the step's transaction with foreign keys unchecked until its end, so tables can be rebuilt."""


def _in(name: str) -> Callable[[Connection], None]:
    """The step in a file of this folder, which is read when a store needs it: most are up to date."""

    def apply(connection: Connection) -> None:
        import_module(f"kata_desktop.store.migrations.{name}").apply(connection)

    return apply


MIGRATIONS = (
    Migration(number=1, apply=_in("m0001_initial")),
    Migration(number=2, apply=_in("m0002_plugins")),
    Migration(number=3, apply=_in("m0003_conversations")),
    Migration(number=4, apply=_in("m0004_reading_along")),
    Migration(number=5, apply=_in("m0005_thinking")),
)
"""Every step, in order; append only."""

LATEST = MIGRATIONS[-1].number
"""The format this program writes."""


def version_of(connection: Connection) -> int:
    """The store's format; 0 for an empty database."""
    return int(connection.value("PRAGMA user_version"))


def upgrade(connection: Connection, migrations: tuple[Migration, ...] = MIGRATIONS) -> int:
    """Apply what is missing and return how many steps that were; one that fails leaves the store as it was before."""
    connection.execute("PRAGMA foreign_keys = OFF")  # cannot be changed inside a transaction
    try:
        return sum(_step(connection, migration) for migration in migrations)
    finally:
        connection.execute("PRAGMA foreign_keys = ON")


def _step(connection: Connection, migration: Migration) -> bool:
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Asked again under the lock: another process may have been faster.
        needed = version_of(connection) < migration.number
        if needed:
            migration.apply(connection)
            _check_references(connection, migration.number)
            connection.execute(f"PRAGMA user_version = {migration.number:d}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return needed


def _check_references(connection: Connection, number: int) -> None:
    broken = connection.one("PRAGMA foreign_key_check")
    if broken is not None:
        raise Bug(f"migration {number} left a row of {broken[0]} pointing at nothing in {broken[2]}")
