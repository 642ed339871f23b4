"""Copies count when they were checked; the newest good one takes a damaged store's place, paused and said."""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from kata_desktop.domain.notification import OutboxState
from kata_desktop.domain.run import Delivery
from kata_desktop.store import outbox, pauses, runs, workspaces
from kata_desktop.store.backups import backup, backups_folder, newest_good
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database
from kata_desktop.store.errors import StoreNewer, StoreTrouble
from kata_desktop.store.migrations.runner import LATEST
from kata_desktop.store.recovery import open_or_restore
from tests.support.hand_clock import HandClock
from tests.support.small_disk import fill_up, small_disk
from tests.support.store_rows import START, add_run, add_task, add_workspace, message, opened


def spoil(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 3)
        file.write(random.Random(3).randbytes(20_000))


def lived_in(path: Path) -> None:
    """A store with a workspace, a run, and a message that waits."""

    def work(db: Connection) -> None:
        add_workspace(db)
        add_task(db)
        add_run(db, "r1", delivery=Delivery.PENDING)
        outbox.add(db, message("m1", run="r1"))

    with opened(path) as database:
        database.write_now(work)


def test_a_backup_is_a_complete_store(path: Path) -> None:
    lived_in(path)
    copy = backup(path, backups_folder(path), keep=3, at=START)
    assert copy.name == "kata-20260302T080000000000Z.db"
    with opened(copy) as database:
        assert [workspace.name for workspace in database.read_now(workspaces.listed)] == ["Home"]


def test_a_backup_is_taken_while_others_write(database: Database, path: Path) -> None:
    database.write_now(add_workspace)
    copy = backup(path, backups_folder(path), keep=3, at=START)
    database.write_now(lambda db: add_workspace(db, "w2", "Work"))
    with opened(copy) as other:
        assert len(other.read_now(workspaces.listed)) == 1


def test_old_backups_go_and_strangers_stay(path: Path) -> None:
    Database.open(path).close()
    folder = backups_folder(path)
    folder.mkdir()
    (folder / "mine.db").write_text("a person's own file")
    (folder / "kata-20260101T000000000000Z.db.part").write_text("left by a crash")
    for day in range(5):
        backup(path, folder, keep=2, at=START + timedelta(days=day))
    assert sorted(file.name for file in folder.iterdir()) == [
        "kata-20260305T080000000000Z.db",
        "kata-20260306T080000000000Z.db",
        "mine.db",
    ]


def test_a_copy_of_a_damaged_store_never_counts(path: Path) -> None:
    lived_in(path)
    folder = backups_folder(path)
    good = backup(path, folder, keep=1, at=START)
    spoil(path)
    with pytest.raises(StoreTrouble):
        backup(path, folder, keep=1, at=START + timedelta(days=1))
    assert list(folder.iterdir()) == [good]


