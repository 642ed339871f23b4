"""Conversations are listed with their last words, messages counted by their fate: both need to be found quickly."""

from __future__ import annotations

from kata_desktop.store.connection import Connection

STATEMENTS = (
    "CREATE INDEX runs_conversation ON runs (session_id, slot) WHERE session_id != ''",
    "CREATE INDEX outbox_states ON outbox (workspace_id, state)",
)


def apply(connection: Connection) -> None:
    """Add the indexes."""
    for statement in STATEMENTS:
        connection.execute(statement)
