"""Workspaces: rows of few, read and written rarely."""

from __future__ import annotations

from kata_desktop.domain.errors import NotFound
from kata_desktop.domain.workspace import Quotas, Workspace
from kata_desktop.store import declarations
from kata_desktop.store.connection import Connection, Row
from kata_desktop.store.names import name_key
from kata_desktop.store.times import from_us, to_us

_SELECT = (
    "SELECT id, name, folder, model, concurrency, quota_tasks, quota_runs_per_hour, quota_tokens_per_day, "
    "quota_cost_per_day, created_at, thinking FROM workspaces"
)


def _from_row(row: Row) -> Workspace:
    return Workspace(
        id=row[0],
        name=row[1],
        folder=row[2],
        model=row[3],
        concurrency=row[4],
        quotas=Quotas(tasks=row[5], runs_per_hour=row[6], tokens_per_day=row[7], cost_per_day_microdollars=row[8]),
        created_at=from_us(row[9]),
        thinking=row[10],
    )


def _values(workspace: Workspace) -> tuple[object, ...]:
    quotas = workspace.quotas
    return (
        workspace.name,
        name_key(workspace.name),
        workspace.folder,
        workspace.model,
        workspace.concurrency,
        quotas.tasks,
        quotas.runs_per_hour,
        quotas.tokens_per_day,
        quotas.cost_per_day_microdollars,
        workspace.thinking,
    )


def insert(db: Connection, workspace: Workspace) -> None:
    """Store a new workspace; `ConstraintBroken` when its name is taken in any spelling."""
    db.execute(
        "INSERT INTO workspaces (name, name_key, folder, model, concurrency, quota_tasks, quota_runs_per_hour, "
        "quota_tokens_per_day, quota_cost_per_day, thinking, id, created_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*_values(workspace), workspace.id, to_us(workspace.created_at)),
    )


def update(db: Connection, workspace: Workspace) -> None:
    """Store everything about a workspace but its id and birth; NotFound when it is gone."""
    cursor = db.execute(
        "UPDATE workspaces SET name = ?, name_key = ?, folder = ?, model = ?, concurrency = ?, quota_tasks = ?, "
        "quota_runs_per_hour = ?, quota_tokens_per_day = ?, quota_cost_per_day = ?, thinking = ? WHERE id = ?",
        (*_values(workspace), workspace.id),
    )
    if not cursor.rowcount:
        raise NotFound("workspace", workspace.name)


def get(db: Connection, workspace_id: str) -> Workspace:
    """The workspace with that id; NotFound when there is none."""
    row = db.one(f"{_SELECT} WHERE id = ?", (workspace_id,))
    if row is None:
        raise NotFound("workspace", workspace_id)
    return _from_row(row)


def find(db: Connection, ident: str) -> Workspace | None:
    """The workspace with that id, or else that name in any letter case; None when there is none."""
    row = db.one(
        f"{_SELECT} WHERE id = ? OR name_key = ? ORDER BY id = ? DESC LIMIT 1", (ident, name_key(ident), ident)
    )
    return None if row is None else _from_row(row)


def listed(db: Connection) -> list[Workspace]:
    """Every workspace, by name."""
    return [_from_row(row) for row in db.all(f"{_SELECT} ORDER BY name_key")]


def remove(db: Connection, workspace_id: str) -> bool:
    """Delete a workspace with its tasks, their history, its sessions, messages and pause; False when there is none."""
    db.execute("DELETE FROM outbox WHERE workspace_id = ?", (workspace_id,))
    declarations.forget(db, f"{workspace_id}:")
    db.execute("DELETE FROM pauses WHERE scope = ?", (workspace_id,))
    return bool(db.execute("DELETE FROM workspaces WHERE id = ?", (workspace_id,)).rowcount)


def task_count(db: Connection, workspace_id: str) -> int:
    """Tasks that are not deleted."""
    return int(db.value("SELECT count(*) FROM tasks WHERE workspace_id = ? AND state != 'deleted'", (workspace_id,)))


def running_count(db: Connection, workspace_id: str) -> int:
    """Runs that are claimed by some process now."""
    return int(db.value("SELECT count(*) FROM runs WHERE state = 'running' AND workspace_id = ?", (workspace_id,)))