def break_a_rule(path: Path) -> None:
    """Damage that copying does not notice: a row that the schema forbids."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA ignore_check_constraints = ON")
    connection.execute("UPDATE workspaces SET concurrency = 0")
    connection.close()


def test_every_copy_is_checked_when_it_is_made_and_when_it_is_needed(path: Path) -> None:
    lived_in(path)
    folder = backups_folder(path)
    first = backup(path, folder, keep=9, at=START)
    second = backup(path, folder, keep=9, at=START + timedelta(days=1))
    break_a_rule(second)
    assert newest_good(folder, up_to=LATEST) == first
    break_a_rule(path)
    with pytest.raises(StoreTrouble):
        backup(path, folder, keep=1, at=START + timedelta(days=2))
    assert sorted(folder.glob("kata-*.db*")) == [first, second]


def test_a_full_disk_leaves_the_older_backups(tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", 2) as folder:
        path = folder / "kata.db"
        with opened(path) as database:
            database.write_now(
                lambda db: db.all("INSERT INTO settings (key, value) VALUES ('big', ?)", (f'"{"x" * 300_000}"',))
            )
        good = backup(path, backups_folder(path), keep=1, at=START)
        fill_up(folder, leave=50_000)
        with pytest.raises(StoreTrouble):
            backup(path, backups_folder(path), keep=1, at=START + timedelta(days=1))
        assert list(backups_folder(path).iterdir()) == [good]


def test_the_newest_good_one_is_found(path: Path) -> None:
    lived_in(path)
    folder = backups_folder(path)
    first, second, third, newer = (backup(path, folder, keep=9, at=START + timedelta(days=day)) for day in range(4))
    spoil(third)
    connection = sqlite3.connect(newer)
    connection.execute(f"PRAGMA user_version = {LATEST + 1}")
    connection.close()
    assert newest_good(folder, up_to=LATEST) == second
    second.write_bytes(b"")
    assert newest_good(folder, up_to=LATEST) == first
    assert newest_good(folder / "none", up_to=LATEST) is None


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def scrawl(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(random.Random(1).randbytes(100))


def empty(path: Path) -> None:
    os.truncate(path, 0)


@pytest.mark.parametrize("damage", [cut, scrawl, spoil, empty])
def test_a_damaged_store_is_restored_paused_and_said(path: Path, damage: Callable[[Path], None]) -> None:
    lived_in(path)
    backup(path, backups_folder(path), keep=3, at=START)
    path.with_name("kata.db-wal").write_bytes(b"a log that must never meet the restored file")
    damage(path)
    spoilt = path.read_bytes()
    clock = HandClock()
    database, notice = open_or_restore(path, backups_folder(path), clock=clock)
    try:
        assert "damaged" in notice
        assert "kata-20260302T080000000000Z.db" in notice
        assert "paused" in notice
        assert database.read_now(lambda db: pauses.active(db, clock.now())) == {pauses.ALL: None}
        assert [workspace.name for workspace in database.read_now(workspaces.listed)] == ["Home"]
        uncertain = database.read_now(lambda db: outbox.of_run(db, "r1"))
        assert [item.state for item in uncertain] == [OutboxState.UNKNOWN]
        assert database.read_now(lambda db: runs.get(db, "r1")).delivery is Delivery.UNKNOWN
    finally:
        database.close()
    [kept] = [file for file in path.parent.glob("kata.db.damaged-*") if not file.name.endswith("-wal")]
    assert kept.name in notice
    assert kept.read_bytes() == spoilt
    assert not path.with_name("kata.db-wal").exists()
    if damage in (scrawl, empty):  # in the other cases SQLite itself has thrown the invalid log away
        assert kept.with_name(kept.name + "-wal").exists()
    again, notice = open_or_restore(path, backups_folder(path), clock=clock)
    again.close()
    assert notice == ""


def test_without_a_backup_it_starts_empty_but_says_so(path: Path) -> None:
    lived_in(path)
    empty(path)
    clock = HandClock()
    database, notice = open_or_restore(path, backups_folder(path), clock=clock)
    try:
        assert "no backup" in notice
        assert database.read_now(workspaces.listed) == []
        assert database.read_now(lambda db: pauses.active(db, clock.now())) == {pauses.ALL: None}
    finally:
        database.close()


def test_a_vanished_store_is_restored(path: Path) -> None:
    lived_in(path)
    backup(path, backups_folder(path), keep=3, at=START)
    path.unlink()
    database, notice = open_or_restore(path, backups_folder(path), clock=HandClock())
    try:
        assert "vanished" in notice
        assert len(database.read_now(workspaces.listed)) == 1
    finally:
        database.close()


def test_a_first_start_needs_no_words(path: Path) -> None:
    database, notice = open_or_restore(path, backups_folder(path), clock=HandClock())
    database.close()
    assert notice == ""


def test_a_newer_store_is_refused_not_replaced(path: Path) -> None:
    lived_in(path)
    backup(path, backups_folder(path), keep=3, at=START)
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {LATEST + 1}")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreNewer):
        open_or_restore(path, backups_folder(path), clock=HandClock())[0].close()
    assert path.read_bytes() == before
