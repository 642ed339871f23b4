"""Runs: inserting, claiming under a lease, and finishing behind a fence. Plain SQL, because the engine lives on it.

Indexes are named where the engine looks many times a minute: without statistics SQLite would rather walk the whole
history in order than sort the handful of runs that are open.

The fence: whatever ends or moves a claimed run names the boot and the attempt that claimed it, and changes nothing
when another process or a later attempt has taken over.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
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


_NEWER = 2


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


def latest_slot(db: Connection) -> datetime | None:
    """The newest slot of any row."""
    newest: int | None = db.value("SELECT max(slot) FROM runs")
    return from_us(newest)


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """How a run, or one attempt of it, ended."""

    reason: Reason
    detail: str = ""
    error_kind: str = ""
    output: str | None = None
    usage: Usage = field(default_factory=Usage)
    delivery: Delivery = Delivery.NONE
    session_id: str = ""
    model: str = ""
    working: timedelta = timedelta(0)


def finish(db: Connection, run_id: str, boot_id: str, attempt: int, end: Ending, now: datetime) -> bool:
    """End a claimed run; False when the fence says that it is not ours any more, and nothing is changed then."""
    cursor = db.execute(
        "UPDATE runs SET state = 'done', reason = ?, status = ?, detail = ?, error_kind = ?, "
        "output = coalesce(?, output), input_tokens = input_tokens + ?, output_tokens = output_tokens + ?, "
        "cost = CASE WHEN ? IS NULL THEN cost ELSE coalesce(cost, 0) + ? END, delivery = ?, "
        "session_id = CASE WHEN ? = '' THEN session_id ELSE ? END, model = CASE WHEN ? = '' THEN model ELSE ? END, "
        "working_us = working_us + ?, finished_at = ?, boot_id = NULL, lease_until = NULL "
        "WHERE id = ? AND state = 'running' AND boot_id = ? AND attempt = ?",
        (
            end.reason.value,
            ended_status(end.reason, end.error_kind),
            end.detail,
            end.error_kind,
            end.output,
            end.usage.input_tokens,
            end.usage.output_tokens,
            end.usage.cost_microdollars,
            end.usage.cost_microdollars,
            end.delivery.value,
            end.session_id,
            end.session_id,
            end.model,
            end.model,
            _us(end.working),
            to_us(now),
            run_id,
            boot_id,
            attempt,
        ),
    )
    return bool(cursor.rowcount)


def end_waiting(db: Connection, run_id: str, reason: Reason, detail: str, now: datetime) -> bool:
    """End a run that nobody has claimed (cancelled, skipped, superseded)."""
    cursor = db.execute(
        "UPDATE runs SET state = 'done', reason = ?, status = iif(error_kind = '', ?, ?), detail = ?, finished_at = ? "
        "WHERE id = ? AND state IN ('queued', 'parked')",
        (reason.value, ended_status(reason), ended_status(reason, "any"), detail, to_us(now), run_id),
    )
    return bool(cursor.rowcount)


def requeue(
    db: Connection,
    run_id: str,
    boot_id: str,
    attempt: int,
    *,
    at: datetime,
    detail: str,
    error_kind: str,
    uses_retry: bool,
    usage: Usage,
    working: timedelta,
) -> bool:
    """Give a claimed run back to wait for its next attempt; False when the fence says no."""
    cursor = db.execute(
        "UPDATE runs SET state = 'queued', status = 'queued', available_at = ?, detail = ?, error_kind = ?, "
        "retries_used = retries_used + ?, input_tokens = input_tokens + ?, output_tokens = output_tokens + ?, "
        "cost = CASE WHEN ? IS NULL THEN cost ELSE coalesce(cost, 0) + ? END, working_us = working_us + ?, "
        "boot_id = NULL, lease_until = NULL WHERE id = ? AND state = 'running' AND boot_id = ? AND attempt = ?",
        (
            to_us(at),
            detail,
            error_kind,
            uses_retry,
            usage.input_tokens,
            usage.output_tokens,
            usage.cost_microdollars,
            usage.cost_microdollars,
            _us(working),
            run_id,
            boot_id,
            attempt,
        ),
    )
    return bool(cursor.rowcount)


def end_attempt(
    db: Connection, run_id: str, attempt: int, *, outcome: str, now: datetime, error: str = "", error_kind: str = ""
) -> None:
    """Record how an attempt ended, once."""
    db.execute(
        "UPDATE attempts SET finished_at = ?, outcome = ?, error = ?, error_kind = ? "
        "WHERE run_id = ? AND number = ? AND finished_at IS NULL",
        (to_us(now), outcome, error, error_kind, run_id, attempt),
    )


def set_progress(db: Connection, run_id: str, attempt: int, percent: int | None, text: str) -> None:
    """Store how far an attempt is."""
    db.execute(
        "UPDATE runs SET progress = coalesce(?, progress), progress_text = ? "
        "WHERE id = ? AND attempt = ? AND state = 'running'",
        (percent, text, run_id, attempt),
    )


def set_partial_output(db: Connection, run_id: str, boot_id: str, attempt: int, output: str) -> None:
    """Store the partial output of sliced work."""
    db.execute(
        "UPDATE runs SET output = ? WHERE id = ? AND state = 'running' AND boot_id = ? AND attempt = ?",
        (output, run_id, boot_id, attempt),
    )


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


def last_output(db: Connection, task_id: str) -> str:
    """Output of the task's newest completed run that was no test."""
    row = db.one(
        "SELECT output FROM runs WHERE task_id = ? AND status = 'succeeded' AND test = 0 ORDER BY slot DESC LIMIT 1",
        (task_id,),
    )
    return "" if row is None else str(row[0])


def postpone_waiting(
    db: Connection, task_id: str, source: Source, until: datetime, now: datetime, *, most: timedelta
) -> bool:
    """Debounce: move a run that still waits for quiet, to `most` after it was recorded at the latest.

    False when there is none.
    """
    cursor = db.execute(
        "UPDATE runs SET available_at = max(available_at, min(?, created_at + ?)) "
        "WHERE task_id = ? AND state = 'queued' AND attempt = 0 AND source = ? AND available_at > ?",
        (to_us(until), _us(most), task_id, source.value, to_us(now)),
    )
    return bool(cursor.rowcount)


def hasten_waiting(db: Connection, by: timedelta, now: datetime) -> None:
    """The clock was set back by `by`: let short waits end when they would have ended, not that much later.

    A wait for a time of day is left alone; the short ones are an hour at most.
    """
    db.execute(
        "UPDATE runs SET available_at = max(?1, available_at - ?2) "
        "WHERE state = 'queued' AND available_at > ?1 AND available_at <= ?1 + ?2 + 3600000000",
        (to_us(now), _us(by)),
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


def state_counts(db: Connection) -> dict[str, int]:
    """How many runs are queued, running and parked."""
    return dict(db.all("SELECT state, count(*) FROM runs WHERE state != 'done' GROUP BY state"))


def set_session(db: Connection, run_id: str, session_id: str) -> None:
    """File a run under a conversation."""
    db.execute("UPDATE runs SET session_id = ? WHERE id = ?", (session_id, run_id))


def remove_older(db: Connection, before: datetime, limit: int) -> int:
    """Forget ended runs older than `before`, a bounded number at a time."""
    cursor = db.execute(
        "DELETE FROM runs WHERE id IN (SELECT id FROM runs WHERE slot < ? AND state = 'done' "
        "AND delivery != 'pending' LIMIT ?)",
        (to_us(before), limit),
    )
    return int(cursor.rowcount)


def _us(span: timedelta) -> int:
    return span // timedelta(microseconds=1)
