"""Incidents: what a person was told and must not be told again before the time has come."""

from __future__ import annotations

from datetime import datetime, timedelta

from kata_desktop.store.connection import Connection
from kata_desktop.store.times import to_us


def open_once(db: Connection, key: str, now: datetime, cool_down: timedelta) -> bool:
    """Open an incident; True when a person should be told: it is new, or its last telling is over `cool_down` ago."""
    row = db.one("SELECT told_at, closed_at FROM incidents WHERE key = ?", (key,))
    tell = row is None or to_us(now) - row[0] >= cool_down // timedelta(microseconds=1)
    if row is None:
        db.execute("INSERT INTO incidents (key, opened_at, told_at) VALUES (?, ?, ?)", (key, to_us(now), to_us(now)))
    elif tell:
        db.execute("UPDATE incidents SET told_at = ?, closed_at = NULL WHERE key = ?", (to_us(now), key))
    elif row[1] is not None:
        db.execute("UPDATE incidents SET closed_at = NULL WHERE key = ?", (key,))
    return tell


def close(db: Connection, key: str, now: datetime) -> bool:
    """Close an incident; True when it was open, so that the recovery is told once."""
    cursor = db.execute("UPDATE incidents SET closed_at = ? WHERE key = ? AND closed_at IS NULL", (to_us(now), key))
    return bool(cursor.rowcount)
