"""What came in through channels: durable before it is acknowledged, each message once, with its fate."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from kata_desktop.domain.channel import Attachment, ConversationKind, InboxItem, InboxState, Message
from kata_desktop.domain.errors import NotFound
from kata_desktop.store.connection import Connection, Row
from kata_desktop.store.times import from_us, to_us

if TYPE_CHECKING:
    from kata_desktop.store.searching import Where

_COLUMNS = "id, workspace_id, state, reason, run_id, tries, received_at, message, written_at"
_SELECT = f"SELECT {_COLUMNS} FROM inbox"


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A channel of a workspace."""

    workspace_id: str
    channel: str


def add(db: Connection, item: InboxItem, received: datetime) -> bool:
    """Store a message; False when it was there already, and nothing is changed then."""
    message = item.message
    cursor = db.execute(
        "INSERT INTO inbox (id, workspace_id, channel, account, message_id, sender, conversation, thread, written_at, "
        "received_at, state, next_at, message) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'received', ?, ?) "
        "ON CONFLICT (channel, account, message_id) DO NOTHING",
        (
            item.id,
            item.workspace_id,
            message.channel,
            message.account,
            message.id,
            message.sender,
            message.conversation,
            message.thread,
            to_us(message.at),
            to_us(received),
            to_us(received),
            _dumped(message),
        ),
    )
    return bool(cursor.rowcount)


def find(db: Connection, item_id: str) -> InboxItem | None:
    """The message; None when there is none."""
    row = db.one(f"{_SELECT} WHERE id = ?", (item_id,))
    return None if row is None else _from_row(row)


def get(db: Connection, item_id: str) -> InboxItem:
    """The message; NotFound when there is none."""
    item = find(db, item_id)
    if item is None:
        raise NotFound("message", item_id)
    return item


def of_run(db: Connection, run_id: str) -> InboxItem | None:
    """The message that a run answers; None when it answers none."""
    row = db.one(f"{_SELECT} WHERE run_id = ? AND run_id != ''", (run_id,))
    return None if row is None else _from_row(row)


def open_in(db: Connection, place: Place, now: datetime, limit: int) -> list[InboxItem]:
    """Messages of a channel that nobody has decided about and whose time has come, in the order they came.

    What came after one of the same conversation that waits for another try, waits behind it.
    """
    rows = db.all(
        f"SELECT {', '.join(f'i.{name}' for name in _COLUMNS.split(', '))} FROM inbox i "
        "WHERE i.state = 'received' AND i.workspace_id = ? AND i.channel = ? AND i.next_at <= ? AND NOT EXISTS "
        "(SELECT 1 FROM inbox w WHERE w.state = 'received' AND w.next_at > ? AND w.rowid < i.rowid "
        "AND w.channel = i.channel AND w.account = i.account AND w.conversation = i.conversation "
        "AND w.thread = i.thread) ORDER BY i.rowid LIMIT ?",
        (place.workspace_id, place.channel, to_us(now), to_us(now), limit),
    )
    return [_from_row(row) for row in rows]


def next_at(db: Connection, place: Place) -> datetime | None:
    """When the next message of a channel is to be decided about; None when there is none."""
    earliest: int | None = db.value(
        "SELECT min(next_at) FROM inbox WHERE state = 'received' AND workspace_id = ? AND channel = ?",
        (place.workspace_id, place.channel),
    )
    return from_us(earliest)


def settle(db: Connection, item_id: str, state: InboxState, *, reason: str = "", run_id: str = "") -> bool:
    """Write down what became of a message; False when somebody was faster, and nothing is changed then."""
    cursor = db.execute(
        "UPDATE inbox SET state = ?, reason = ?, run_id = ?, next_at = NULL WHERE id = ? AND state = 'received'",
        (state.value, reason, run_id, item_id),
    )
    return bool(cursor.rowcount)


def try_again(db: Connection, item_id: str, at: datetime, reason: str) -> int:
    """It could not be taken on now: count that and wait; returns how many tries there were."""
    row = db.one(
        "UPDATE inbox SET tries = tries + 1, next_at = ?, reason = ? WHERE id = ? AND state = 'received' "
        "RETURNING tries",
        (to_us(at), reason, item_id),
    )
    return 0 if row is None else int(row[0])


def reopen(db: Connection, item_id: str, now: datetime) -> bool:
    """A person wants a message taken on after all; False when it waits or was answered."""
    cursor = db.execute(
        "UPDATE inbox SET state = 'received', tries = 0, reason = '', next_at = ? "
        "WHERE id = ? AND state IN ('failed', 'ignored')",
        (to_us(now), item_id),
    )
    return bool(cursor.rowcount)


