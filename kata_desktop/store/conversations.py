"""Which session a conversation in a channel is held in; `resets` counts up, so that old sessions stay readable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kata_desktop.domain.channel import Message
from kata_desktop.store.connection import Connection, Row
from kata_desktop.store.times import from_us, to_us

_SELECT = (
    "SELECT workspace_id, channel, account, conversation, thread, resets, session_id, name, reply_address, last_at "
    "FROM conversations"
)
_KEY = "workspace_id = ? AND channel = ? AND account = ? AND conversation = ? AND thread = ?"


@dataclass(frozen=True, kw_only=True, slots=True)
class Conversation:
    """A room, a thread or a person's direct messages, and the session that it is held in now."""

    workspace_id: str
    channel: str
    account: str
    conversation: str
    thread: str
    resets: int
    session_id: str
    name: str
    reply_address: str
    last_at: datetime


def _from_row(row: Row) -> Conversation:
    return Conversation(
        workspace_id=row[0],
        channel=row[1],
        account=row[2],
        conversation=row[3],
        thread=row[4],
        resets=row[5],
        session_id=row[6],
        name=row[7],
        reply_address=row[8],
        last_at=from_us(row[9]),
    )


def heard(db: Connection, workspace_id: str, message: Message, fresh_session: str, now: datetime) -> Conversation:
    """Somebody wrote: return the conversation, begun in `fresh_session` when it was not known."""
    db.execute(
        "INSERT INTO conversations (workspace_id, channel, account, conversation, thread, session_id, name, "
        "reply_address, last_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
        "name = CASE WHEN excluded.name = '' THEN name ELSE excluded.name END, "
        "reply_address = excluded.reply_address, last_at = excluded.last_at",
        (*_key(workspace_id, message), fresh_session, _name(message), message.reply_address, to_us(now)),
    )
    found = find(db, workspace_id, message)
    assert found is not None
    return found


def find(db: Connection, workspace_id: str, message: Message) -> Conversation | None:
    """The conversation that a message belongs to; None when nobody has spoken in it yet."""
    row = db.one(f"{_SELECT} WHERE {_KEY}", _key(workspace_id, message))
    return None if row is None else _from_row(row)


def of_session(db: Connection, session_id: str) -> Conversation | None:
    """The conversation that is held in a session now; None when there is none (any more)."""
    row = db.one(f"{_SELECT} WHERE session_id = ? AND session_id != ''", (session_id,))
    return None if row is None else _from_row(row)


def reset(db: Connection, conversation: Conversation, fresh_session: str) -> None:
    """Go on in another session."""
    db.execute(
        f"UPDATE conversations SET resets = resets + 1, session_id = ? WHERE {_KEY}",
        (
            fresh_session,
            conversation.workspace_id,
            conversation.channel,
            conversation.account,
            conversation.conversation,
            conversation.thread,
        ),
    )


def recent(db: Connection, workspace_id: str, *, limit: int = 50) -> list[Conversation]:
    """Conversations of a workspace outside of threads, the last heard first: where results may be sent."""
    rows = db.all(
        f"{_SELECT} WHERE workspace_id = ? AND thread = '' ORDER BY last_at DESC LIMIT ?", (workspace_id, limit)
    )
    return [_from_row(row) for row in rows]


def _key(workspace_id: str, message: Message) -> tuple[str, str, str, str, str]:
    return workspace_id, message.channel, message.account, message.conversation, message.thread


def _name(message: Message) -> str:
    return message.conversation_name or message.sender_name
