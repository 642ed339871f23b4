"""Boots: one row for every process that ran the engine on this store; the fence that late finishes run into."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kata_desktop.store.connection import Connection
from kata_desktop.store.times import from_us, to_us


@dataclass(frozen=True, kw_only=True, slots=True)
class Boot:
    """A process that works, or worked, on the store."""

    id: str
    pid: int
    pid_started: float
    """The process's start time as the operating system tells it: a reused pid is not the same process."""


def insert(db: Connection, boot: Boot, now: datetime) -> None:
    """Record that a process begins to work on the store."""
    db.execute(
        "INSERT INTO boots (id, pid, pid_started, started_at) VALUES (?, ?, ?, ?)",
        (boot.id, boot.pid, boot.pid_started, to_us(now)),
    )


def end(db: Connection, boot_id: str, now: datetime) -> None:
    """Record that a process gave everything back."""
    db.execute("UPDATE boots SET ended_at = ? WHERE id = ?", (to_us(now), boot_id))


def latest(db: Connection) -> datetime | None:
    """The latest time at which a boot began or ended."""
    newest: int | None = db.value("SELECT max(max(started_at, coalesce(ended_at, 0))) FROM boots")
    return from_us(newest)


def not_ended(db: Connection) -> list[Boot]:
    """Boots that did not say goodbye: alive, or killed."""
    rows = db.all("SELECT id, pid, pid_started FROM boots WHERE ended_at IS NULL")
    return [Boot(id=row[0], pid=row[1], pid_started=row[2]) for row in rows]
