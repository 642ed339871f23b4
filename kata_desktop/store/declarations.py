"""What declared tasks were made from, so that only a changed declaration touches what a person has edited since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kata_desktop.domain.task import Task
from kata_desktop.store import stand_ins, tasks
from kata_desktop.store.connection import Connection
from kata_desktop.store.names import name_key
from kata_desktop.store.times import to_us


@dataclass(frozen=True, kw_only=True, slots=True)
class Declaration:
    """The last declaration of a task that was taken over."""

    principal: str
    owner_key: str
    """As `Task.owner_key`."""
    fingerprint: str
    """Of everything it said."""
    retired: bool = False
    """It is not declared any more, and its task was deleted for that."""


def get(db: Connection, principal: str, owner_key: str) -> Declaration | None:
    """The declaration that was taken over last; None when there was none."""
    row = db.one(
        "SELECT fingerprint, retired FROM declarations WHERE principal = ? AND owner_key = ?", (principal, owner_key)
    )
    if row is None:
        return None
    return Declaration(principal=principal, owner_key=owner_key, fingerprint=row[0], retired=bool(row[1]))


def put(db: Connection, declaration: Declaration) -> None:
    """Remember a declaration in place of the one before."""
    db.execute(
        "INSERT INTO declarations (principal, owner_key, fingerprint, retired) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (principal, owner_key) DO UPDATE SET fingerprint = excluded.fingerprint, "
        "retired = excluded.retired",
        (declaration.principal, declaration.owner_key, declaration.fingerprint, declaration.retired),
    )


def standing(db: Connection, principal: str, prefix: str) -> list[Declaration]:
    """Those that are not retired, of a principal, whose keys begin so."""
    rows = db.all(
        "SELECT owner_key, fingerprint FROM declarations WHERE principal = ? AND retired = 0 "
        "AND substr(owner_key, 1, ?) = ? ORDER BY owner_key",
        (principal, len(prefix), prefix),
    )
    return [Declaration(principal=principal, owner_key=row[0], fingerprint=row[1]) for row in rows]


def forget(db: Connection, prefix: str) -> None:
    """Forget those whose keys begin so: their workspace is gone."""
    db.execute("DELETE FROM declarations WHERE substr(owner_key, 1, ?) = ?", (len(prefix), prefix))


def owned(db: Connection, principal: str, workspace_id: str) -> list[Task]:
    """The tasks of a principal in a workspace that are not deleted, by name."""
    rows = db.all(
        f"SELECT {tasks.COLUMNS} FROM {tasks.JOIN} WHERE t.principal = ? AND t.workspace_id = ? "
        "AND t.state != 'deleted' ORDER BY t.name_key, t.id",
        (principal, workspace_id),
    )
    return [stand_ins.shown(db, row) for row in rows]


def revive(db: Connection, task_id: str, name: str, at: datetime) -> None:
    """Bring a deleted task back, under a name that is free, without an occurrence."""
    db.execute(
        "UPDATE tasks SET state = 'active', state_reason = '', state_since = ?, name = ?, name_key = ?, "
        "next_slot = NULL, due_at = NULL, failures_in_row = 0 WHERE id = ? AND state = 'deleted'",
        (to_us(at), name, name_key(name), task_id),
    )
