"""Sessions: conversations as the agent wrote them. Lists never touch the conversations themselves."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from kata_desktop.domain.errors import NotFound
from kata_desktop.domain.run import Reason, RunState
from kata_desktop.domain.session import Session, SessionRow
from kata_desktop.store.connection import Connection, Row
from kata_desktop.store.times import from_us, to_us

if TYPE_CHECKING:
    from kata_desktop.store.searching import Where

_COLUMNS = ("id", "workspace_id", "title", "task_id", "created_at", "updated_at", "channel", "conversation", "closed")
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM sessions"
_LAST_WORDS = 200
"""Characters of an answer that a list gets."""
_WITH_LAST_RUN = (
    "FROM sessions s LEFT JOIN runs r ON r.id = (SELECT id FROM runs WHERE session_id = s.id AND session_id != '' "
    "ORDER BY slot DESC LIMIT 1) LEFT JOIN tasks t ON t.id = s.task_id"
)
_PUT = (
    "INSERT INTO sessions (id, workspace_id, task_id, title, created_at, updated_at, state, channel, conversation) "
    "SELECT ?1, ?2, ?3, ?4, ?5, ?5, ?6, coalesce(max(channel), ''), coalesce(max(name), '') "
    "FROM conversations WHERE session_id = ?1 AND session_id != '' "
    "ON CONFLICT (id) DO UPDATE SET updated_at = excluded.updated_at"
)


def _from_row(row: Row) -> Session:
    return Session(
        id=row[0],
        workspace_id=row[1],
        title=row[2],
        task_id=row[3],
        created_at=from_us(row[4]),
        updated_at=from_us(row[5]),
        channel=row[6],
        conversation=row[7],
        closed=bool(row[8]),
    )


def save(
    db: Connection, session_id: str, workspace_id: str, task_id: str, title: str, state: bytes, at: datetime
) -> None:
    """Store a conversation as it is after a run; an empty title leaves the one it has."""
    db.execute(
        f"{_PUT}, state = excluded.state, title = CASE WHEN excluded.title = '' THEN title ELSE excluded.title END",
        (session_id, workspace_id, task_id, title, to_us(at), state),
    )


def begin(db: Connection, session_id: str, workspace_id: str, task_id: str, title: str, at: datetime) -> None:
    """A message was taken on: the conversation is there before its first answer, and moves up in the list; what was
    said in it stays as it is.
    """
    db.execute(_PUT, (session_id, workspace_id, task_id, title, to_us(at), b""))


def get_state(db: Connection, session_id: str) -> bytes:
    """The conversation as it was saved last; empty when there is no such session."""
    return bytes(db.value("SELECT state FROM sessions WHERE id = ?", (session_id,)) or b"")


def exists(db: Connection, session_id: str) -> bool:
    """Whether anything was saved under that id."""
    return db.one("SELECT 1 FROM sessions WHERE id = ?", (session_id,)) is not None


def get(db: Connection, session_id: str) -> Session:
    """What is known about a session; NotFound when there is none."""
    row = db.one(f"{_SELECT} WHERE id = ?", (session_id,))
    if row is None:
        raise NotFound("session", session_id)
    return _from_row(row)


def listed(db: Connection, workspace_id: str = "", *, limit: int = 100, offset: int = 0) -> list[Session]:
    """Sessions of one workspace or all, the last used first."""
    where, params = ("WHERE workspace_id = ?", (workspace_id,)) if workspace_id else ("", ())
    rows = db.all(f"{_SELECT} {where} ORDER BY updated_at DESC, id LIMIT ? OFFSET ?", (*params, limit, offset))
    return [_from_row(row) for row in rows]


def rows(
    db: Connection, workspace_id: str = "", *, search: str = "", limit: int = 100, offset: int = 0
) -> list[SessionRow]:
    """Sessions with their last words, the last used first; every word of `search` is in the title, the room, the
    task's name or the beginning of the last answer.
    """
    where = _found(workspace_id, search)
    found = db.all(
        f"SELECT {', '.join(f's.{name}' for name in _COLUMNS)}, coalesce(t.name, ''), r.state, r.reason, r.detail, "
        f"substr(r.output, 1, {_LAST_WORDS}) {_WITH_LAST_RUN} WHERE {where.sql} "
        "ORDER BY s.updated_at DESC, s.id LIMIT ? OFFSET ?",
        (*where.params, limit, offset),
    )
    return [_listed_row(row) for row in found]


def count(db: Connection, workspace_id: str = "", *, search: str = "") -> int:
    """How many sessions `rows` has without its limit."""
    where = _found(workspace_id, search)
    joined = _WITH_LAST_RUN if search.strip() else "FROM sessions s"
    found: int = db.value(f"SELECT count(*) {joined} WHERE {where.sql}", tuple(where.params))
    return found


def _found(workspace_id: str, search: str) -> Where:
    from kata_desktop.store.searching import Where  # a start searches nothing

    where = Where()
    if workspace_id:
        where.add("s.workspace_id = ?", workspace_id)
    where.words(
        search, "s.title", "s.conversation", "s.channel", "coalesce(t.name, '')",
        f"coalesce(substr(r.output, 1, {_LAST_WORDS}), '')",
    )  # fmt: skip
    return where


def _listed_row(row: Row) -> SessionRow:
    task_name, state, reason, detail, output = row[len(_COLUMNS) :]
    failed = reason is not None and reason != Reason.COMPLETED.value
    return SessionRow(
        session=_from_row(row),
        task_name=task_name,
        last_words=(detail if failed else output) or "",
        run_state=RunState(state) if state else None,
        failed=failed,
        waits_for=detail if state == RunState.QUEUED.value else "",
    )


def latest_of_task(db: Connection, task_id: str) -> Session | None:
    """The session that the task's runs used last and that nobody closed; None when there is none."""
    row = db.one(
        f"{_SELECT} WHERE task_id = ? AND task_id != '' AND closed = 0 ORDER BY updated_at DESC LIMIT 1", (task_id,)
    )
    return None if row is None else _from_row(row)


def last_run(db: Connection, session_id: str) -> str:
    """Id of the newest run that belongs to a session; empty when there is none (any more)."""
    run_id: str | None = db.value(
        "SELECT id FROM runs WHERE session_id = ?1 AND session_id != '' "
        "AND task_id IN (SELECT task_id FROM sessions WHERE id = ?1) ORDER BY slot DESC LIMIT 1",
        (session_id,),
    )
    return run_id or ""


def close(db: Connection, session_id: str) -> None:
    """Let the task of a session begin another one with its next run."""
    db.execute("UPDATE sessions SET closed = 1 WHERE id = ?", (session_id,))


def remove(db: Connection, session_id: str) -> bool:
    """Forget a session; False when there is none."""
    return bool(db.execute("DELETE FROM sessions WHERE id = ?", (session_id,)).rowcount)
