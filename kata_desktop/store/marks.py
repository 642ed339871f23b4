"""What the engine remembers from one look to the next, beside the settings of people (whose keys have no colon)."""

from __future__ import annotations

import json

from kata_desktop.store.connection import Connection

_PREFIX = "engine:"


def get(db: Connection, name: str) -> str:
    """The remembered text; empty when nothing was."""
    value = db.value("SELECT value FROM settings WHERE key = ?", (_PREFIX + name,))
    return "" if value is None else str(json.loads(value))


def put(db: Connection, name: str, text: str) -> None:
    """Remember a text."""
    db.execute(
        "INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (_PREFIX + name, json.dumps(text)),
    )
