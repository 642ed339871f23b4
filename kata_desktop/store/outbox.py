"""The outbox: messages with their fate. A row leaves ``sending`` only by the hand of the boot that put it there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
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
_NOT_BEHIND = (
    "AND (target_kind = 'desktop' OR NOT EXISTS (SELECT 1 FROM outbox e WHERE e.state = 'pending' AND e.attempts > 0 "
    "AND e.target_kind = outbox.target_kind AND e.workspace_id = outbox.workspace_id "
    "AND e.target_address = outbox.target_address AND e.rowid < outbox.rowid AND e.next_at > ?))"
)
SELECT = f"SELECT {COLUMNS} FROM outbox"


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


def part_sent(db: Connection, item_id: str, parts: int) -> None:
    """So many parts of a text have surely arrived; what comes behind them has all its attempts."""
    db.execute(
        "UPDATE outbox SET parts_sent = max(parts_sent, ?), attempts = min(attempts, 1) WHERE id = ?", (parts, item_id)
    )


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
