"""Writes are durable, in order, and do not harm each other; reads see one moment."""

from __future__ import annotations

import asyncio
import concurrent.futures
import sqlite3
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from kata_desktop.domain.errors import Bug
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database
from kata_desktop.store.errors import ConstraintBroken, StatementRefused, StoreClosed, StoreCorrupt
from kata_desktop.store.jobs import CHUNK, Job, answer
from tests.support.held_writer import Held


def put(scope: str) -> Callable[[Connection], str]:
    def work(db: Connection) -> str:
        db.execute("INSERT INTO pauses (scope, since) VALUES (?, 1)", (scope,))
        return scope

    return work


def put_and_fail(scope: str) -> Callable[[Connection], None]:
    def work(db: Connection) -> None:
        db.execute("INSERT INTO pauses (scope, since) VALUES (?, 1)", (scope,))
        raise LookupError(scope)

    return work


def scopes(path: Path) -> list[str]:
    """What another connection finds in the file."""
    connection = sqlite3.connect(path)
    try:
        return [row[0] for row in connection.execute("SELECT scope FROM pauses ORDER BY scope")]
    finally:
        connection.close()


def commits(path: Path) -> int:
    """Committed transactions in the write-ahead log, counted by its frames that end one."""
    log = path.with_name(path.name + "-wal").read_bytes()
    if not log:
        return 0
    page = struct.unpack_from(">I", log, 8)[0]
    frames = range(32, len(log) - page, 24 + page)
    return sum(struct.unpack_from(">I", log, at + 4)[0] != 0 for at in frames)


async def test_a_write_is_on_the_disk_when_it_returns(database: Database, path: Path) -> None:
    assert await database.write(put("a")) == "a"
    assert scopes(path) == ["a"]


async def test_neighbours_share_one_transaction(database: Database, path: Path) -> None:
    async with Held(database):
        before = commits(path)
        writes = [asyncio.gather(database.write(put(f"s{number:02}"))) for number in range(20)]
    await asyncio.gather(*writes)
    assert commits(path) - before == 1
    assert scopes(path) == [f"s{number:02}" for number in range(20)]


async def test_one_that_raises_undoes_only_itself(database: Database, path: Path) -> None:
    async with Held(database):
        first = asyncio.gather(database.write(put("a")))
        bad = asyncio.gather(database.write(put_and_fail("b")), return_exceptions=True)
        broken = asyncio.gather(database.write(put("a")), return_exceptions=True)
        last = asyncio.gather(database.write(put("c")))
    assert (await first)[0] == "a"
    assert isinstance((await bad)[0], LookupError)
    assert isinstance((await broken)[0], ConstraintBroken)
    assert (await last)[0] == "c"
    assert scopes(path) == ["a", "c"]


async def test_trouble_that_the_transaction_survives_is_nobody_elses(database: Database, path: Path) -> None:
    def unreadable(db: Connection) -> None:
        put("b")(db)
        raise StoreCorrupt(path, "a page of this task cannot be read")

    async with Held(database):
        bad = asyncio.gather(database.write(unreadable), return_exceptions=True)
        good = asyncio.gather(database.write(put("a")))
    assert isinstance((await bad)[0], StoreCorrupt)
    assert (await good)[0] == "a"
    assert scopes(path) == ["a"]


async def test_one_that_raises_alone_is_undone(database: Database, path: Path) -> None:
    with pytest.raises(LookupError):
        await database.write(put_and_fail("a"))
    assert scopes(path) == []
    await database.write(put("b"))
    assert scopes(path) == ["b"]


async def test_a_broken_constraint_may_be_caught_inside(database: Database, path: Path) -> None:
    def work(db: Connection) -> str:
        put("a")(db)
        try:
            put("a")(db)
        except ConstraintBroken:
            put("b")(db)
        return "done"

    assert await database.write(work) == "done"
    assert scopes(path) == ["a", "b"]


async def test_work_that_could_wait_is_refused(database: Database, path: Path) -> None:
    async def coroutine(db: Connection) -> None:
        put("a")(db)

    with pytest.raises(Bug, match="coroutine"):
        await database.write(coroutine)  # type: ignore[unused-coroutine]
    with pytest.raises(Bug, match="cursor"):
        await database.write(lambda db: db.execute("INSERT INTO pauses (scope, since) VALUES ('b', 1)"))
    with pytest.raises(Bug, match="StopIteration"):
        await database.write(lambda _: next(iter(())))
    assert scopes(path) == []


