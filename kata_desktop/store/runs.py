"""Runs: inserting and finding them. Plain SQL, because the engine lives on it.

Indexes are named where the engine looks many times a minute: without statistics SQLite would rather walk the whole
history in order than sort the handful of runs that are open.

What works on a run stands in `leases`, what becomes of it in `endings`, what it waits for in `waiting`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kata_desktop.domain.errors import NotFound
from kata_desktop.domain.run import Delivery, Reason, Run, RunState, Source, Usage, ended_status
from kata_desktop.store.connection import Connection
from kata_desktop.store.times import from_us, to_us

COLUMNS = (
    "r.id, r.task_id, r.task_name, r.workspace_id, r.revision, r.slot, r.source, r.state, r.reason, r.detail, "
    "r.error_kind, r.count, r.first_slot, r.attempt, r.available_at, r.created_at, r.started_at, r.finished_at, "
    "r.working_us, r.progress, r.progress_text, r.output, r.input_tokens, r.output_tokens, r.cost, r.delivery, "
    "r.session_id, r.model, r.cancel_requested, r.test, r.arguments, r.retries_used"
)
"""What `from_row` reads, in this order, from `runs r`."""


def from_row(row: tuple[Any, ...]) -> Run:
    """Build a run from `COLUMNS`."""
    return Run(
        id=row[0],
        task_id=row[1],
        task_name=row[2],
        workspace_id=row[3],
        revision=row[4],
        slot=from_us(row[5]),
        source=Source(row[6]),
        state=RunState(row[7]),
        reason=Reason(row[8]) if row[8] is not None else None,
        detail=row[9],
        error_kind=row[10],
        count=row[11],
        first_slot=from_us(row[12]),
        attempt=row[13],
        available_at=from_us(row[14]),
        created_at=from_us(row[15]),
        started_at=from_us(row[16]),
        finished_at=from_us(row[17]),
        working_seconds=row[18] / 1e6,
        progress=row[19],
        progress_text=row[20],
        output=row[21],
        usage=Usage(input_tokens=row[22], output_tokens=row[23], cost_microdollars=row[24]),
        delivery=Delivery(row[25]),
        session_id=row[26],
        model=row[27],
        cancel_requested=bool(row[28]),
        test=bool(row[29]),
        arguments=row[30],
        retries_used=row[31],
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Placement:
    """How a new run is to be handled, beyond what a person sees."""

    local_key: str | None = None
    """Local date and time of tasks that follow the computer's zone: the same one starts once."""
    after_run: str = ""
    """A run that must end first."""
    limited: bool = True
    sliced: bool = False


def insert(db: Connection, run: Run, place: Placement) -> bool:
    """Store a new run; False when its occurrence has a row already, and nothing is changed then."""
    status = ended_status(run.reason, run.error_kind) if run.reason else run.state.value
    cursor = db.execute(
        "INSERT INTO runs (id, task_id, task_name, workspace_id, revision, slot, local_key, source, state, reason, "
        "status, detail, count, first_slot, available_at, after_run, limited, sliced, created_at, finished_at, "
        "session_id, test, arguments, retries_used) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            run.id,
            run.task_id,
            run.task_name,
            run.workspace_id,
            run.revision,
            to_us(run.slot),
            place.local_key,
            run.source.value,
            run.state.value,
            run.reason.value if run.reason else None,
            status,
            run.detail,
            run.count,
            to_us(run.first_slot),
            to_us(run.available_at or run.slot),
            place.after_run or None,
            place.limited,
            place.sliced,
            to_us(run.created_at),
            to_us(run.finished_at),
            run.session_id,
            run.test,
            run.arguments,
            run.retries_used,
        ),
    )
    return bool(cursor.rowcount)


def extend_skip(db: Connection, run: Run, local_key: str | None = None) -> str:
    """Add a skipped occurrence to the task's newest row when that tells the same story; returns its id, else "".

    So a pause of a month over a task that runs every minute is one row with a count.
    """
    row = db.one(
        "SELECT id, reason, detail, slot FROM runs WHERE task_id = ? AND source = ? ORDER BY slot DESC LIMIT 1",
        (run.task_id, run.source.value),
    )
    if row is None or run.reason is None or row[1] != run.reason.value or row[2] != run.detail:
        return ""
    if row[3] >= to_us(run.first_slot or run.slot) or exists(db, run.task_id, run.slot, local_key):
        return ""
    db.execute(
        "UPDATE runs SET count = count + ?, first_slot = coalesce(first_slot, slot), slot = ?, "
        "local_key = coalesce(?, local_key), finished_at = ? WHERE id = ?",
        (run.count, to_us(run.slot), local_key, to_us(run.finished_at), row[0]),
    )
    return str(row[0])


