"""Rows to begin with: a workspace, tasks and runs as short calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kata_desktop.domain.notification import NotificationKind, OutboxItem
from kata_desktop.domain.run import Reason, Run, RunState, Source
from kata_desktop.domain.task import Task, TaskSpec, TaskState
from kata_desktop.domain.trigger import Cron
from kata_desktop.domain.workspace import Workspace
from kata_desktop.store import runs, tasks, workspaces
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@contextmanager
def opened(path: Path) -> Iterator[Database]:
    """The store at `path`, closed at the end whatever happens."""
    database = Database.open(path)
    try:
        yield database
    finally:
        database.close()


def add_workspace(db: Connection, ident: str = "w1", name: str = "Home") -> Workspace:
    """A workspace, stored."""
    workspace = Workspace(id=ident, name=name, folder="/home", created_at=START)
    workspaces.insert(db, workspace)
    return workspace


def add_task(db: Connection, ident: str = "t1", *, workspace: str = "w1", **changes: object) -> Task:
    """A task that is due at `START`, stored; changes may name fields of the task or of its spec."""
    spec = TaskSpec(name=ident, prompt="Say hello", trigger=Cron(expressions=("0 9 * * *",)), workspace_id=workspace)
    of_spec = {key: value for key, value in changes.items() if key in TaskSpec.__slots__}
    of_task = {key: value for key, value in changes.items() if key not in of_spec}
    task = Task(
        id=ident,
        spec=replace(spec, **of_spec),  # type: ignore[arg-type]
        revision=1,
        state=TaskState.ACTIVE,
        created_at=START,
        next_slot=START,
        due_at=START,
    )
    task = replace(task, **of_task)  # type: ignore[arg-type]
    tasks.insert(db, task)
    return task


def add_run(db: Connection, ident: str, *, task: str = "t1", minute: int = 0, **changes: object) -> Run:
    """A completed run in its own minute, stored."""
    slot = START + timedelta(minutes=minute)
    run = Run(
        id=ident,
        task_id=task,
        task_name=task,
        workspace_id="w1",
        revision=1,
        slot=slot,
        source=Source.SCHEDULE,
        state=RunState.DONE,
        reason=Reason.COMPLETED,
        available_at=slot,
        created_at=slot,
        finished_at=slot,
    )
    run = replace(run, **changes)  # type: ignore[arg-type]
    assert runs.insert(db, run, runs.Placement())
    return run


def message(
    ident: str, *, run: str = "", task: str = "", kind: NotificationKind = NotificationKind.RESULT
) -> OutboxItem:
    """A message to the desktop that wants to be sent at `START`."""
    return OutboxItem(
        id=ident,
        key=f"key-{ident}",
        kind=kind,
        target_kind="desktop",
        title="Done",
        body="All well",
        workspace_id="w1",
        task_id=task,
        run_id=run,
        created_at=START,
        next_at=START,
    )
