"""Pauses that people set: everything, or one workspace; they outlive restarts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kata_desktop.store.connection import Connection
from kata_desktop.store.times import from_us, to_us

ALL = "all"
"""The scope that covers every workspace."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """A pause that was set and not lifted; it may have run out."""

    scope: str
    """`ALL` or a workspace's id."""
    since: datetime
    until: datetime | None
    """None means until somebody resumes."""


def put(db: Connection, scope: str, since: datetime, until: datetime | None) -> None:
    """Pause a scope; a pause that it has already keeps its beginning and gets the new end."""
    db.execute(
        "INSERT INTO pauses (scope, since, until) VALUES (?, ?, ?) "
        "ON CONFLICT (scope) DO UPDATE SET until = excluded.until",
        (scope, to_us(since), to_us(until)),
    )


def clear(db: Connection, scope: str) -> bool:
    """Lift the pause of a scope; False when it had none."""
    return bool(db.execute("DELETE FROM pauses WHERE scope = ?", (scope,)).rowcount)


def listed(db: Connection) -> list[Pause]:
    """Every pause that was not lifted, those that ran out included."""
    rows = db.all("SELECT scope, since, until FROM pauses ORDER BY scope")
    return [Pause(scope=row[0], since=from_us(row[1]), until=from_us(row[2])) for row in rows]


def next_end(db: Connection) -> datetime | None:
    """When the next pause runs out, or ran out without being lifted."""
    return min((pause.until for pause in listed(db) if pause.until is not None), default=None)


def active(db: Connection, now: datetime) -> dict[str, datetime | None]:
    """The scopes that are paused now, each with the end of its pause (None: until somebody resumes)."""
    rows = db.all("SELECT scope, until FROM pauses WHERE until IS NULL OR until > ?", (to_us(now),))
    return {scope: from_us(until) for scope, until in rows}
