"""Up to where each conversation of a channel was read."""

from __future__ import annotations

from kata_desktop.store.connection import Connection

_KEY = "workspace_id = ? AND channel = ? AND account = ?"
Account = tuple[str, str, str]
"""(workspace, channel, account)."""


def get(db: Connection, account: Account, scope: str) -> str:
    """The mark of a scope; empty when there is none."""
    mark: str | None = db.value(f"SELECT mark FROM channel_marks WHERE {_KEY} AND scope = ?", (*account, scope))
    return mark or ""


def put(db: Connection, account: Account, scope: str, mark: str) -> None:
    """Store a mark."""
    db.execute(
        "INSERT INTO channel_marks (workspace_id, channel, account, scope, mark) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET mark = excluded.mark",
        (*account, scope, mark),
    )


def listed(db: Connection, account: Account) -> dict[str, str]:
    """Every scope with its mark."""
    return dict(db.all(f"SELECT scope, mark FROM channel_marks WHERE {_KEY}", account))
