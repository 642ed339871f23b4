"""When tasks are to run next, and what the others wait for."""

from __future__ import annotations

import logging
from datetime import datetime

from kata_desktop.domain.task import Task
from kata_desktop.store import tasks
from kata_desktop.store.connection import Connection, Row
from kata_desktop.store.errors import SpecUnreadable
from kata_desktop.store.times import from_us, to_us

_log = logging.getLogger(__name__)


def set_next(db: Connection, task_id: str, slot: datetime | None, due: datetime | None) -> None:
    """Arm the next occurrence; both None when there is none."""
    db.execute("UPDATE tasks SET next_slot = ?, due_at = ? WHERE id = ?", (to_us(slot), to_us(due), task_id))


def due(db: Connection, now: datetime, limit: int = -1) -> list[str]:
    """Ids of tasks whose time has come, the longest waiting first; paused ones too, since their skips are recorded."""
    rows = db.all(
        "SELECT id FROM tasks WHERE due_at <= ? AND due_at IS NOT NULL AND state IN ('active', 'paused') "
        "ORDER BY due_at LIMIT ?",
        (to_us(now), limit),
    )
    return [row[0] for row in rows]


def due_tasks(db: Connection, now: datetime) -> list[Task]:
    """As `due`, as tasks; what this version cannot read is left to the round that pauses it."""
    rows = db.all(
        f"SELECT {tasks.COLUMNS} FROM {tasks.JOIN} WHERE t.due_at <= ? AND t.due_at IS NOT NULL "
        "AND t.state IN ('active', 'paused') ORDER BY t.due_at",
        (to_us(now),),
    )
    return _readable(rows)


def next_due(db: Connection) -> datetime | None:
    """When the scheduler must act next: one look into an index, however many tasks there are."""
    row = db.one("SELECT min(due_at) FROM tasks WHERE due_at IS NOT NULL AND state IN ('active', 'paused')")
    return from_us(row[0]) if row else None


def next_planned(db: Connection, workspace_id: str = "") -> tuple[str, str, datetime] | None:
    """(id, name, when) of the next task that will really run."""
    where, params = ("", ()) if not workspace_id else ("AND workspace_id = ?", (workspace_id,))
    row = db.one(
        "SELECT id, name, due_at FROM tasks WHERE due_at IS NOT NULL AND state IN ('active', 'paused') "
        f"AND state = 'active' {where} ORDER BY due_at LIMIT 1",
        params,
    )
    return None if row is None else (row[0], row[1], from_us(row[2]))


def listening(db: Connection, event_type: str) -> list[Task]:
    """Active and paused tasks that this type of event starts."""
    rows = db.all(
        f"SELECT {tasks.COLUMNS} FROM {tasks.JOIN} WHERE t.event_type = ? AND t.event_type != '' "
        "AND t.state IN ('active', 'paused')",
        (event_type,),
    )
    return _readable(rows)


def armed(db: Connection, *, zones: tuple[str, ...] = ()) -> list[Task]:
    """Tasks with a next slot, all or those with these trigger zones ("" for triggers without one)."""
    where = f"AND t.trigger_zone IN ({','.join('?' * len(zones))})" if zones else ""
    rows = db.all(
        f"SELECT {tasks.COLUMNS} FROM {tasks.JOIN} WHERE t.due_at IS NOT NULL AND t.state IN ('active', 'paused') "
        f"{where}",
        zones,
    )
    return _readable(rows)


def _readable(rows: list[Row]) -> list[Task]:
    """One task that this version cannot read must not stop all the others."""
    found = []
    for row in rows:
        try:
            found.append(tasks.from_row(row))
        except SpecUnreadable as error:
            _log.warning("Task %s is left out: %s", row[0], error)
    return found
