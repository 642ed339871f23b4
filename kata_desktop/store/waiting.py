"""Runs that wait: found by the handler they wait for, told more of the event they wait for the end of, their waits made
longer or cut short.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from kata_desktop.domain.run import Run, Source
from kata_desktop.store import runs
from kata_desktop.store.connection import Connection
from kata_desktop.store.times import span_us, to_us

_SHORT_WAITS = (("runs", "available_at", "queued"), ("inbox", "next_at", "received"), ("outbox", "next_at", "pending"))
"""Tables with the column that says until when a row waits, and the state in which it does."""


def for_handlers(db: Connection, handlers: Collection[str]) -> list[Run]:
    """Runs that wait for their turn, for another try or for a person, and whose work these handlers do."""
    marks = ",".join("?" * len(handlers))
    rows = db.all(
        f"SELECT {runs.COLUMNS} FROM runs r INDEXED BY runs_open "
        "JOIN task_revisions v ON v.task_id = r.task_id AND v.revision = r.revision "
        f"WHERE r.state != 'done' AND r.state != 'running' AND json_extract(v.spec, '$.handler') IN ({marks}) "
        "ORDER BY r.slot",
        tuple(handlers),
    )
    return [runs.from_row(row) for row in rows]


def for_quiet(db: Connection, task_id: str, source: Source, now: datetime) -> Run | None:
    """The run of a task that an event has caused and that waits for quiet; None when there is none."""
    row = db.one(
        f"SELECT {runs.COLUMNS} FROM runs r INDEXED BY runs_open WHERE r.task_id = ? AND r.state != 'done' "
        "AND r.state = 'queued' AND r.attempt = 0 AND r.source = ? AND r.available_at > ? ORDER BY r.slot LIMIT 1",
        (task_id, source.value, to_us(now)),
    )
    return None if row is None else runs.from_row(row)


def set_arguments(db: Connection, run_id: str, arguments: str) -> None:
    """Give a run that waits other arguments."""
    db.execute("UPDATE runs SET arguments = ? WHERE id = ? AND state = 'queued'", (arguments, run_id))


def postpone_waiting(
    db: Connection, task_id: str, source: Source, until: datetime, now: datetime, *, most: timedelta
) -> bool:
    """Debounce: move a run that still waits for quiet, to `most` after it was recorded at the latest.

    False when there is none.
    """
    cursor = db.execute(
        "UPDATE runs SET available_at = max(available_at, min(?, created_at + ?)) "
        "WHERE task_id = ? AND state = 'queued' AND attempt = 0 AND source = ? AND available_at > ?",
        (to_us(until), span_us(most), task_id, source.value, to_us(now)),
    )
    return bool(cursor.rowcount)


def hasten_waiting(db: Connection, by: timedelta, now: datetime) -> None:
    """The clock was set back by `by`: let short waits end when they would have ended, not that much later.

    A wait for a time of day is left alone; the short ones are an hour at most. Messages wait as runs do: those that
    came in for another look at them, those that go out for another try.
    """
    for table, column, state in _SHORT_WAITS:
        db.execute(
            f"UPDATE {table} SET {column} = max(?1, {column} - ?2) "
            f"WHERE state = '{state}' AND {column} > ?1 AND {column} <= ?1 + ?2 + 3600000000",
            (to_us(now), span_us(by)),
        )


def hasten_offline(db: Connection, now: datetime) -> int:
    """The network is back: let the runs that wait for it start."""
    cursor = db.execute(
        "UPDATE runs SET available_at = ? WHERE state = 'queued' AND error_kind = 'offline' AND available_at > ?",
        (to_us(now), to_us(now)),
    )
    return int(cursor.rowcount)


def waits_for_network(db: Connection) -> bool:
    """Whether any run waits for the network."""
    return db.one("SELECT 1 FROM runs WHERE state = 'queued' AND error_kind = 'offline' LIMIT 1") is not None
