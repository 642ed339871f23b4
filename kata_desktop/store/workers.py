"""The two threads that touch the store: one writes, in shared durable transactions, one reads."""

from __future__ import annotations

import asyncio
import concurrent.futures
import inspect
import logging
import sqlite3
import threading
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from queue import Empty, SimpleQueue
from typing import Any

from kata_desktop.domain.errors import Bug
from kata_desktop.store.connection import Connection
from kata_desktop.store.errors import StoreClosed, StoreLocked, StoreTrouble, code_of

BATCH = 64
"""Closures that share one transaction at most; beyond that the disk's sync is spread thin enough already."""

CHUNK = 32
"""Waiting callers woken by one call into their loop: a thousand at once would freeze it for 18 ms."""

_SNAPSHOT_TRIES = 5
_log = logging.getLogger(__name__)

AnyFuture = asyncio.Future[Any] | concurrent.futures.Future[Any]


@dataclass(slots=True, eq=False)
class Job:
    """A closure on its way through a thread, and who waits for it."""

    work: Callable[[Connection], Any]
    future: AnyFuture
    loop: asyncio.AbstractEventLoop | None
    """Where an asyncio future lives; None when a thread waits."""
    result: Any = None
    error: BaseException | None = None


class Worker:
    """A thread with a connection of its own that runs jobs in the order they were handed in."""

    def __init__(
        self,
        name: str,
        *,
        connect: Callable[[], Connection],
        run: Callable[[Connection, list[Job]], None],
        finish: Callable[[Connection], None],
    ) -> None:
        self._connect = connect
        self._run = run
        self._finish = finish
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        self._opened: concurrent.futures.Future[None] = concurrent.futures.Future()
        self._ended: list[Job] = []
        self._thread = threading.Thread(target=self._main, name=name)
        self._thread.start()

    def wait_until_open(self) -> None:
        """Return once the thread has its connection; raises what kept it from one."""
        self._opened.result()

    def submit(self, job: Job) -> None:
        """Hand in a job; raises `StoreClosed` after `close`."""
        with self._lock:
            if self._closed:
                raise StoreClosed
            self._queue.put(job)

    @property
    def is_current(self) -> bool:
        """Whether the caller runs on this very thread, where waiting for it would never end."""
        return threading.current_thread() is self._thread

    def close(self, ended: Job | None = None) -> None:
        """Take no more jobs and end the thread after those it has; `ended` is answered when that is done."""
        with self._lock:
            if ended is not None:
                self._ended.append(ended)
            if not self._closed:
                self._closed = True
                self._queue.put(None)

    def join(self) -> None:
        """Wait for the thread's end."""
        self._thread.join()

    def _main(self) -> None:
        try:
            connection = self._connect()
        except BaseException as error:  # noqa: BLE001 - handed to whoever opens the store
            _release(error)
            self._opened.set_exception(error)
            self._refuse(error)
            return
        self._opened.set_result(None)
        try:
            while jobs := self._next():
                self._run(connection, jobs)
                answer(jobs)
        finally:
            self._finish(connection)
            with self._lock:
                ended = list(self._ended)
            answer(ended)

    def _next(self) -> list[Job]:
        job = self._queue.get()
        jobs: list[Job] = []
        while job is not None:
            jobs.append(job)
            if len(jobs) >= BATCH:
                return jobs
            try:
                job = self._queue.get_nowait()
            except Empty:
                return jobs
        if jobs:
            self._queue.put(None)  # first these, then the end
        return jobs

    def _refuse(self, error: BaseException) -> None:
        """Fail what was handed in before the connection turned out not to open."""
        with self._lock:
            self._closed = True
        jobs = self._drain()
        for job in jobs:
            job.error = error
        answer(jobs + self._ended)

    def _drain(self) -> list[Job]:
        jobs = []
        while not self._queue.empty():
            job = self._queue.get_nowait()
            if job is not None:
                jobs.append(job)
        return jobs


