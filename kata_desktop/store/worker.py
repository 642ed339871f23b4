"""A thread of the store: it owns a connection and runs what is handed in."""

from __future__ import annotations

import concurrent.futures
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue

from kata_desktop.store.connection import Connection
from kata_desktop.store.errors import StoreClosed
from kata_desktop.store.jobs import Job, answer, release

BATCH = 64
"""Closures that share one transaction at most; beyond that the disk's sync is spread thin enough already."""


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
            release(error)
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
