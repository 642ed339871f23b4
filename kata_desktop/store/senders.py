"""What the owner decided about people who write in channels."""

from __future__ import annotations

from datetime import datetime

from kata_desktop.domain.channel import Sender, SenderState
from kata_desktop.store.connection import Connection, Row
from kata_desktop.store.times import from_us, to_us

_SELECT = (
    "SELECT workspace_id, channel, account, id, name, state, direct, in_groups, code, expires_at, created_at "
    "FROM senders"
)
_KEY = "workspace_id = ? AND channel = ? AND account = ? AND id = ?"


def _from_row(row: Row) -> Sender:
    return Sender(
        workspace_id=row[0],
        channel=row[1],
        account=row[2],
        id=row[3],
        name=row[4],
        state=SenderState(row[5]),
        direct=bool(row[6]),
        group=bool(row[7]),
        code=row[8],
        expires_at=from_us(row[9]),
        created_at=from_us(row[10]),
    )


def find(db: Connection, workspace_id: str, channel: str, account: str, sender_id: str) -> Sender | None:
    """What is known about a sender; None when nothing is."""
    row = db.one(f"{_SELECT} WHERE {_KEY}", (workspace_id, channel, account, sender_id))
    return None if row is None else _from_row(row)


def put(db: Connection, sender: Sender, now: datetime) -> None:
    """Store what is known about a sender; the time of the first record is kept."""
    db.execute(
        "INSERT INTO senders (workspace_id, channel, account, id, name, state, direct, in_groups, code, expires_at, "
        "created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET name = excluded.name, "
        "state = excluded.state, direct = excluded.direct, in_groups = excluded.in_groups, code = excluded.code, "
        "expires_at = excluded.expires_at",
        (
            sender.workspace_id,
            sender.channel,
            sender.account,
            sender.id,
            sender.name,
            sender.state.value,
            sender.direct,
            sender.group,
            sender.code,
            to_us(sender.expires_at),
            to_us(sender.created_at or now),
        ),
    )


def forget(db: Connection, sender: Sender) -> bool:
    """Remove all that is known; False when nothing was."""
    cursor = db.execute(
        f"DELETE FROM senders WHERE {_KEY}", (sender.workspace_id, sender.channel, sender.account, sender.id)
    )
    return bool(cursor.rowcount)


def pending(db: Connection, workspace_id: str, channel: str, account: str, now: datetime) -> int:
    """How many wait for the owner's decision with a code that has not run out."""
    count: int = db.value(
        "SELECT count(*) FROM senders WHERE workspace_id = ? AND channel = ? AND account = ? AND state = 'pending' "
        "AND expires_at > ?",
        (workspace_id, channel, account, to_us(now)),
    )
    return count


def drop_expired(db: Connection, now: datetime) -> int:
    """Forget requests that nobody decided about in time; returns how many those were."""
    cursor = db.execute("DELETE FROM senders WHERE state = 'pending' AND expires_at <= ?", (to_us(now),))
    return int(cursor.rowcount)


def listed(db: Connection, workspace_id: str, channel: str = "") -> list[Sender]:
    """Everybody of a workspace, in one channel or all; those who wait first, then by name."""
    where, params = ("AND channel = ?", (channel,)) if channel else ("", ())
    rows = db.all(
        f"{_SELECT} WHERE workspace_id = ? {where} ORDER BY state != 'pending', channel, name, id",
        (workspace_id, *params),
    )
    return [_from_row(row) for row in rows]
