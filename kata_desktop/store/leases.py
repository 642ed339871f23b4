"""Who works on a run: waiting ones are claimed under a lease, held, taken back from the dead, asked to stop.

The fence: whatever moves a claimed run names the boot and the attempt that claimed it, and changes nothing when another
process or a later attempt has taken over.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from kata_desktop.domain.run import Run
from kata_desktop.store.connection import Connection
from kata_desktop.store.runs import COLUMNS, from_row, get
from kata_desktop.store.times import from_us, to_us

_NEWER = 2
"""In `cancel_requested`: a newer occurrence wants its place."""


def next_available(db: Connection, now: datetime) -> datetime | None:
    """When the earliest run that waits for its time may start; those whose time has come wait for something else."""
    row = db.one("SELECT min(available_at) FROM runs WHERE state = 'queued' AND available_at > ?", (to_us(now),))
    return from_us(row[0]) if row else None


def any_waiting(db: Connection, now: datetime) -> bool:
    """Whether a run whose time has come waits for a place, for another run or for the end of a pause."""
    return db.one("SELECT 1 FROM runs WHERE state = 'queued' AND available_at <= ? LIMIT 1", (to_us(now),)) is not None


def claimable(db: Connection, now: datetime, limit: int, *, places: int) -> list[Run]:
    """Waiting runs whose time has come, whose predecessor has ended and for which there is a place now.

    The longest waiting come first. Runs of a workspace that is full are left out, so that they hold up nobody else.
    Runs of one conversation go one after the other, in the order they were made.
    """
    rows = db.all(
        "WITH busy AS (SELECT workspace_id, count(*) AS runs FROM runs INDEXED BY runs_running "
        "WHERE state = 'running' AND limited = 1 "
        "GROUP BY workspace_id), full AS (SELECT w.id FROM workspaces w JOIN busy b ON b.workspace_id = w.id "
        "WHERE b.runs >= w.concurrency) "
        f"SELECT {COLUMNS} FROM runs r WHERE r.state = 'queued' AND r.available_at <= ? AND (r.limited = 0 OR "
        "((SELECT coalesce(sum(runs), 0) FROM busy) < ? AND r.workspace_id NOT IN (SELECT id FROM full))) "
        "AND (r.after_run IS NULL OR NOT EXISTS "
        "(SELECT 1 FROM runs p WHERE p.id = r.after_run AND p.state != 'done')) "
        "AND (r.session_id = '' OR NOT EXISTS (SELECT 1 FROM runs s INDEXED BY runs_session "
        "WHERE s.session_id = r.session_id AND s.session_id != '' AND s.state != 'done' AND s.id != r.id "
        "AND (s.state != 'queued' OR s.rowid < r.rowid))) "
        "ORDER BY r.available_at, r.slot, r.rowid LIMIT ?",
        (to_us(now), places, limit),
    )
    return [from_row(row) for row in rows]


def limits_of(db: Connection, run_id: str) -> tuple[bool, int]:
    """(takes a place, runs at once in its workspace)."""
    row = db.one(
        "SELECT r.limited, w.concurrency FROM runs r JOIN workspaces w ON w.id = r.workspace_id WHERE r.id = ?",
        (run_id,),
    )
    return (True, 1) if row is None else (bool(row[0]), int(row[1]))


def claim(db: Connection, run_id: str, boot_id: str, now: datetime, lease_until: datetime) -> Run | None:
    """Take a waiting run for this boot and open its next attempt; None when somebody else was first."""
    row = db.one(
        "UPDATE runs SET state = 'running', status = 'running', boot_id = ?, lease_until = ?, attempt = attempt + 1, "
        "started_at = coalesce(started_at, ?), detail = '', error_kind = '', after_run = NULL "
        "WHERE id = ? AND state = 'queued' RETURNING attempt",
        (boot_id, to_us(lease_until), to_us(now), run_id),
    )
    if row is None:
        return None
    db.execute(
        "INSERT INTO attempts (run_id, number, boot_id, started_at) VALUES (?, ?, ?, ?)",
        (run_id, row[0], boot_id, to_us(now)),
    )
    return get(db, run_id)


def renew(db: Connection, boot_id: str, lease_until: datetime) -> None:
    """Keep all runs of this boot."""
    db.execute("UPDATE runs SET lease_until = ? WHERE state = 'running' AND boot_id = ?", (to_us(lease_until), boot_id))


def lost(db: Connection, dead_boots: list[str]) -> list[Run]:
    """Running runs of processes that died."""
    marks = ",".join("?" * len(dead_boots))
    rows = db.all(
        f"SELECT {COLUMNS} FROM runs r INDEXED BY runs_running WHERE r.state = 'running' "
        f"AND r.boot_id IN ({marks}) ORDER BY r.slot",
        tuple(dead_boots),
    )
    return [from_row(row) for row in rows]


def expired(db: Connection, now: datetime, own_boot: str) -> list[Run]:
    """Running runs whose lease another process let expire."""
    rows = db.all(
        f"SELECT {COLUMNS} FROM runs r INDEXED BY runs_running WHERE r.state = 'running' AND r.lease_until < ? "
        "AND r.boot_id != ? "
        "ORDER BY r.slot",
        (to_us(now), own_boot),
    )
    return [from_row(row) for row in rows]


def held(db: Connection, boot_id: str) -> list[str]:
    """Ids of the runs that a boot has claimed."""
    return [row[0] for row in db.all("SELECT id FROM runs WHERE state = 'running' AND boot_id = ?", (boot_id,))]


def is_sliced(db: Connection, run_id: str) -> bool:
    """Whether the run's handler works in slices."""
    row = db.one("SELECT sliced FROM runs WHERE id = ?", (run_id,))
    return row is not None and bool(row[0])


