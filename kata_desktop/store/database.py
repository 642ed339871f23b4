"""The store's front door: durable writes in order, consistent reads, both off the loop's thread."""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from kata_desktop.domain.errors import Bug
from kata_desktop.runtime.clock import Clock, SystemClock
from kata_desktop.store.batches import read_each, write_batch
from kata_desktop.store.connection import Connection
from kata_desktop.store.errors import StoreClosed, StoreTrouble
from kata_desktop.store.footprint import Footprint, footprint
from kata_desktop.store.jobs import Job
from kata_desktop.store.migrations.runner import MIGRATIONS, Migration
from kata_desktop.store.opening import open_store
from kata_desktop.store.worker import Worker

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Database:
    """One store file, opened by `Database.open`; must be closed, its threads keep the process alive.

    Work is a plain function of a `Connection`. It runs on a thread of the store, so it must touch nothing else that
    belongs to a thread, and must not wait for the store itself.
    """

    def __init__(self, path: Path, writer: Worker, patience: float) -> None:
        self.path = path
        self._writer = writer
        self._patience = patience
        self._reader: Worker | None = None
        self._reader_lock = threading.Lock()
        self._closed = False

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        patience: float = 5.0,
        clock: Clock | None = None,
        migrations: tuple[Migration, ...] = MIGRATIONS,
    ) -> Database:
        """Open the store at `path`, or create it; returns when it is checked, private and of the present format.

        `patience` is how many seconds to wait for another process's lock. Raises `StoreNewer` (nothing was touched),
        `StoreCorrupt`, `StoreLocked`, `StoreReadOnly` or another `StoreTrouble`.
        """
        connect = partial(open_store, path, patience=patience, clock=clock or SystemClock(), migrations=migrations)
        writer = Worker("store-writer", connect=connect, run=write_batch, finish=_finish_writing)
        try:
            writer.wait_until_open()
        except BaseException:
            writer.join()
            raise
        return cls(path, writer, patience)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in an immediate transaction; returns its result once that is durable on the disk.

        If it raises, all it did is undone and its error comes out here; neighbours that share the transaction are not
        affected. If the disk does not take the transaction, `StoreTrouble` is raised and nothing of it was kept.
        Cancelling the caller does not undo the work.
        """
        result: T = await self._hand_in(self._writer, work)
        return result

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on one consistent view of what is durable; it cannot write."""
        result: T = await self._hand_in(self._reading(), work)
        return result

    def write_now(self, work: Callable[[Connection], T]) -> T:
        """As `write`, blocking the calling thread: for start-up and the command line."""
        result: T = self._hand_in_now(self._writer, work)
        return result

    def read_now(self, work: Callable[[Connection], T]) -> T:
        """As `read`, blocking the calling thread: for start-up and the command line."""
        result: T = self._hand_in_now(self._reading(), work)
        return result

    def footprint(self) -> Footprint | None:
        """Another value after every commit of any process, told by the files; None where that cannot be told."""
        return footprint(self.path)

    def close(self) -> None:
        """Finish what was handed in, fold the log into the file and end the threads; harmless when repeated."""
        for worker in self._closing():
            worker.close()
            worker.join()

    async def aclose(self) -> None:
        """As `close`, without blocking the loop."""
        loop = asyncio.get_running_loop()
        for worker in self._closing():
            ended: asyncio.Future[None] = loop.create_future()
            worker.close(Job(work=_nothing, future=ended, loop=loop))
            await ended
            worker.join()

    def _closing(self) -> list[Worker]:
        with self._reader_lock:
            if self._closed:
                return []
            self._closed = True
            reader = self._reader
        # The reader first: the log can only be folded in completely when nobody reads from it.
        return [self._writer] if reader is None else [reader, self._writer]

    def _reading(self) -> Worker:
        with self._reader_lock:
            if self._closed:
                raise StoreClosed
            if self._reader is None:
                connect = partial(Connection, self.path, patience=self._patience, read_only=True)
                self._reader = Worker("store-reader", connect=connect, run=read_each, finish=Connection.close)
            return self._reader

    async def _hand_in(self, worker: Worker, work: Callable[[Connection], Any]) -> Any:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        worker.submit(Job(work=work, future=future, loop=loop))
        return await future

    def _hand_in_now(self, worker: Worker, work: Callable[[Connection], Any]) -> Any:
        if worker.is_current:
            raise Bug("work inside the store asked the store to wait for itself")
        future: concurrent.futures.Future[Any] = concurrent.futures.Future()
        worker.submit(Job(work=work, future=future, loop=None))
        return future.result()


def _nothing(_: Connection) -> None:
    """The work of a job that only marks an end."""


def _finish_writing(connection: Connection) -> None:
    try:
        connection.execute("PRAGMA busy_timeout = 0")  # another process may read on; it will fold the log in itself
        connection.execute("PRAGMA analysis_limit = 400")
        connection.execute("PRAGMA optimize")
        connection.all("PRAGMA wal_checkpoint(TRUNCATE)")
    except StoreTrouble as error:  # everything is durable in the log all the same
        _log.warning("The store's log stays until the next start: %s", error)
    finally:
        connection.close()
