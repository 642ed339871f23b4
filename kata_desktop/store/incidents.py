"""Incidents: what a person was told and must not be told again before the time has come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from kata_desktop.store.connection import Connection
from kata_desktop.store.times import duration_to_us, to_us


def open_once(db: Connection, key: str, now: datetime, cool_down: timedelta) -> bool:
    """Open an incident, or leave it open; True when a person should be told now.

    A person is told of an incident once, and not of one that follows within `cool_down` of the last telling; if that
    one still lasts when the time is over, they are told then.
    """
    row = db.one("SELECT opened_at, told_at, closed_at FROM incidents WHERE key = ?", (key,))
    if row is None:
        db.execute("INSERT INTO incidents (key, opened_at, told_at) VALUES (?, ?, ?)", (key, to_us(now), to_us(now)))
        return True
    opened, told, closed = row
    if closed is not None:
        opened = to_us(now)
        db.execute("UPDATE incidents SET opened_at = ?, closed_at = NULL WHERE key = ?", (opened, key))
    elif told >= opened:
        return False
    # A telling in the future is one from before the clock was set back: it says nothing.
    if 0 <= to_us(now) - told < duration_to_us(cool_down):
        return False
    db.execute(
        "UPDATE incidents SET told_at = ?, opened_at = min(opened_at, ?) WHERE key = ?", (to_us(now),) * 2 + (key,)
    )
    return True


def close(db: Connection, key: str, now: datetime) -> bool:
    """Close an incident; True when it was open and a person was told of it, so that the recovery is told once."""
    row = db.one(
        "UPDATE incidents SET closed_at = ? WHERE key = ? AND closed_at IS NULL RETURNING told_at >= opened_at",
        (to_us(now), key),
    )
    return row is not None and bool(row[0])


def close_all(db: Connection, keys: Sequence[str], now: datetime) -> None:
    """Close those of these incidents that are open."""
    marks = ", ".join("?" * len(keys))
    db.execute(f"UPDATE incidents SET closed_at = ? WHERE key IN ({marks}) AND closed_at IS NULL", (to_us(now), *keys))