async def test_work_cannot_wait_for_the_store_itself(database: Database) -> None:
    with pytest.raises(Bug, match="wait for itself"):
        await database.write(lambda _: database.write_now(put("a")))
    with pytest.raises(Bug, match="wait for itself"):
        await database.read(lambda _: database.read_now(lambda db: db.value("SELECT 1")))


async def test_a_connection_stays_on_its_thread(database: Database) -> None:
    connection = await database.write(lambda db: db)
    with pytest.raises(StatementRefused):
        connection.execute("SELECT 1")


async def test_a_reader_cannot_write(database: Database, path: Path) -> None:
    with pytest.raises(StatementRefused):
        await database.read(put("a"))
    assert scopes(path) == []
    assert await database.read(lambda db: db.value("SELECT 7")) == 7


async def test_a_reader_sees_one_moment(database: Database) -> None:
    await database.write(put("a"))

    def work(db: Connection) -> tuple[int, int]:
        before = db.value("SELECT count(*) FROM pauses")
        database.write_now(put("b"))
        return before, db.value("SELECT count(*) FROM pauses")

    assert await database.read(work) == (1, 1)
    assert await database.read(lambda db: db.value("SELECT count(*) FROM pauses")) == 2


async def test_a_cancelled_caller_leaves_the_work_done(database: Database, path: Path) -> None:
    async with Held(database):
        task = asyncio.gather(database.write(put("a")))
        await asyncio.sleep(0)
        task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await database.write(put("b"))
    assert scopes(path) == ["a", "b"]


async def test_closing_finishes_what_was_handed_in(path: Path) -> None:
    database = Database.open(path)
    writes = asyncio.gather(*(database.write(put(f"s{number:03}")) for number in range(200)))
    await asyncio.sleep(0)
    await database.aclose()
    assert len(await writes) == 200
    assert len(scopes(path)) == 200
    assert not path.with_name("kata.db-wal").exists()
    with pytest.raises(StoreClosed):
        await database.write(put("late"))
    with pytest.raises(StoreClosed):
        await database.read(put("late"))
    await database.aclose()
    database.close()


def test_the_threads_end_with_the_store(path: Path) -> None:
    before = threading.active_count()
    database = Database.open(path)
    assert threading.active_count() == before + 1, "the reader starts when it is first needed"
    database.read_now(lambda db: db.value("SELECT 1"))
    assert threading.active_count() == before + 2
    database.close()
    assert threading.active_count() == before


def test_an_error_keeps_no_file_open(path: Path) -> None:
    database = Database.open(path)
    with pytest.raises(StatementRefused) as caught:
        database.read_now(put("a"))
    with pytest.raises(LookupError) as caught_too:
        database.write_now(put_and_fail("a"))
    database.close()
    assert sorted(file.name for file in path.parent.iterdir()) == ["kata.db"], (caught, caught_too)


def test_answers_wake_a_few_callers_at_a_time() -> None:
    class Loop:
        """Counts what is asked of it and does it at once."""

        def __init__(self) -> None:
            self.sizes: list[int] = []

        def call_soon_threadsafe(self, call: Callable[[list[Job]], None], jobs: list[Job]) -> None:
            self.sizes.append(len(jobs))
            call(jobs)

    loop = Loop()
    jobs = [
        Job(work=put("a"), future=concurrent.futures.Future(), loop=cast("Any", loop), result=number)
        for number in range(100)
    ]
    answer(jobs)
    assert loop.sizes == [32, 32, 32, 4]
    assert max(loop.sizes) == CHUNK
    assert [job.future.result() for job in jobs] == list(range(100))


def test_work_on_another_loop_is_answered_there(database: Database, path: Path) -> None:
    def elsewhere(scope: str) -> str:
        return asyncio.run(database.write(put(scope)))

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(elsewhere, "abcdefgh")) == list("abcdefgh")
    assert scopes(path) == list("abcdefgh")
