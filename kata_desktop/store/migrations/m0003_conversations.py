"""Sessions know the channel they are held in and may be closed; uncertain messages may be asked about later."""

from __future__ import annotations

from kata_desktop.store.connection import Connection

STATEMENTS = (
    "ALTER TABLE sessions ADD COLUMN channel TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE sessions ADD COLUMN conversation TEXT NOT NULL DEFAULT ''",
    # A closed one is read and continued by hand; its task's next run begins another.
    "ALTER TABLE sessions ADD COLUMN closed INTEGER NOT NULL DEFAULT 0",
    # Uncertain, and the other side is to be asked as soon as it can be: its connection is down now.
    "ALTER TABLE outbox ADD COLUMN ask INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX outbox_ask ON outbox (next_at) WHERE state = 'unknown' AND ask = 1",
    "CREATE INDEX outbox_lanes ON outbox (target_kind, workspace_id) WHERE state = 'pending'",
)


def apply(connection: Connection) -> None:
    """Add the columns."""
    for statement in STATEMENTS:
        connection.execute(statement)
