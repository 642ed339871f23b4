"""The files tell whether anybody changed the store."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database

HOUR = 3600


def aged(path: Path, seconds: float = HOUR) -> None:
    """As if the files had been left alone for so long."""
    then = time.time() - seconds  # noqa: TID251 - the clock that files are stamped with
    for file in (path, path.with_name(f"{path.name}-wal")):
        os.utime(file, (then, then))


def put(db: Connection) -> None:
    db.execute("INSERT INTO pauses (scope, since) VALUES ('all', 1) ON CONFLICT DO UPDATE SET since = since + 1")


@pytest.fixture
def store(tmp_path: Path) -> Database:
    return Database.open(tmp_path / "kata.db")


def test_a_store_that_is_left_alone_keeps_it(store: Database) -> None:
    aged(store.path)
    first = store.footprint()
    assert first is not None
    store.read_now(lambda db: db.all("SELECT * FROM pauses"))
    assert store.footprint() == first
    store.close()


def test_fresh_changes_cannot_be_told_apart(store: Database) -> None:
    aged(store.path)
    store.write_now(put)
    assert store.footprint() is None
    aged(store.path, seconds=-HOUR)  # somebody set the clock back since
    assert store.footprint() is None
    store.close()


def test_another_connection_changes_it(store: Database) -> None:
    aged(store.path, 2 * HOUR)
    before = store.footprint()
    other = Database.open(store.path)
    aged(store.path, 2 * HOUR)
    other.write_now(put)
    now = store.footprint()
    assert now is None
    aged(store.path, HOUR)
    assert store.footprint() not in {before, None}
    other.close()
    store.close()


def test_without_files_nothing_is_known(store: Database) -> None:
    store.close()
    store.path.unlink()
    assert store.footprint() is None
