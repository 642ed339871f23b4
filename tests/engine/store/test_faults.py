"""What the world does to files: full, read-only and locked disks, other processes, damage, death."""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from kata_desktop.store.backups import backup, backups_folder
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database
from kata_desktop.store.errors import (
    StoreCorrupt,
    StoreLocked,
    StoreNewer,
    StoreTrouble,
)
from tests.support.held_writer import Held
from tests.support.small_disk import small_disk
from tests.support.store_rows import START, opened

ROOT = Path(__file__).parents[3]


def put(db: Connection, scope: str, filler: int = 0) -> None:
    db.execute("INSERT INTO settings (key, value) VALUES (?, ?)", (scope, f'"{"x" * filler}"'))


def keys(database: Database) -> list[str]:
    return [row[0] for row in database.read_now(lambda db: db.all("SELECT key FROM settings ORDER BY key"))]


def python(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Another process that knows the project."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def fingerprints(folder: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


# Other processes ----------------------------------------------------------------------------------------------------

COUNT = """
import sys
from contextlib import closing
from pathlib import Path
from kata_desktop.store.database import Database

def work(db):
    value = db.value("SELECT since FROM pauses WHERE scope = 'count'")
    db.execute("UPDATE pauses SET since = ? WHERE scope = 'count'", (value + 1,))

with closing(Database.open(Path(sys.argv[1]))) as database:
    for _ in range(int(sys.argv[2])):
        database.write_now(work)
"""


def test_processes_take_turns(path: Path) -> None:
    with opened(path) as database:
        database.write_now(lambda db: db.all("INSERT INTO pauses (scope, since) VALUES ('count', 0)"))
        others = [python(COUNT, path, 150) for _ in range(3)]
        assert [other.wait(30) for other in others] == [0, 0, 0]
        for other in others:
            other.communicate()
        assert database.read_now(lambda db: db.value("SELECT since FROM pauses")) == 450


HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute(sys.argv[2])
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held_by_another(path: Path, pragma: str = "SELECT 1") -> Iterator[None]:
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path), pragma], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    try:
        yield
    finally:
        other.communicate()


async def test_a_lock_of_another_process_is_waited_for_then_said(path: Path) -> None:
    database = Database.open(path, patience=0.2)
    try:
        with held_by_another(path):
            with pytest.raises(StoreLocked, match="another program"):
                await database.write(lambda db: put(db, "a"))
            assert keys(database) == []
        await database.write(lambda db: put(db, "b"))
        assert keys(database) == ["b"]
    finally:
        database.close()


def test_a_store_that_another_program_keeps_to_itself_is_not_opened(path: Path) -> None:
    Database.open(path).close()
    with held_by_another(path, "PRAGMA locking_mode = EXCLUSIVE"), pytest.raises(StoreLocked):
        Database.open(path, patience=0.1).close()
    Database.open(path).close()


# Death --------------------------------------------------------------------------------------------------------------

WRITE = """
import asyncio, sys
from contextlib import closing
from pathlib import Path
from kata_desktop.store.database import Database

database = Database.open(Path(sys.argv[1]))
begin = int(sys.argv[2])

async def one(number):
    def work(db):
        db.execute("INSERT INTO settings (key, value) VALUES (?, '1')", (f"{number:08}",))
        db.execute("INSERT INTO incidents (key, opened_at, told_at) VALUES (?, 1, 1)", (f"{number:08}",))
    await database.write(work)
    print(number, flush=True)

async def main():
    number = begin
    while True:
        await asyncio.gather(*(one(number + step) for step in range(5)))
        number += 5

with closing(database):
    asyncio.run(main())
"""


