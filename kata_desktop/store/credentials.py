"""Which credentials exist: plugin and name, never a value. Keyrings cannot be asked what they hold."""

from __future__ import annotations

import json

from kata_desktop.store.connection import Connection

Names = tuple[tuple[str, str], ...]

_KEY = "credential_names"


def names(db: Connection) -> Names:
    """The names that were kept last, sorted."""
    text = db.value("SELECT value FROM settings WHERE key = ?", (_KEY,))
    return tuple((str(plugin), str(name)) for plugin, name in json.loads(text)) if text else ()


def keep_names(db: Connection, kept: Names) -> None:
    """Replace the names."""
    db.execute(
        "INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (_KEY, json.dumps(sorted(kept))),
    )
