"""Older stores are brought up to date in steps that happen as a whole or not at all, with a copy kept from before."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from kata_desktop.domain.errors import Bug
from kata_desktop.store import workspaces
from kata_desktop.store.backups import backups_folder
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database
from kata_desktop.store.errors import ConstraintBroken, StatementRefused, StoreNewer
from kata_desktop.store.header import read_header
from kata_desktop.store.migrations.runner import LATEST, MIGRATIONS, Migration, version_of
from tests.support.store_rows import add_workspace, opened


def add_colour(db: Connection) -> None:
    db.execute("ALTER TABLE workspaces ADD COLUMN colour TEXT NOT NULL DEFAULT 'blue'")


def rebuild_pauses(db: Connection) -> None:
    """A table is made anew, as a changed constraint needs it."""
    db.execute("CREATE TABLE pauses_new (scope TEXT PRIMARY KEY, since INTEGER NOT NULL) STRICT")
    db.execute("INSERT INTO pauses_new SELECT scope, since FROM pauses")
    db.execute("DROP TABLE pauses")
    db.execute("ALTER TABLE pauses_new RENAME TO pauses")


def fail_half_way(db: Connection) -> None:
    db.execute("ALTER TABLE workspaces ADD COLUMN shape TEXT")
    db.execute("THIS IS NO SQL")


def orphan(db: Connection) -> None:
    db.execute(
        "INSERT INTO sessions (id, workspace_id, title, created_at, updated_at, state) "
        "VALUES ('s', 'gone', '', 0, 0, x'')"
    )


LATER = (
    *MIGRATIONS,
    Migration(number=LATEST + 1, apply=add_colour),
    Migration(number=LATEST + 2, apply=rebuild_pauses),
)


@pytest.fixture
def older(path: Path, tmp_path: Path) -> Path:
    """A copy of a store of the present format, which is the older one here, with something in it."""
    with opened(path) as database:
        database.write_now(add_workspace)
        database.write_now(lambda db: db.all("INSERT INTO pauses (scope, since) VALUES ('all', 5)"))
    shutil.copytree(path.parent, tmp_path / "older")
    return tmp_path / "older" / "kata.db"


def test_numbers_follow_each_other() -> None:
    assert [migration.number for migration in MIGRATIONS] == list(range(1, LATEST + 1))


def test_a_new_store_has_the_newest_format(path: Path) -> None:
    with opened(path) as database:
        assert database.read_now(version_of) == LATEST
        assert database.read_now(lambda db: db.value("PRAGMA journal_mode")) == "wal"
        assert database.write_now(lambda db: db.value("PRAGMA synchronous")) == 2
        assert database.write_now(lambda db: db.value("PRAGMA foreign_keys")) == 1
    assert not backups_folder(path).exists(), "there was nothing to keep"


def test_an_older_store_keeps_its_contents(older: Path) -> None:
    database = Database.open(older, migrations=LATER)
    try:
        row = database.read_now(lambda db: db.one("SELECT name, colour FROM workspaces"))
        assert row == ("Home", "blue")
        assert database.read_now(lambda db: db.all("SELECT * FROM pauses")) == [("all", 5)]
        assert database.write_now(lambda db: db.value("PRAGMA foreign_keys")) == 1
        header = read_header(older)
        assert header is not None
        assert header.user_version == LATEST + 2
    finally:
        database.close()
    with pytest.raises(StoreNewer):
        Database.open(older).close()


def test_workspaces_of_before_leave_thinking_to_the_model(tmp_path: Path) -> None:
    path = tmp_path / "format4" / "kata.db"
    path.parent.mkdir()
    Database.open(path, migrations=MIGRATIONS[:4]).close()
    before = Connection(path)
    before.execute(
        "INSERT INTO workspaces (id, name, name_key, folder, model, concurrency, created_at) "
        "VALUES ('ws', 'Home', 'home', '/home', 'M', 2, 0)"
    )
    before.close()
    with opened(path) as database:
        kept = database.read_now(lambda db: workspaces.get(db, "ws"))
        assert (kept.name, kept.model, kept.thinking) == ("Home", "M", "")
        with pytest.raises(ConstraintBroken):
            database.write_now(lambda db: workspaces.update(db, replace(kept, thinking="deeply")))


def test_a_copy_is_kept_from_before(older: Path) -> None:
    Database.open(older, migrations=LATER).close()
    [copy] = backups_folder(older).iterdir()
    with opened(copy) as database:
        assert database.read_now(version_of) == LATEST
        assert database.read_now(lambda db: db.one("SELECT name FROM workspaces")) == ("Home",)


def test_a_step_that_fails_changes_nothing(older: Path) -> None:
    failing = (*LATER, Migration(number=LATEST + 3, apply=fail_half_way))
    with pytest.raises(StatementRefused):
        Database.open(older, migrations=failing).close()
    database = Database.open(older, migrations=LATER)
    try:
        assert database.read_now(version_of) == LATEST + 2
        columns = database.read_now(lambda db: db.all("SELECT name FROM pragma_table_info('workspaces')"))
        assert ("colour",) in columns
        assert ("shape",) not in columns
    finally:
        database.close()


def test_a_step_may_not_leave_orphans(older: Path) -> None:
    with pytest.raises(Bug, match="pointing at nothing"):
        Database.open(older, migrations=(*MIGRATIONS, Migration(number=LATEST + 1, apply=orphan))).close()
    with opened(older) as database:
        assert database.read_now(version_of) == LATEST