def killed_after(path: Path, begin: int, seconds: float) -> set[str]:
    """Let a process write until it is killed; what it was told is durable."""
    writer = python(WRITE, path, begin)
    assert writer.stdout is not None
    first = writer.stdout.readline()
    assert first, "the writer could not begin"
    time.sleep(seconds)  # the point of death is meant to be anywhere
    writer.send_signal(signal.SIGKILL)
    rest, _ = writer.communicate()
    complete = (first + rest).split("\n")[:-1]
    return {f"{int(line):08}" for line in complete}


def test_a_killed_writer_loses_nothing_it_acknowledged(path: Path) -> None:
    chance, acknowledged = random.Random(7), set[str]()
    for round_ in range(12):
        acknowledged |= killed_after(path, round_ * 1_000_000, chance.random() * 0.05)
        with opened(path) as database:
            assert database.read_now(lambda db: db.value("PRAGMA integrity_check")) == "ok"
            found = set(keys(database))
            assert acknowledged <= found
            halves = database.read_now(lambda db: {row[0] for row in db.all("SELECT key FROM incidents")})
            assert halves == found, "a transaction is there as a whole or not at all"


def test_a_process_killed_while_creating_leaves_no_half_store(path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from kata_desktop.store.database import Database; "
        "print(1, flush=True); Database.open(Path(sys.argv[1]))"
    )
    for step in range(8):
        other = python(code, path)
        assert other.stdout is not None
        other.stdout.readline()
        time.sleep(step * 0.002)
        other.kill()
        other.communicate()
        Database.open(path).close()
        shutil.rmtree(path.parent)


def unclean(path: Path, begin: int = 0) -> None:
    """A store whose last process was killed: its log is still there, with something in it."""
    killed_after(path, begin, 0.01)
    assert path.with_name("kata.db-wal").stat().st_size


@pytest.mark.parametrize("suffix", ["-wal", "-shm"])
def test_a_missing_side_file_is_survived(path: Path, suffix: str) -> None:
    unclean(path)
    path.with_name(path.name + suffix).unlink()
    with opened(path) as database:
        assert database.read_now(lambda db: db.value("PRAGMA integrity_check")) == "ok"
        database.write_now(lambda db: put(db, "zz"))
        assert "zz" in keys(database)


# Full and read-only disks -------------------------------------------------------------------------------------------


