"""How the store's threads run what was handed in: writes share durable transactions, reads get one view each."""

from __future__ import annotations

import inspect
import logging
import sqlite3
from collections.abc import Callable
from typing import Any

from kata_desktop.domain.errors import Bug
from kata_desktop.store.connection import Connection
from kata_desktop.store.errors import StoreLocked, StoreTrouble, code_of
from kata_desktop.store.jobs import Job

_SNAPSHOT_TRIES = 5
_log = logging.getLogger(__name__)


def write_batch(connection: Connection, jobs: list[Job]) -> None:
    """Run jobs in one immediate transaction and set their outcomes once it is durable.

    With neighbours each job has a savepoint, so one that raises undoes only itself. Trouble with the disk at the
    commit, or so bad that SQLite ends the transaction, undoes all and is everybody's error.
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
    """Run one job and note its error in it; raises `StoreTrouble` when that error took the whole transaction along."""
    if not alone:
        connection.execute("SAVEPOINT job")
    try:
        job.result = _called(job.work, connection)
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