def exists(db: Connection, task_id: str, slot: datetime, local_key: str | None = None) -> bool:
    """Whether that occurrence has its row."""
    row = db.one(
        "SELECT 1 FROM runs WHERE task_id = ? AND (slot = ? OR (local_key IS NOT NULL AND local_key = ?)) LIMIT 1",
        (task_id, to_us(slot), local_key),
    )
    return row is not None


def any_between(db: Connection, task_id: str, since: datetime, until: datetime) -> bool:
    """Whether an occurrence of the task in [since, until] has its row, or its share in one with a count."""
    row = db.one(
        "SELECT 1 FROM runs WHERE task_id = ? AND source IN ('schedule', 'catch-up') AND slot >= ? "
        "AND coalesce(first_slot, slot) <= ? LIMIT 1",
        (task_id, to_us(since), to_us(until)),
    )
    return row is not None


def free_slot(db: Connection, task_id: str, now: datetime) -> datetime:
    """The instant that a run asked for now is filed under: now, or the next free microsecond off the whole second."""
    us = to_us(now)
    us += us % 1_000_000 == 0  # whole seconds belong to schedules
    while db.one("SELECT 1 FROM runs WHERE task_id = ? AND slot = ?", (task_id, us)) is not None:
        us += 1
    return from_us(us)


def find(db: Connection, run_id: str) -> Run | None:
    """The run, or None."""
    row = db.one(f"SELECT {COLUMNS} FROM runs r WHERE r.id = ?", (run_id,))
    return None if row is None else from_row(row)


def get(db: Connection, run_id: str) -> Run:
    """The run; NotFound when there is none."""
    run = find(db, run_id)
    if run is None:
        raise NotFound("run", run_id)
    return run


def open_of_task(db: Connection, task_id: str) -> list[Run]:
    """Runs of a task that have not ended, oldest first, without tests."""
    rows = db.all(
        f"SELECT {COLUMNS} FROM runs r INDEXED BY runs_open WHERE r.task_id = ? AND r.state != 'done' "
        "AND r.test = 0 ORDER BY r.slot",
        (task_id,),
    )
    return [from_row(row) for row in rows]


def open_of_session(db: Connection, session_id: str) -> list[Run]:
    """Runs of a conversation that have not ended, in the order they were made."""
    rows = db.all(
        f"SELECT {COLUMNS} FROM runs r INDEXED BY runs_session WHERE r.session_id = ? AND r.session_id != '' "
        "AND r.state != 'done' ORDER BY r.rowid",
        (session_id,),
    )
    return [from_row(row) for row in rows]


def of_session(db: Connection, session_id: str, *, limit: int) -> list[Run]:
    """The newest runs of a session, oldest first."""
    rows = db.all(
        f"SELECT {COLUMNS} FROM runs r INDEXED BY runs_conversation WHERE r.session_id = ? AND r.session_id != '' "
        "ORDER BY r.slot DESC LIMIT ?",
        (session_id, limit),
    )
    return [from_row(row) for row in reversed(rows)]


def open_count(db: Connection, task_id: str) -> int:
    """How many runs of a task have not ended."""
    count: int = db.value(
        "SELECT count(*) FROM runs INDEXED BY runs_open WHERE task_id = ? AND state != 'done'", (task_id,)
    )
    return count


def latest_slot(db: Connection) -> datetime | None:
    """The newest slot of any row."""
    newest: int | None = db.value("SELECT max(slot) FROM runs")
    return from_us(newest)


def last_output(db: Connection, task_id: str) -> str:
    """Output of the task's newest completed run that was no test."""
    row = db.one(
        "SELECT output FROM runs WHERE task_id = ? AND status = 'succeeded' AND test = 0 ORDER BY slot DESC LIMIT 1",
        (task_id,),
    )
    return "" if row is None else str(row[0])


def state_counts(db: Connection) -> dict[str, int]:
    """How many runs are queued, running and parked."""
    return dict(db.all("SELECT state, count(*) FROM runs WHERE state != 'done' GROUP BY state"))


def remove_older(db: Connection, before: datetime, limit: int) -> int:
    """Forget ended runs older than `before`, a bounded number at a time."""
    cursor = db.execute(
        "DELETE FROM runs WHERE id IN (SELECT id FROM runs WHERE slot < ? AND state = 'done' "
        "AND delivery != 'pending' LIMIT ?)",
        (to_us(before), limit),
    )
    return int(cursor.rowcount)