async def test_a_full_disk_undoes_the_batch_and_nothing_else(tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", 2) as folder, opened(folder / "kata.db") as database:
        ballast = folder / "ballast"
        ballast.write_bytes(b"x" * (1 << 20))
        await database.write(lambda db: put(db, "kept"))
        async with Held(database):
            batch = asyncio.gather(
                *(database.write(partial(put, scope=scope, filler=size)) for scope, size in (("a", 0), ("b", 3 << 20))),
                return_exceptions=True,
            )
        for result in await batch:
            assert isinstance(result, StoreTrouble)
            assert "disk" in result.sentence
        assert keys(database) == ["kept"]
        ballast.unlink()
        await database.write(lambda db: put(db, "later", 1000))
        assert "later" in keys(database)
        assert database.read_now(lambda db: db.value("PRAGMA integrity_check")) == "ok"


async def test_every_neighbour_of_a_full_disk_hears_of_it(tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", 2) as folder, opened(folder / "kata.db") as database:
        results = await asyncio.gather(
            *(database.write(partial(put, scope=f"n{number}", filler=300_000)) for number in range(20)),
            return_exceptions=True,
        )
        failed = [result for result in results if isinstance(result, BaseException)]
        assert failed
        assert all(isinstance(result, StoreTrouble) for result in failed)
        assert len(keys(database)) == len(results) - len(failed)


READ_ONLY = """
import os, sys
from pathlib import Path
from kata_desktop.store.database import Database
if os.geteuid() == 0:
    os.setgid(65534); os.setuid(65534)
try:
    Database.open(Path(sys.argv[1]))
except Exception as error:
    print(type(error).__name__, error)
"""


@pytest.mark.parametrize("exists", [True, False])
def test_a_folder_that_may_not_be_written_is_said(exists: bool) -> None:
    folder = Path(tempfile.mkdtemp())  # where another user may at least look
    try:
        path = folder / "data" / "kata.db"
        Database.open(path).close()
        if not exists:
            path.unlink()
        for file, mode in ((folder, 0o755), (path.parent, 0o555), (path, 0o444)):
            if file.exists():
                file.chmod(mode)
        other = python(READ_ONLY, path)
        said, _ = other.communicate(timeout=20)
        assert said.startswith("StoreReadOnly Kata may not write")
        assert str(path) in said
    finally:
        path.parent.chmod(0o700)
        shutil.rmtree(folder)


# Damage -------------------------------------------------------------------------------------------------------------


def fill(path: Path) -> None:
    with opened(path) as database:
        for number in range(60):
            database.write_now(partial(put, scope=f"key{number:03}", filler=4000))


def truncated(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def garbage_header(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(random.Random(1).randbytes(100))


def garbage_in_the_middle(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 3)
        file.write(random.Random(2).randbytes(20_000))


def emptied(path: Path) -> None:
    os.truncate(path, 0)


DAMAGES = [truncated, garbage_header, garbage_in_the_middle, emptied]


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_noticed_at_start(path: Path, damage: object) -> None:
    assert callable(damage)
    fill(path)
    damage(path)
    with pytest.raises(StoreCorrupt, match="damaged"):
        Database.open(path).close()


def test_a_database_of_another_program_is_not_taken_over(path: Path) -> None:
    path.parent.mkdir()
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE theirs (x)")
    other.close()
    before = fingerprints(path.parent)
    with pytest.raises(StoreCorrupt, match="not Kata's"):
        Database.open(path).close()
    assert fingerprints(path.parent) == before


@pytest.mark.parametrize("in_the_log", [False, True])
def test_a_newer_store_is_not_touched(path: Path, tmp_path: Path, in_the_log: bool) -> None:
    with opened(path) as database:
        database.write_now(lambda db: put(db, "a"))
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("PRAGMA user_version = 99")
    folder = tmp_path / "copy"
    if not in_the_log:
        writer.close()
    shutil.copytree(path.parent, folder)
    writer.close()
    (folder / "kata.db-shm").unlink(missing_ok=True)
    before = fingerprints(folder)
    assert ("kata.db-wal" in before) == in_the_log
    with pytest.raises(StoreNewer, match="newer Kata"):
        Database.open(folder / "kata.db").close()
    assert fingerprints(folder) == before


# Who may read -------------------------------------------------------------------------------------------------------


def modes(folder: Path) -> dict[str, int]:
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.rglob("*")}


def test_files_are_private_whatever_the_umask(path: Path) -> None:
    before = os.umask(0o022)
    try:
        with opened(path) as database:
            database.write_now(lambda db: put(db, "a"))
            backup(path, backups_folder(path), keep=3, at=START)
            found = modes(path.parent)
            assert {"kata.db", "kata.db-wal", "kata.db-shm", "backups"} < set(found)
            assert {name: oct(mode) for name, mode in found.items() if name != "backups" and mode != 0o600} == {}
            assert found["backups"] == 0o700
            assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    finally:
        os.umask(before)


def test_modes_are_repaired_at_start(path: Path) -> None:
    unclean(path)
    with opened(path):
        copy = backup(path, backups_folder(path), keep=3, at=START)
    unclean(path, 1_000_000)
    for file in (path, path.with_name("kata.db-wal"), path.with_name("kata.db-shm"), copy):
        file.chmod(0o644)
    path.parent.chmod(0o755)
    copy.parent.chmod(0o755)
    with opened(path):
        found = modes(path.parent)
    assert found.pop("backups") == 0o700
    assert set(found.values()) == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_shared_folder_keeps_its_mode(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    Database.open(shared / "kata.db").close()
    assert stat.S_IMODE(shared.stat().st_mode) == 0o1777
