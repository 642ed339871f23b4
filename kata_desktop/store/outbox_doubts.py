"""Messages of which nobody knows whether they arrived: left by dead processes, or never confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kata_desktop.domain.notification import OutboxItem
from kata_desktop.store.boots import Boot
from kata_desktop.store.connection import Connection
from kata_desktop.store.outbox import COLUMNS, SELECT, from_row, moved
from kata_desktop.store.times import to_us


def found(db: Connection, item_id: str, at: datetime) -> bool:
    """The other side was asked and has an uncertain message; False when the message is not uncertain (any more)."""
    rows = db.all(
        "UPDATE outbox SET state = 'delivered', last_error = '', delivered_at = ?, ask = 0 "
        "WHERE id = ? AND state = 'unknown' RETURNING run_id",
        (to_us(at), item_id),
    )
    return moved(db, rows) == 1


def missing(db: Connection, item_id: str, at: datetime) -> bool:
    """The other side was asked and does not have an uncertain message: it is sent (on); False when it is certain."""
    rows = db.all(
        "UPDATE outbox SET state = 'pending', next_at = ?, last_error = '', ask = 0 "
        "WHERE id = ? AND state = 'unknown' RETURNING run_id",
        (to_us(at), item_id),
    )
    return moved(db, rows) == 1


def doubted(db: Connection, now: datetime, limit: int) -> list[OutboxItem]:
    """Uncertain messages that the other side is to be asked about now."""
    rows = db.all(
        f"{SELECT} WHERE state = 'unknown' AND ask = 1 AND next_at <= ? ORDER BY next_at, rowid LIMIT ?",
        (to_us(now), limit),
    )
    return [from_row(row) for row in rows]


def any_doubts(db: Connection) -> bool:
    """Whether the other side is to be asked about anything, now or later."""
    return db.one("SELECT 1 FROM outbox WHERE state = 'unknown' AND ask = 1 LIMIT 1") is not None


def ask_later(db: Connection, item_id: str, at: datetime) -> None:
    """The other side gave no answer: ask again at an instant."""
    db.execute("UPDATE outbox SET next_at = ? WHERE id = ? AND state = 'unknown'", (to_us(at), item_id))


def leave_to_a_person(db: Connection, item_id: str) -> None:
    """The other side cannot be asked at all."""
    db.execute("UPDATE outbox SET ask = 0 WHERE id = ? AND state = 'unknown'", (item_id,))


def sending_boots(db: Connection) -> list[tuple[Boot, bool]]:
    """The processes that were sending something when they last wrote, and whether they have signed off since."""
    rows = db.all(
        "SELECT DISTINCT b.id, b.pid, b.pid_started, b.ended_at IS NOT NULL "
        "FROM outbox o JOIN boots b ON b.id = o.boot_id WHERE o.state = 'sending'"
    )
    return [(Boot(id=row[0], pid=row[1], pid_started=row[2]), bool(row[3])) for row in rows]


def recover_dead(db: Connection, boot_ids: Sequence[str], now: datetime) -> list[OutboxItem]:
    """Mark messages that processes were sending when they died as uncertain and to be asked about; return them."""
    marks = ",".join("?" * len(boot_ids))
    rows = db.all(
        "UPDATE outbox SET state = 'unknown', boot_id = NULL, ask = 1, next_at = ?, "
        "last_error = 'Kata was interrupted while sending it, so it may or may not have arrived.' "
        f"WHERE state = 'sending' AND boot_id IN ({marks}) RETURNING {COLUMNS}",
        (to_us(now), *boot_ids),
    )
    items = [from_row(row) for row in rows]
    moved(db, [(item.run_id,) for item in items])
    return items


def doubt_unsent(db: Connection) -> int:
    """After an older copy was restored: what it says is unsent may have been sent since, so a person decides."""
    rows = db.all(
        "UPDATE outbox SET state = 'unknown', boot_id = NULL, ask = 0, "
        "last_error = 'A backup was restored, so it may or may not have been sent already.' "
        "WHERE state IN ('pending', 'sending') RETURNING run_id"
    )
    return moved(db, rows)
