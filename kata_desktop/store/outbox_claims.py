"""Messages under way. A row leaves ``sending`` only by the hand of the boot that put it there."""

from __future__ import annotations

from datetime import datetime

from kata_desktop.store.connection import Connection
from kata_desktop.store.outbox import moved
from kata_desktop.store.times import to_us


def claim(db: Connection, item_id: str, boot_id: str) -> bool:
    """Take a pending message for sending and count the attempt; False when somebody else was first."""
    cursor = db.execute(
        "UPDATE outbox SET state = 'sending', boot_id = ?, attempts = attempts + 1 WHERE id = ? AND state = 'pending'",
        (boot_id, item_id),
    )
    return bool(cursor.rowcount)


def postpone(db: Connection, item_id: str, until: datetime) -> bool:
    """Leave a pending message for later, such as to the end of quiet hours; no attempt is counted."""
    cursor = db.execute(
        "UPDATE outbox SET next_at = ? WHERE id = ? AND state = 'pending'",
        (to_us(until), item_id),
    )
    return bool(cursor.rowcount)


def part_sent(db: Connection, item_id: str, parts: int) -> None:
    """So many parts of a text have surely arrived; what comes behind them has all its attempts."""
    db.execute(
        "UPDATE outbox SET parts_sent = max(parts_sent, ?), attempts = min(attempts, 1) WHERE id = ?", (parts, item_id)
    )


def delivered(db: Connection, item_id: str, boot_id: str, at: datetime) -> bool:
    """The other side confirmed it; False when the claim is not this boot's any more, here and in the next four."""
    return _settle(db, item_id, boot_id, "state = 'delivered', last_error = '', delivered_at = ?", (to_us(at),))


def failed(db: Connection, item_id: str, boot_id: str, error: str) -> bool:
    """It was refused for good, or tried often enough."""
    return _settle(db, item_id, boot_id, "state = 'failed', last_error = ?", (error,))


def retry_at(db: Connection, item_id: str, boot_id: str, at: datetime, error: str) -> bool:
    """It was certainly not delivered and is tried again at an instant."""
    return _settle(db, item_id, boot_id, "state = 'pending', next_at = ?, last_error = ?", (to_us(at), error))


def unknown(db: Connection, item_id: str, boot_id: str, error: str, *, ask: bool = False) -> bool:
    """Nobody can say whether it arrived; with `ask` the other side will be asked when it can be."""
    return _settle(db, item_id, boot_id, "state = 'unknown', last_error = ?, ask = ?", (error, ask))


def dropped(db: Connection, item_id: str, boot_id: str, why: str) -> bool:
    """It is not to be sent after all, such as for a kind of message that was switched off meanwhile."""
    return _settle(db, item_id, boot_id, "state = 'dropped', last_error = ?", (why,))


def _settle(db: Connection, item_id: str, boot_id: str, change: str, params: tuple[object, ...]) -> bool:
    row = db.one(
        f"UPDATE outbox SET {change}, boot_id = NULL WHERE id = ? AND state = 'sending' AND boot_id = ? "
        "RETURNING run_id",
        (*params, item_id, boot_id),
    )
    return moved(db, [] if row is None else [row]) == 1
