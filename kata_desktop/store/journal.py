"""The journal of a run: its attempts, the steps people read and sliced work resumes from, and its log lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from kata_desktop.domain.journal import Attempt, LogLine, Step, StepKind
from kata_desktop.store.connection import Connection
from kata_desktop.store.times import from_us, to_us


def attempts(db: Connection, run_id: str) -> list[Attempt]:
    """All attempts, oldest first."""
    rows = db.all(
        "SELECT number, started_at, finished_at, outcome, error_kind, error FROM attempts "
        "WHERE run_id = ? ORDER BY number",
        (run_id,),
    )
    return [
        Attempt(
            run_id=run_id,
            number=row[0],
            started_at=from_us(row[1]),
            finished_at=from_us(row[2]),
            outcome=row[3],
            error_kind=row[4],
            error=row[5],
        )
        for row in rows
    ]


def add_step(
    db: Connection,
    run_id: str,
    attempt: int,
    text: str,
    *,
    at: datetime,
    kind: StepKind = StepKind.NOTE,
    ok: bool | None = True,
    input_hash: str = "",
    cursor: str = "",
) -> int:
    """Append a step and return its number."""
    row = db.one(
        "INSERT INTO steps (run_id, number, attempt, kind, at, text, ok, input_hash, cursor) "
        "SELECT ?, coalesce(max(number), 0) + 1, ?, ?, ?, ?, ?, ?, ? FROM steps WHERE run_id = ? RETURNING number",
        (run_id, attempt, kind.value, to_us(at), text, ok, input_hash, cursor, run_id),
    )
    assert row is not None
    return int(row[0])


def settle_effect(db: Connection, run_id: str, number: int) -> None:
    """An effect that had begun has happened."""
    db.execute("UPDATE steps SET ok = 1 WHERE run_id = ? AND number = ? AND kind = 'effect'", (run_id, number))


def steps(db: Connection, run_id: str) -> list[Step]:
    """What happened, in order."""
    rows = db.all(
        "SELECT number, attempt, kind, at, text, ok, input_hash, cursor FROM steps WHERE run_id = ? ORDER BY number",
        (run_id,),
    )
    return [
        Step(
            run_id=run_id,
            number=row[0],
            attempt=row[1],
            kind=StepKind(row[2]),
            at=from_us(row[3]),
            text=row[4],
            ok=None if row[5] is None else bool(row[5]),
            input_hash=row[6],
            cursor=row[7],
        )
        for row in rows
    ]


def effects(db: Connection, run_id: str) -> list[Step]:
    """Effects that cannot be repeated and had begun, and that repeating the run from its last slice would repeat."""
    found: list[Step] = []
    for step in steps(db, run_id):
        if step.kind is StepKind.SLICE:
            found.clear()
        elif step.kind is StepKind.EFFECT:
            found.append(step)
    return found


def last_slice(db: Connection, run_id: str) -> Step | None:
    """Where sliced work stands."""
    slices = [step for step in steps(db, run_id) if step.kind is StepKind.SLICE]
    return slices[-1] if slices else None


def add_log(db: Connection, run_id: str, lines: Sequence[tuple[datetime, str, str]]) -> None:
    """Append (when, level, text) lines."""
    row = db.one("SELECT coalesce(max(number), 0) FROM log_lines WHERE run_id = ?", (run_id,))
    number = 0 if row is None else int(row[0])
    for offset, (at, level, text) in enumerate(lines, start=1):
        db.execute(
            "INSERT INTO log_lines (run_id, number, at, level, text) VALUES (?, ?, ?, ?, ?)",
            (run_id, number + offset, to_us(at), level, text),
        )


def log_lines(db: Connection, run_id: str, after: int = 0) -> list[LogLine]:
    """Log lines numbered above `after`."""
    rows = db.all(
        "SELECT number, at, level, text FROM log_lines WHERE run_id = ? AND number > ? ORDER BY number", (run_id, after)
    )
    return [LogLine(run_id=run_id, number=row[0], at=from_us(row[1]), level=row[2], text=row[3]) for row in rows]


def interruptions(db: Connection, run_id: str) -> int:
    """How many attempts of a run ended with their process."""
    count: int = db.value("SELECT count(*) FROM attempts WHERE run_id = ? AND outcome = 'interrupted'", (run_id,))
    return count


def life_of_attempt(db: Connection, run_id: str, number: int, lease: timedelta) -> tuple[datetime, datetime] | None:
    """When an attempt began and when it last gave a sign: a step, a line of its log, or a claim renewed for `lease`.

    None when there is no such attempt.
    """
    row = db.one(
        "SELECT a.started_at, max(a.started_at, coalesce(r.lease_until - ?, 0), "
        "coalesce((SELECT max(at) FROM steps WHERE run_id = a.run_id AND attempt = a.number), 0), "
        "coalesce((SELECT max(at) FROM log_lines WHERE run_id = a.run_id), 0)) "
        "FROM attempts a JOIN runs r ON r.id = a.run_id WHERE a.run_id = ? AND a.number = ?",
        (round(lease.total_seconds() * 1e6), run_id, number),
    )
    return None if row is None else (from_us(row[0]), from_us(row[1]))
