"""Settings as rows: only what differs from the defaults is stored, one JSON value per key."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import time
from typing import Any

from kata_desktop.domain.errors import Bug
from kata_desktop.domain.settings import Settings
from kata_desktop.settings.rules import Value
from kata_desktop.store.connection import Connection

_DEFAULTS = Settings()
_KINDS: dict[str, type] = {field.name: type(getattr(_DEFAULTS, field.name)) for field in fields(Settings)}


def load(db: Connection) -> Settings:
    """The settings in force; stored keys that this version does not know, or of another type, count as not stored."""
    known: dict[str, Any] = {}
    for key, text in db.all("SELECT key, value FROM settings"):
        value = _decoded(_KINDS.get(key), json.loads(text))
        if value is not None:
            known[key] = value
    return Settings(**known)


def save(db: Connection, key: str, value: Value) -> None:
    """Store one setting; the default is stored as no row, so that a better default of a later version takes effect."""
    if type(value) is not _KINDS.get(key):
        raise Bug(f"setting {key!r} cannot be {value!r}")
    if value == getattr(_DEFAULTS, key):
        db.execute("DELETE FROM settings WHERE key = ?", (key,))
        return
    text = json.dumps(value.isoformat() if isinstance(value, time) else value)
    db.execute(
        "INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, text),
    )


def save_all(db: Connection, values: Mapping[str, Value]) -> None:
    """Store several settings."""
    for key, value in values.items():
        save(db, key, value)


def _decoded(kind: type | None, value: object) -> object:
    if kind is time and isinstance(value, str):
        try:
            return time.fromisoformat(value)
        except ValueError:
            return None
    return value if kind is not None and type(value) is kind else None