def received_between(db: Connection, item: InboxItem, after: datetime) -> int:
    """How many messages came in from the same sender after an instant, up to and with this one."""
    message = item.message
    count: int = db.value(
        "SELECT count(*) FROM inbox WHERE channel = ? AND account = ? AND sender = ? AND received_at > ? "
        "AND rowid <= (SELECT rowid FROM inbox WHERE id = ?)",
        (message.channel, message.account, message.sender, to_us(after), item.id),
    )
    return count


def written_between(db: Connection, item: InboxItem, after: datetime, received_after: datetime) -> int:
    """How many of the sender's messages that came in after `received_after` were written from `after` to this one."""
    message = item.message
    count: int = db.value(
        "SELECT count(*) FROM inbox WHERE channel = ? AND account = ? AND sender = ? AND received_at > ? "
        "AND written_at > ? AND written_at <= ?",
        (
            message.channel,
            message.account,
            message.sender,
            to_us(received_after),
            to_us(after),
            to_us(message.at),
        ),
    )
    return count


def failed_before(db: Connection, item: InboxItem, after: datetime) -> bool:
    """Whether the last message of the same conversation that was for Kata failed as well, and came in after then."""
    message = item.message
    row = db.one(
        "SELECT state, received_at FROM inbox WHERE workspace_id = ? AND channel = ? AND account = ? "
        "AND conversation = ? AND thread = ? AND state IN ('queued', 'handled', 'failed') "
        "AND rowid < (SELECT rowid FROM inbox WHERE id = ?) ORDER BY rowid DESC LIMIT 1",
        (item.workspace_id, message.channel, message.account, message.conversation, message.thread, item.id),
    )
    return row is not None and row[0] == InboxState.FAILED.value and row[1] > to_us(after)


def listed(
    db: Connection, workspace_id: str = "", *, states: Sequence[InboxState] = (), search: str = "", limit: int = 100,
    offset: int = 0,
) -> list[InboxItem]:  # fmt: skip
    """Messages of one workspace or all, in some states or any, newest first; every word of `search` is in the text,
    in who wrote it or where, in the channel, or in the reason.
    """
    where = _found(workspace_id, search)
    if states:
        where.add(f"state IN ({','.join('?' * len(states))})", *(state.value for state in states))
    rows = db.all(
        f"{_SELECT} WHERE {where.sql} ORDER BY received_at DESC, rowid DESC LIMIT ? OFFSET ?",
        (*where.params, limit, offset),
    )
    return [_from_row(row) for row in rows]


def counts(db: Connection, workspace_id: str, *, search: str = "") -> dict[InboxState, int]:
    """How many messages of a workspace with these words are in each state; states without any are left out."""
    where = _found(workspace_id, search)
    rows = db.all(f"SELECT state, count(*) FROM inbox WHERE {where.sql} GROUP BY state", tuple(where.params))
    return {InboxState(state): count for state, count in rows}


def _found(workspace_id: str, search: str) -> Where:
    from kata_desktop.store.searching import Where  # a start searches nothing

    where = Where()
    if workspace_id:
        where.add("workspace_id = ?", workspace_id)
    written = [f"json_extract(message, '$.{name}')" for name in ("text", "sender_name", "conversation_name")]
    where.words(search, *written, "sender", "channel", "reason")
    return where


def remove_older(db: Connection, before: datetime, limit: int) -> int:
    """Forget messages that were decided about and came in before an instant, a bounded number at a time."""
    cursor = db.execute(
        "DELETE FROM inbox WHERE id IN (SELECT id FROM inbox WHERE received_at < ? AND state != 'received' LIMIT ?)",
        (to_us(before), limit),
    )
    return int(cursor.rowcount)


def _from_row(row: Row) -> InboxItem:
    return InboxItem(
        id=row[0],
        workspace_id=row[1],
        state=InboxState(row[2]),
        reason=row[3],
        run_id=row[4],
        tries=row[5],
        received_at=from_us(row[6]),
        message=_loaded(row[7], from_us(row[8])),
    )


def _dumped(message: Message) -> str:
    facts = {name: getattr(message, name) for name in Message.__slots__ if name not in {"at", "attachments"}}
    files = [{"name": file.name, "media_type": file.media_type, "size": file.size} for file in message.attachments]
    return json.dumps({**facts, "attachments": files}, ensure_ascii=False)


def _loaded(text: str, at: datetime) -> Message:
    facts = json.loads(text)
    files = tuple(Attachment(**file) for file in facts.pop("attachments"))
    kind = ConversationKind(facts.pop("kind"))
    return Message(**facts, kind=kind, attachments=files, at=at)
