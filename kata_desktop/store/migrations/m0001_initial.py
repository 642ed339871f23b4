"""The first schema: workspaces, tasks with revisions, runs with attempts, steps and log lines, outbox, sessions,
settings.

Instants are integers: microseconds since 1970-01-01 UTC. Booleans are 0 or 1. JSON columns are text.
Long texts and blobs stand last in their tables: SQLite walks a chain of pages to reach what stands behind them.
"""

from __future__ import annotations

from kata_desktop.store.connection import Connection

STATEMENTS = (
    """
    CREATE TABLE workspaces (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL CHECK (length(name) > 0),
        name_key TEXT NOT NULL UNIQUE,
        folder TEXT NOT NULL,
        model TEXT NOT NULL DEFAULT '',
        concurrency INTEGER NOT NULL DEFAULT 2 CHECK (concurrency >= 1),
        quota_tasks INTEGER,
        quota_runs_per_hour INTEGER,
        quota_tokens_per_day INTEGER,
        quota_cost_per_day INTEGER,
        created_at INTEGER NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE tasks (
        id TEXT PRIMARY KEY,
        workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
        name TEXT NOT NULL CHECK (length(name) > 0),
        name_key TEXT NOT NULL,
        tags TEXT NOT NULL DEFAULT '[]',
        handler TEXT NOT NULL,
        trigger_kind TEXT NOT NULL CHECK (trigger_kind IN ('once', 'interval', 'cron', 'event')),
        trigger_zone TEXT NOT NULL DEFAULT '',
        event_type TEXT NOT NULL DEFAULT '',
        revision INTEGER NOT NULL CHECK (revision >= 1),
        state TEXT NOT NULL CHECK (state IN ('active', 'paused', 'finished', 'deleted')),
        state_reason TEXT NOT NULL DEFAULT '',
        state_since INTEGER,
        next_slot INTEGER,
        due_at INTEGER,
        started_runs INTEGER NOT NULL DEFAULT 0,
        failures_in_row INTEGER NOT NULL DEFAULT 0,
        alerted_at INTEGER,
        principal TEXT NOT NULL DEFAULT 'owner',
        owner_key TEXT NOT NULL DEFAULT '',
        created_at INTEGER NOT NULL,
        prompt TEXT NOT NULL,
        CHECK ((next_slot IS NULL) = (due_at IS NULL))
    ) STRICT
    """,
    "CREATE INDEX tasks_due ON tasks (due_at) WHERE due_at IS NOT NULL AND state IN ('active', 'paused')",
    "CREATE INDEX tasks_event ON tasks (event_type) WHERE event_type != ''",
    "CREATE INDEX tasks_workspace ON tasks (workspace_id, state)",
    "CREATE UNIQUE INDEX tasks_name ON tasks (workspace_id, name_key) WHERE state != 'deleted'",
    "CREATE UNIQUE INDEX tasks_owner ON tasks (principal, owner_key) WHERE owner_key != ''",
    """
    CREATE TABLE task_revisions (
        task_id TEXT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
        revision INTEGER NOT NULL,
        spec TEXT NOT NULL CHECK (json_valid(spec)),
        created_at INTEGER NOT NULL,
        PRIMARY KEY (task_id, revision)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE boots (
        id TEXT PRIMARY KEY,
        pid INTEGER NOT NULL,
        pid_started REAL NOT NULL,
        started_at INTEGER NOT NULL,
        ended_at INTEGER
    ) STRICT
    """,
    """
    CREATE TABLE runs (
        id TEXT PRIMARY KEY,
        task_id TEXT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
        task_name TEXT NOT NULL,
        workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
        revision INTEGER NOT NULL,
        slot INTEGER NOT NULL,
        local_key TEXT,
        source TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'parked', 'done')),
        reason TEXT,
        status TEXT NOT NULL,
        detail TEXT NOT NULL DEFAULT '',
        error_kind TEXT NOT NULL DEFAULT '',
        count INTEGER NOT NULL DEFAULT 1 CHECK (count >= 1),
        first_slot INTEGER,
        attempt INTEGER NOT NULL DEFAULT 0,
        retries_used INTEGER NOT NULL DEFAULT 0,
        available_at INTEGER NOT NULL,
        after_run TEXT,
        boot_id TEXT,
        lease_until INTEGER,
        limited INTEGER NOT NULL DEFAULT 1,
        sliced INTEGER NOT NULL DEFAULT 0,
        created_at INTEGER NOT NULL,
        started_at INTEGER,
        finished_at INTEGER,
        working_us INTEGER NOT NULL DEFAULT 0,
        progress INTEGER CHECK (progress BETWEEN 0 AND 100),
        progress_text TEXT NOT NULL DEFAULT '',
        input_tokens INTEGER NOT NULL DEFAULT 0,
        output_tokens INTEGER NOT NULL DEFAULT 0,
        cost INTEGER,
        delivery TEXT NOT NULL DEFAULT 'none',
        session_id TEXT NOT NULL DEFAULT '',
        model TEXT NOT NULL DEFAULT '',
        cancel_requested INTEGER NOT NULL DEFAULT 0,
        test INTEGER NOT NULL DEFAULT 0,
        arguments TEXT NOT NULL DEFAULT '',
        output TEXT NOT NULL DEFAULT '',
        UNIQUE (task_id, slot),
        CHECK ((state = 'done') = (reason IS NOT NULL)),
        CHECK ((state = 'running') = (boot_id IS NOT NULL)),
        CHECK ((state = 'running') = (lease_until IS NOT NULL))
    ) STRICT
    """,
    "CREATE UNIQUE INDEX runs_local ON runs (task_id, local_key) WHERE local_key IS NOT NULL",
    "CREATE INDEX runs_queued ON runs (available_at) WHERE state = 'queued'",
    "CREATE INDEX runs_running ON runs (lease_until) WHERE state = 'running'",
    "CREATE INDEX runs_open ON runs (task_id) WHERE state != 'done'",
    # Status and delivery ride along so that a filtered list and the counts never leave the index.
    "CREATE INDEX runs_by_time ON runs (slot, status, delivery)",
    "CREATE INDEX runs_by_workspace ON runs (workspace_id, slot, status, delivery)",
    "CREATE INDEX runs_started ON runs (workspace_id, started_at) WHERE started_at IS NOT NULL",
    """
    CREATE TABLE attempts (
        run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        boot_id TEXT NOT NULL,
        started_at INTEGER NOT NULL,
        finished_at INTEGER,
        outcome TEXT NOT NULL DEFAULT '',
        error_kind TEXT NOT NULL DEFAULT '',
        error TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (run_id, number)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE steps (
        run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        attempt INTEGER NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('note', 'slice', 'effect')),
        at INTEGER NOT NULL,
        text TEXT NOT NULL,
        ok INTEGER,
        input_hash TEXT NOT NULL DEFAULT '',
        cursor TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (run_id, number)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE log_lines (
        run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        at INTEGER NOT NULL,
        level TEXT NOT NULL,
        text TEXT NOT NULL,
        PRIMARY KEY (run_id, number)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE outbox (
        id TEXT PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        target_kind TEXT NOT NULL,
        target_address TEXT NOT NULL DEFAULT '',
        title TEXT NOT NULL,
        body TEXT NOT NULL,
        workspace_id TEXT NOT NULL DEFAULT '',
        task_id TEXT NOT NULL DEFAULT '',
        run_id TEXT NOT NULL DEFAULT '',
        state TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'delivered', 'failed', 'unknown', 'dropped')),
        boot_id TEXT,
        attempts INTEGER NOT NULL DEFAULT 0,
        next_at INTEGER NOT NULL,
        last_error TEXT NOT NULL DEFAULT '',
        created_at INTEGER NOT NULL,
        delivered_at INTEGER,
        CHECK ((state = 'sending') = (boot_id IS NOT NULL))
    ) STRICT
    """,
    "CREATE INDEX outbox_pending ON outbox (next_at) WHERE state = 'pending'",
    "CREATE INDEX outbox_sending ON outbox (boot_id) WHERE state = 'sending'",
    "CREATE INDEX outbox_run ON outbox (run_id) WHERE run_id != ''",
    """
    CREATE TABLE sessions (
        id TEXT PRIMARY KEY,
        workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
        task_id TEXT NOT NULL DEFAULT '',
        title TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        state BLOB NOT NULL
    ) STRICT
    """,
    "CREATE INDEX sessions_workspace ON sessions (workspace_id, updated_at)",
    "CREATE INDEX sessions_task ON sessions (task_id, updated_at) WHERE task_id != ''",
    """
    CREATE TABLE models (
        name TEXT PRIMARY KEY,
        provider TEXT NOT NULL,
        model_id TEXT NOT NULL DEFAULT '',
        base_url TEXT NOT NULL DEFAULT '',
        thinking TEXT NOT NULL DEFAULT '',
        is_default INTEGER NOT NULL DEFAULT 0
    ) STRICT
    """,
    "CREATE UNIQUE INDEX models_default ON models (is_default) WHERE is_default = 1",
    """
    CREATE TABLE pauses (
        scope TEXT PRIMARY KEY,
        since INTEGER NOT NULL,
        until INTEGER
    ) STRICT
    """,
    """
    CREATE TABLE settings (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL CHECK (json_valid(value))
    ) STRICT
    """,
    """
    CREATE TABLE incidents (
        key TEXT PRIMARY KEY,
        opened_at INTEGER NOT NULL,
        told_at INTEGER NOT NULL,
        closed_at INTEGER
    ) STRICT
    """,
)


def apply(connection: Connection) -> None:
    """Create everything in an empty database."""
    for statement in STATEMENTS:
        connection.execute(statement)
