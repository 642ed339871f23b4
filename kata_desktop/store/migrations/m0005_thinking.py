"""How much thought a workspace's answers are worth, where a task does not say it."""

from __future__ import annotations

from kata_desktop.store.connection import Connection

STATEMENT = (
    "ALTER TABLE workspaces ADD COLUMN thinking TEXT NOT NULL DEFAULT '' "
    "CHECK (thinking IN ('', 'low', 'medium', 'high'))"
)


def apply(connection: Connection) -> None:
    """Add the column; what was there leaves it to the model."""
    connection.execute(STATEMENT)
