"""What people chose about plugins in each workspace, and what plugins remember there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from kata_desktop.domain.plugin import SettingValue
from kata_desktop.domain.task import Task
from kata_desktop.store import tasks
from kata_desktop.store.connection import Connection
from kata_desktop.store.errors import SpecUnreadable
from kata_desktop.store.times import to_us

Pair = tuple[str, str]
"""Workspace id and plugin id."""


def switches(db: Connection) -> dict[Pair, bool]:
    """What was chosen, by workspace and plugin; who is not here has the manifest's default."""
    rows = db.all("SELECT workspace_id, plugin_id, is_on FROM plugin_switches")
    return {(workspace_id, plugin_id): bool(is_on) for workspace_id, plugin_id, is_on in rows}


def switch(db: Connection, workspace_id: str, plugin_id: str, *, on: bool, at: datetime) -> None:
    """Store a choice."""
    db.execute(
        "INSERT INTO plugin_switches (workspace_id, plugin_id, is_on, changed_at) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (workspace_id, plugin_id) DO UPDATE SET is_on = excluded.is_on, changed_at = excluded.changed_at",
        (workspace_id, plugin_id, int(on), to_us(at)),
    )


def touched(db: Connection, workspace_id: str) -> frozenset[str]:
    """Plugins that a person has switched or set up in a workspace."""
    rows = db.all(
        "SELECT plugin_id FROM plugin_switches WHERE workspace_id = ? "
        "UNION SELECT plugin_id FROM plugin_settings WHERE workspace_id = ?",
        (workspace_id, workspace_id),
    )
    return frozenset(plugin_id for (plugin_id,) in rows)


def has_tasks(db: Connection, workspace_id: str, plugin_id: str) -> bool:
    """Whether any task of a workspace, whatever became of it, is done by a plugin's work."""
    first, beyond = f"{plugin_id}.", f"{plugin_id}/"  # the sign after the full stop
    sql = "SELECT EXISTS (SELECT 1 FROM tasks WHERE workspace_id = ? AND handler >= ? AND handler < ?)"
    return bool(db.value(sql, (workspace_id, first, beyond)))


def settings(db: Connection, workspace_id: str, plugin_id: str) -> dict[str, object]:
    """What was set, by key; lists come as lists. Values are as they were stored, possibly by another version."""
    rows = db.all(
        "SELECT key, value FROM plugin_settings WHERE workspace_id = ? AND plugin_id = ?", (workspace_id, plugin_id)
    )
    return {key: json.loads(value) for key, value in rows}


def keep_settings(db: Connection, workspace_id: str, plugin_id: str, values: Mapping[str, SettingValue]) -> None:
    """Store some settings, leaving the others as they are."""
    for key, value in values.items():
        text = json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
        db.execute(
            "INSERT INTO plugin_settings (workspace_id, plugin_id, key, value) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (workspace_id, plugin_id, key) DO UPDATE SET value = excluded.value",
            (workspace_id, plugin_id, key, text),
        )


def remembered(db: Connection, workspace_id: str, plugin_id: str, key: str) -> str:
    """What a plugin keeps under a key; empty when it keeps nothing."""
    value = db.value(
        "SELECT value FROM plugin_memory WHERE workspace_id = ? AND plugin_id = ? AND key = ?",
        (workspace_id, plugin_id, key),
    )
    return "" if value is None else str(json.loads(value))


def remember(db: Connection, workspace_id: str, plugin_id: str, key: str, text: str) -> None:
    """Keep a text; an empty one is forgotten."""
    if not text:
        db.execute(
            "DELETE FROM plugin_memory WHERE workspace_id = ? AND plugin_id = ? AND key = ?",
            (workspace_id, plugin_id, key),
        )
        return
    db.execute(
        "INSERT INTO plugin_memory (workspace_id, plugin_id, key, value) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (workspace_id, plugin_id, key) DO UPDATE SET value = excluded.value",
        (workspace_id, plugin_id, key, json.dumps(text)),
    )


def memory_size(db: Connection, workspace_id: str, plugin_id: str) -> int:
    """Characters that a plugin keeps in a workspace, keys included."""
    size: int | None = db.value(
        "SELECT sum(length(key) + length(value)) FROM plugin_memory WHERE workspace_id = ? AND plugin_id = ?",
        (workspace_id, plugin_id),
    )
    return size or 0


def active_tasks(db: Connection, workspace_id: str) -> list[Task]:
    """Tasks of a workspace that run when their trigger says so; those this version cannot read are left out."""
    sql = (
        f"SELECT {tasks.COLUMNS} FROM {tasks.JOIN} WHERE t.workspace_id = ? AND t.state = 'active' ORDER BY t.name_key"
    )
    found = []
    for row in db.all(sql, (workspace_id,)):
        try:
            found.append(tasks.from_row(row))
        except SpecUnreadable:
            continue
    return found
