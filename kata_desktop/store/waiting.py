"""Runs that wait: found by the handler they wait for, and told more of the event they wait for the end of."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from kata_desktop.domain.run import Run, Source
from kata_desktop.store import runs
from kata_desktop.store.connection import Connection
from kata_desktop.store.times import to_us


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