def count_retry(db: Connection, run_id: str) -> None:
    """Use up one retry."""
    db.execute("UPDATE runs SET retries_used = retries_used + 1 WHERE id = ?", (run_id,))


def take_back(db: Connection, run: Run, worked: timedelta = timedelta(0)) -> bool:
    """Withdraw a lost claim, so that it can be ended or queued again; False when it moved on meanwhile.

    `worked` is how long its attempt had worked by then.
    """
    cursor = db.execute(
        "UPDATE runs SET state = 'queued', status = 'queued', boot_id = NULL, lease_until = NULL, "
        "working_us = working_us + ? WHERE id = ? AND state = 'running' AND attempt = ?",
        (round(worked.total_seconds() * 1e6), run.id, run.attempt),
    )
    return bool(cursor.rowcount)


def holds(db: Connection, run_id: str, boot_id: str, attempt: int) -> bool:
    """Whether this boot's attempt still owns the run: the fence."""
    row = db.one(
        "SELECT 1 FROM runs WHERE id = ? AND state = 'running' AND boot_id = ? AND attempt = ?",
        (run_id, boot_id, attempt),
    )
    return row is not None


def request_cancel(db: Connection, run_id: str, *, newer: bool = False) -> None:
    """Leave word for the process that runs it; `newer` when a newer occurrence takes its place."""
    db.execute(
        "UPDATE runs SET cancel_requested = ? WHERE id = ? AND state = 'running' AND cancel_requested != 1",
        (_NEWER if newer else 1, run_id),
    )


def cancel_requests(db: Connection, boot_id: str) -> list[tuple[str, bool]]:
    """Runs of this boot that are to stop, and whether that is for a newer occurrence."""
    rows = db.all(
        "SELECT id, cancel_requested FROM runs WHERE state = 'running' AND boot_id = ? AND cancel_requested != 0",
        (boot_id,),
    )
    return [(row[0], row[1] == _NEWER) for row in rows]


def makes_room(db: Connection, run_id: str) -> bool:
    """Whether a run was asked to stop for a newer occurrence."""
    return bool(db.value("SELECT cancel_requested = ? FROM runs WHERE id = ?", (_NEWER, run_id)))
