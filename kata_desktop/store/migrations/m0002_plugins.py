"""Plugins per workspace, declared tasks, channels: inbox, conversations, senders, where a channel was read to.

Instants are integers: microseconds since 1970-01-01 UTC. Booleans are 0 or 1. JSON columns are text.
"""

from __future__ import annotations

from kata_desktop.store.connection import Connection

STATEMENTS = (
    # What a person chose; a plugin without a row has its manifest's default.
    """
    CREATE TABLE plugin_switches (
        workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
        plugin_id TEXT NOT NULL,
        is_on INTEGER NOT NULL CHECK (is_on IN (0, 1)),
        changed_at INTEGER NOT NULL,
        PRIMARY KEY (workspace_id, plugin_id)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE plugin_settings (
        workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
        plugin_id TEXT NOT NULL,
        key TEXT NOT NULL,
        value TEXT NOT NULL CHECK (json_valid(value)),
        PRIMARY KEY (workspace_id, plugin_id, key)
    ) STRICT, WITHOUT ROWID
    """,
    # Small things that a plugin remembers: the last entry of a feed, the hash of a page.
    """
    CREATE TABLE plugin_memory (
        workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
        plugin_id TEXT NOT NULL,
        key TEXT NOT NULL,
        value TEXT NOT NULL CHECK (json_valid(value)),
        PRIMARY KEY (workspace_id, plugin_id, key)
    ) STRICT, WITHOUT ROWID
    """,
    # The declaration a task was made from: only a changed one overwrites what a person has edited since.
    """
    CREATE TABLE declarations (
        principal TEXT NOT NULL,
        owner_key TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        retired INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (principal, owner_key)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE inbox (
        id TEXT PRIMARY KEY,
        workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
        channel TEXT NOT NULL,
        account TEXT NOT NULL,
        message_id TEXT NOT NULL,
        sender TEXT NOT NULL,
        conversation TEXT NOT NULL,
        thread TEXT NOT NULL DEFAULT '',
        written_at INTEGER NOT NULL,
        received_at INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('received', 'queued', 'handled', 'ignored', 'failed')),
        reason TEXT NOT NULL DEFAULT '',
        run_id TEXT NOT NULL DEFAULT '',
        tries INTEGER NOT NULL DEFAULT 0,
        next_at INTEGER,
        message TEXT NOT NULL CHECK (json_valid(message)),
        UNIQUE (channel, account, message_id)
    ) STRICT
    """,
    "CREATE INDEX inbox_open ON inbox (next_at) WHERE state = 'received'",
    "CREATE INDEX inbox_workspace ON inbox (workspace_id, received_at)",
    "CREATE INDEX inbox_sender ON inbox (channel, account, sender, received_at)",
    "CREATE INDEX inbox_run ON inbox (run_id) WHERE run_id != ''",
    # The session of each conversation; `resets` counts up with /new, so the old session stays readable.
    """
    CREATE TABLE conversations (
        workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
        channel TEXT NOT NULL,
        account TEXT NOT NULL,
        conversation TEXT NOT NULL,
        thread TEXT NOT NULL DEFAULT '',
        resets INTEGER NOT NULL DEFAULT 0,
        session_id TEXT NOT NULL,
        name TEXT NOT NULL DEFAULT '',
        reply_address TEXT NOT NULL,
        last_at INTEGER NOT NULL,
        PRIMARY KEY (workspace_id, channel, account, conversation, thread)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX conversations_session ON conversations (session_id)",
    """
    CREATE TABLE senders (
        workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
        channel TEXT NOT NULL,
        account TEXT NOT NULL,
        id TEXT NOT NULL,
        name TEXT NOT NULL DEFAULT '',
        state TEXT NOT NULL CHECK (state IN ('pending', 'allowed', 'blocked')),
        direct INTEGER NOT NULL DEFAULT 1,
        in_groups INTEGER NOT NULL DEFAULT 0,
        code TEXT NOT NULL DEFAULT '',
        expires_at INTEGER,
        created_at INTEGER NOT NULL,
        PRIMARY KEY (workspace_id, channel, account, id)
    ) STRICT, WITHOUT ROWID
    """,
    # Up to where a conversation was read, so that what was missed can be fetched after a lost connection.
    """
    CREATE TABLE channel_marks (
        workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
        channel TEXT NOT NULL,
        account TEXT NOT NULL,
        scope TEXT NOT NULL,
        mark TEXT NOT NULL,
        PRIMARY KEY (workspace_id, channel, account, scope)
    ) STRICT, WITHOUT ROWID
    """,
    # Parts of a long text that have surely arrived; the next try goes on behind them.
    "ALTER TABLE outbox ADD COLUMN parts_sent INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX runs_session ON runs (session_id) WHERE session_id != '' AND state != 'done'",
)


def apply(connection: Connection) -> None:
    """Add the tables."""
    for statement in STATEMENTS:
        connection.execute(statement)
