"""The outbox: messages with their fate, and what people make of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from kata_desktop.domain.notification import NotificationKind, OutboxItem, OutboxQuery, OutboxState
from kata_desktop.store.connection import Connection, Row
from kata_desktop.store.times import from_us, to_us

if TYPE_CHECKING:
    from kata_desktop.store.searching import Where

COLUMNS = (
    "id, key, kind, target_kind, target_address, title, body, workspace_id, task_id, run_id, state, attempts, "
    "next_at, last_error, created_at, delivered_at, parts_sent, ask"
)
SELECT = f"SELECT {COLUMNS} FROM outbox"


def from_row(row: Row) -> OutboxItem:
    """Build a message from `COLUMNS`."""
    return OutboxItem(
        id=row[0],
        key=row[1],
        kind=NotificationKind(row[2]),
        target_kind=row[3],
        target_address=row[4],
        title=row[5],
        body=row[6],
        workspace_id=row[7],
        task_id=row[8],
        run_id=row[9],
        state=OutboxState(row[10]),
        attempts=row[11],
        next_at=from_us(row[12]),
        last_error=row[13],
        created_at=from_us(row[14]),
        delivered_at=from_us(row[15]),
        parts_sent=row[16],
        ask=bool(row[17]),
    )


def add(db: Connection, item: OutboxItem) -> bool:
    """Queue a message; False when its key was queued before, whatever became of that, and nothing is changed then.

    `created_at` or `next_at` must be set; the one that is not takes the other's value.
    """
    created = item.created_at or item.next_at
    cursor = db.execute(
        f"INSERT INTO outbox ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending', 0, ?, '', ?, NULL, 0, 0) "
        "ON CONFLICT (key) DO NOTHING",
        (
            item.id,
            item.key,
            item.kind.value,
            item.target_kind,
            item.target_address,
            item.title,
            item.body,
            item.workspace_id,
            item.task_id,
            item.run_id,
            to_us(item.next_at or created),
            to_us(created),
        ),
    )
    return bool(cursor.rowcount)


def get(db: Connection, item_id: str) -> OutboxItem | None:
    """The message; None when there is none."""
    row = db.one(f"{SELECT} WHERE id = ?", (item_id,))
    return None if row is None else from_row(row)


def listed(
    db: Connection,
    *,
    states: Sequence[OutboxState] = (),
    workspace_id: str = "",
    limit: int = 100,
    offset: int = 0,
) -> list[OutboxItem]:
    """Messages in some states (none named: any) of one workspace or all, newest first."""
    clauses, params = ["1"], list[object]()
    if states:
        clauses.append(f"state IN ({','.join('?' * len(states))})")
        params.extend(state.value for state in states)
    if workspace_id:
        clauses.append("workspace_id = ?")
        params.append(workspace_id)
    rows = db.all(
        f"{SELECT} WHERE {' AND '.join(clauses)} ORDER BY created_at DESC, rowid DESC LIMIT ? OFFSET ?",
        (*params, limit, offset),
    )
    return [from_row(row) for row in rows]


def found(db: Connection, query: OutboxQuery) -> list[OutboxItem]:
    """The messages that a query asks for, newest first."""
    where = _asked_for(query)
    rows = db.all(
        f"{SELECT} WHERE {where.sql} ORDER BY created_at DESC, rowid DESC LIMIT ? OFFSET ?",
        (*where.params, query.limit, query.offset),
    )
    return [from_row(row) for row in rows]


def counts(db: Connection, query: OutboxQuery) -> dict[OutboxState, int]:
    """How many messages of each state a query has, whichever states it names; states without any are left out."""
    where = _asked_for(replace(query, states=()))
    rows = db.all(f"SELECT state, count(*) FROM outbox WHERE {where.sql} GROUP BY state", tuple(where.params))
    return {OutboxState(state): count for state, count in rows}


def _asked_for(query: OutboxQuery) -> Where:
    from kata_desktop.store.searching import Where  # a start searches nothing

    where = Where()
    if query.workspace_id:
        where.add("workspace_id IN (?, '')", query.workspace_id)
    if query.states:
        where.add(f"state IN ({','.join('?' * len(query.states))})", *(state.value for state in query.states))
    where.words(query.search, "title", "body", "target_kind", "target_address", "last_error")
    return where


def of_run(db: Connection, run_id: str) -> list[OutboxItem]:
    """Every message about a run, oldest first."""
    rows = db.all(f"{SELECT} WHERE run_id = ? AND run_id != '' ORDER BY created_at, rowid", (run_id,))
    return [from_row(row) for row in rows]


def resend(db: Connection, item_id: str, at: datetime) -> bool:
    """A person asked to send a failed, uncertain or withdrawn message (again); False when it is none of these."""
    rows = db.all(
        "UPDATE outbox SET state = 'pending', attempts = 0, next_at = ?, last_error = '', ask = 0 "
        "WHERE id = ? AND state IN ('failed', 'unknown', 'dropped') RETURNING run_id",
        (to_us(at), item_id),
    )
    return moved(db, rows) == 1


def drop(db: Connection, item_id: str) -> bool:
    """A person withdrew a message that is not under way and not delivered; False when it is."""
    rows = db.all(
        "UPDATE outbox SET state = 'dropped', ask = 0, last_error = 'You withdrew it.' "
        "WHERE id = ? AND state IN ('pending', 'failed', 'unknown') RETURNING run_id",
        (item_id,),
    )
    return moved(db, rows) == 1


def confirm(db: Connection, item_id: str, at: datetime) -> bool:
    """A person saw that an uncertain message arrived; False when it is not uncertain (any more)."""
    rows = db.all(
        "UPDATE outbox SET state = 'delivered', delivered_at = ?, last_error = '', ask = 0 "
        "WHERE id = ? AND state = 'unknown' RETURNING run_id",
        (to_us(at), item_id),
    )
    return moved(db, rows) == 1


def restore(db: Connection, before: OutboxItem) -> bool:
    """Take a person's withdrawal back: the message is as it was; False when it is not withdrawn any more."""
    rows = db.all(
        "UPDATE outbox SET state = ?, ask = ?, last_error = ? WHERE id = ? AND state = 'dropped' RETURNING run_id",
        (before.state.value, before.ask, before.last_error, before.id),
    )
    return moved(db, rows) == 1


def drop_unsent_of_task(db: Connection, task_id: str) -> int:
    """Withdraw what a deleted task had still to send; returns how many messages that were."""
    rows = db.all(
        "UPDATE outbox SET state = 'dropped', last_error = 'The task was deleted.' "
        "WHERE task_id = ? AND task_id != '' AND state = 'pending' RETURNING run_id",
        (task_id,),
    )
    return moved(db, rows)


def moved(db: Connection, rows: Sequence[Row]) -> int:
    """Work out anew what became of the results of the runs that moved messages belong to; returns how many moved."""
    for run_id in {row[0] for row in rows if row[0]}:
        db.execute(
            "UPDATE runs SET delivery = coalesce((SELECT CASE WHEN max(state = 'failed') THEN 'failed' "
            "WHEN max(state = 'unknown') THEN 'unknown' WHEN max(state IN ('pending', 'sending')) THEN 'pending' "
            "WHEN max(state = 'delivered') THEN 'delivered' ELSE 'dropped' END "
            "FROM outbox WHERE run_id = ?1 AND kind IN ('result', 'answer') HAVING count(*) > 0), delivery) "
            "WHERE id = ?1",
            (run_id,),
        )
    return len(rows)
