"""What was used in an hour or a day, for the quotas, and what a run is likely to cost."""

from __future__ import annotations

from datetime import datetime

from kata_desktop.store.connection import Connection
from kata_desktop.store.times import to_us

_LATELY = 1000
"""Newest runs of a workspace that are looked at for what its models cost."""


def runs_started(db: Connection, workspace_id: str, since: datetime, now: datetime) -> int:
    """Runs of a workspace that started since an instant (not in a future that a clock set back took away)."""
    row = db.one(
        "SELECT count(*) FROM runs WHERE workspace_id = ? AND started_at BETWEEN ? AND ? AND started_at IS NOT NULL",
        (workspace_id, to_us(since), to_us(now)),
    )
    return 0 if row is None else int(row[0])


def spent(db: Connection, since: datetime, *, workspace_id: str = "", task_id: str = "") -> tuple[int, int]:
    """(tokens in and out, millionths of a dollar) of the runs that started since an instant."""
    column, value = ("task_id", task_id) if task_id else ("workspace_id", workspace_id)
    row = db.one(
        "SELECT coalesce(sum(input_tokens + output_tokens), 0), coalesce(sum(cost), 0) FROM runs "
        f"WHERE {column} = ? AND started_at >= ? AND started_at IS NOT NULL",
        (value, to_us(since)),
    )
    return (0, 0) if row is None else (int(row[0]), int(row[1]))


def event_starts(db: Connection, task_id: str, since: datetime, now: datetime) -> int:
    """Runs of a task that an event or another task started since an instant; what was skipped is none."""
    row = db.one(
        "SELECT count(*) FROM runs WHERE task_id = ? AND slot BETWEEN ? AND ? AND source IN ('event', 'dependency') "
        "AND status NOT IN ('skipped', 'missed')",
        (task_id, to_us(since), to_us(now)),
    )
    return 0 if row is None else int(row[0])


def mean_cost_of_task(db: Connection, task_id: str, most: int) -> int | None:
    """Millionths of a dollar that the newest runs of a task cost, of those that cost something; None without any."""
    row = db.one(
        "SELECT avg(cost) FROM (SELECT cost FROM runs WHERE task_id = ? AND cost > 0 ORDER BY slot DESC LIMIT ?)",
        (task_id, most),
    )
    return None if row is None or row[0] is None else round(row[0])


def mean_cost_of_model(db: Connection, workspace_id: str, model: str) -> int | None:
    """The same of a workspace's newest runs that a model answered."""
    row = db.one(
        "SELECT avg(cost) FROM (SELECT cost, model FROM runs WHERE workspace_id = ? ORDER BY slot DESC LIMIT ?) "
        "WHERE model = ? AND cost > 0",
        (workspace_id, _LATELY, model),
    )
    return None if row is None or row[0] is None else round(row[0])