def write_batch(connection: Connection, jobs: list[Job]) -> None:
    """Run jobs in one immediate transaction and set their outcomes once it is durable.

    With neighbours each job has a savepoint, so one that raises undoes only itself. Trouble with the disk undoes all.
    """
    try:
        _begin(connection)
        for job in jobs:
            _run_guarded(connection, job, alone=len(jobs) == 1)
        if connection.in_transaction:
            connection.execute("COMMIT")
    except StoreTrouble as error:
        _undo(connection)
        for job in jobs:
            job.error = error
    except BaseException as error:  # noqa: BLE001 - a bug of ours must not leave callers waiting for good
        _undo(connection)
        _log.exception("The store's writer failed")
        for job in jobs:
            job.error = error


def _begin(connection: Connection) -> None:
    for _ in range(_SNAPSHOT_TRIES):
        try:
            connection.execute("BEGIN IMMEDIATE")
            return
        except StoreLocked as error:
            # SQLite's own waiting does not cover this one: somebody committed between our look and our lock.
            if error.__cause__ is None or code_of(error.__cause__) != sqlite3.SQLITE_BUSY_SNAPSHOT:
                raise
    connection.execute("BEGIN IMMEDIATE")


def _run_guarded(connection: Connection, job: Job, *, alone: bool) -> None:
    """Run one job; its own error is noted in it, trouble of the whole transaction is raised."""
    if not alone:
        connection.execute("SAVEPOINT job")
    try:
        job.result = _called(job.work, connection)
    except StoreTrouble:
        raise
    except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits for the job
        job.error = error
        _require_transaction(connection)
        connection.execute("ROLLBACK" if alone else "ROLLBACK TO job")
    else:
        _require_transaction(connection)
    if not alone:
        connection.execute("RELEASE job")


def _require_transaction(connection: Connection) -> None:
    if not connection.in_transaction:
        raise StoreTrouble("the disk reported an error and the step was undone")


def _called(work: Callable[[Connection], Any], connection: Connection) -> Any:
    try:
        result = work(connection)
    except StopIteration as error:  # a future refuses to carry it
        raise Bug("a closure of the store let StopIteration out") from error
    if isinstance(result, sqlite3.Cursor):
        raise Bug("a cursor belongs to the store's thread: return its rows or its row count")
    if inspect.iscoroutine(result):
        result.close()
        raise Bug("the store takes plain functions: a coroutine would hold its transaction open while it waits")
    return result


def _undo(connection: Connection) -> None:
    try:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    except StoreTrouble:  # the transaction is void either way; the next BEGIN says so if not
        _log.exception("A failed transaction could not be rolled back")


def read_each(connection: Connection, jobs: list[Job]) -> None:
    """Run jobs one by one, each on one consistent view of the store."""
    for job in jobs:
        try:
            connection.execute("BEGIN")
            job.result = _called(job.work, connection)
        except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits for the job
            job.error = error
        finally:
            _undo(connection)


def answer(jobs: Iterable[Job]) -> None:
    """Give every waiting caller its result, a few dozen per call into a loop."""
    jobs = list(jobs)
    for job in jobs:
        _release(job.error)
    for loop, group in groupby(jobs, key=lambda job: job.loop):
        members = list(group)
        if loop is None:
            _settle(members)
            continue
        for start in range(0, len(members), CHUNK):
            try:
                loop.call_soon_threadsafe(_settle, members[start : start + CHUNK])
            except RuntimeError:  # the loop was closed: nobody waits any more, and the work is done
                _log.debug("A loop ended before its answer came")


def _release(error: BaseException | None) -> None:
    """Let go of what an error's frames hold: a cursor kept there keeps its connection, and so the file, open."""
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__


def _settle(jobs: list[Job]) -> None:
    for job in jobs:
        if job.future.done():  # the waiting task was cancelled
            continue
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.result)
