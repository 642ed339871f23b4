"""The statements that record one run, as plain data: for the store and for raw sqlite3 alike."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database

Statement = tuple[str, tuple[object, ...]]
Transaction = tuple[Statement, ...]

TASKS = 50

_numbers = itertools.count(1)


def cycles(runs: int) -> Iterator[tuple[Transaction, ...]]:
    """Fresh runs, never the same number twice."""
    return (cycle(next(_numbers)) for _ in range(runs))


def cycle(number: int) -> tuple[Transaction, ...]:
    """One run as the engine writes it: come due with the next slot armed and claimed; finished."""
    run, task, now = f"run_{number}", f"task_{number % TASKS}", 1_000_000 + number
    return _claim(run, task, now), _finish(run, task, now)


def _claim(run: str, task: str, now: int) -> Transaction:
    return (
        (
            "INSERT INTO runs (id, task_id, task_name, workspace_id, revision, slot, source, state, status, "
            "available_at, created_at) VALUES (?, ?, 'Task', 'w', 1, ?, 'schedule', 'queued', 'queued', ?, ?) "
            "ON CONFLICT DO NOTHING",
            (run, task, now, now, now),
        ),
        ("UPDATE tasks SET next_slot = ?, due_at = ? WHERE id = ?", (now, now, task)),
        (
            "UPDATE runs SET state = 'running', status = 'running', boot_id = 'b', lease_until = ?, "
            "attempt = attempt + 1, started_at = coalesce(started_at, ?) "
            "WHERE id = ? AND state = 'queued' RETURNING attempt",
            (now, now, run),
        ),
        ("INSERT INTO attempts (run_id, number, boot_id, started_at) VALUES (?, 1, 'b', ?)", (run, now)),
        _step(run, now, "Started on schedule"),
        ("UPDATE tasks SET started_runs = started_runs + 1 WHERE id = ?", (task,)),
    )


def _finish(run: str, task: str, now: int) -> Transaction:
    return (
        ("SELECT 1 FROM runs WHERE id = ? AND state = 'running' AND boot_id = 'b' AND attempt = 1", (run,)),
        (
            "UPDATE runs SET state = 'done', reason = 'completed', status = 'succeeded', output = ?, finished_at = ?, "
            "boot_id = NULL, lease_until = NULL WHERE id = ? AND state = 'running' AND boot_id = 'b' AND attempt = 1",
            ("A short answer. " * 20, now, run),
        ),
        ("UPDATE attempts SET finished_at = ?, outcome = 'completed' WHERE run_id = ? AND number = 1", (now, run)),
        _step(run, now, "Completed"),
        ("UPDATE tasks SET failures_in_row = 0 WHERE id = ? AND failures_in_row != 0", (task,)),
    )


def _step(run: str, now: int, text: str) -> Statement:
    sql = (
        "INSERT INTO steps (run_id, number, attempt, kind, at, text, ok) "
        "SELECT ?, coalesce(max(number), 0) + 1, 1, 'note', ?, ?, 1 FROM steps WHERE run_id = ?"
    )
    return sql, (run, now, text, run)


def prepare(path: Path) -> None:
    """A store with the tasks that the cycles speak of."""

    def fill(db: Connection) -> None:
        db.execute("INSERT INTO workspaces (id, name, name_key, folder, created_at) VALUES ('w', 'W', 'w', '/', 0)")
        for number in range(TASKS):
            db.execute(
                "INSERT INTO tasks (id, workspace_id, name, name_key, handler, trigger_kind, revision, state, "
                "created_at, prompt) VALUES (?, 'w', ?, ?, 'prompt', 'cron', 1, 'active', 0, 'Do it')",
                (f"task_{number}", f"Task {number}", f"task {number}"),
            )

    database = Database.open(path)
    database.write_now(fill)
    database.close()
