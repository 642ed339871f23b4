"""The queue of the outbox: messages that are to be sent, in the lanes in which they wait for each other."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from kata_desktop.domain.notification import OutboxItem
from kata_desktop.store.connection import Connection
from kata_desktop.store.outbox import SELECT, from_row
from kata_desktop.store.times import from_us, to_us

_NOT_BEHIND = (
    "AND (target_kind = 'desktop' OR NOT EXISTS (SELECT 1 FROM outbox e WHERE e.state = 'pending' AND e.attempts > 0 "
    "AND e.target_kind = outbox.target_kind AND e.workspace_id = outbox.workspace_id "
    "AND e.target_address = outbox.target_address AND e.rowid < outbox.rowid AND e.next_at > ?))"
)


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Lane:
    """Messages that are sent one after the other: those of one workspace to one kind of target."""

    target_kind: str
    workspace_id: str

    @property
    def key(self) -> str:
        """The lane as one text, as the statements here compare it."""
        return f"{self.target_kind} {self.workspace_id}"


def lane_of(item: OutboxItem) -> Lane:
    """The lane that a message is sent in; the desktop is one for all workspaces."""
    return Lane(target_kind=item.target_kind, workspace_id="" if item.target_kind == "desktop" else item.workspace_id)


def due(db: Connection, now: datetime, limit: int, *, without: Collection[Lane] = ()) -> list[OutboxItem]:
    """Pending messages whose time has come, the longest waiting first; those of some lanes are left out.

    What was said later to the same address of a channel waits behind a message that is to be tried again.
    """
    clause, keys = _outside(without)
    rows = db.all(
        f"{SELECT} WHERE state = 'pending' AND next_at <= ? {clause} {_NOT_BEHIND} "
        "ORDER BY CASE WHEN attempts > 0 THEN created_at ELSE next_at END, rowid LIMIT ?",
        (to_us(now), *keys, to_us(now), limit),
    )
    return [from_row(row) for row in rows]


def next_at(db: Connection, now: datetime, *, without: Collection[Lane] = ()) -> datetime | None:
    """When the earliest pending message wants to be sent, as `due` would have it; None when none is pending."""
    clause, keys = _outside(without)
    earliest: int | None = db.value(
        f"SELECT min(next_at) FROM outbox WHERE state = 'pending' {clause} {_NOT_BEHIND}", (*keys, to_us(now))
    )
    return from_us(earliest)


def _outside(lanes: Collection[Lane]) -> tuple[str, tuple[str, ...]]:
    if not lanes:
        return "", ()
    marks = ",".join("?" * len(lanes))
    return f"AND target_kind || ' ' || workspace_id NOT IN ({marks})", tuple(lane.key for lane in lanes)


def lanes(db: Connection) -> list[Lane]:
    """The lanes in which something is pending."""
    rows = db.all("SELECT DISTINCT target_kind, workspace_id FROM outbox WHERE state = 'pending'")
    return [Lane(target_kind=row[0], workspace_id=row[1]) for row in rows]


def any_without_note(db: Connection, lane: Lane, why: str) -> bool:
    """Whether something pending of a lane does not say yet why it waits."""
    row = db.one(
        "SELECT 1 FROM outbox WHERE state = 'pending' AND target_kind = ? AND workspace_id = ? AND last_error != ? "
        "LIMIT 1",
        (lane.target_kind, lane.workspace_id, why),
    )
    return row is not None


def note_wait(db: Connection, lane: Lane, why: str) -> None:
    """Let everything pending of a lane say why it waits; no attempt is counted."""
    db.execute(
        "UPDATE outbox SET last_error = ? WHERE state = 'pending' AND target_kind = ? AND workspace_id = ?",
        (why, lane.target_kind, lane.workspace_id),
    )
