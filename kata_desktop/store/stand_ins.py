"""Tasks whose spec this version cannot read, as people can still see and delete them.

What runs or edits a task reads it through `tasks`, which raises `SpecUnreadable`; what only shows one reads it here.
"""

from __future__ import annotations

from dataclasses import replace

from kata_desktop.domain.errors import NotFound
from kata_desktop.domain.task import Task, TaskSpec, TaskState
from kata_desktop.domain.trigger import Event
from kata_desktop.store import tasks
from kata_desktop.store.connection import Connection, Row
from kata_desktop.store.errors import SpecUnreadable

_NEVER = Event(type="unreadable")
"""Nothing tells of such an event, so nothing ever comes due."""


def shown(db: Connection, row: Row) -> Task:
    """Build a task from `tasks.COLUMNS`; one that cannot be read comes as paused, with a stand-in for its spec."""
    try:
        return tasks.from_row(row)
    except SpecUnreadable as error:
        return _stand_in(db, row, error.sentence)


def _stand_in(db: Connection, row: Row, why: str) -> Task:
    name, prompt, workspace_id, handler = db.all(
        "SELECT name, prompt, workspace_id, handler FROM tasks WHERE id = ?", (row[0],)
    )[0]
    spec = TaskSpec(name=name, prompt=prompt, workspace_id=workspace_id, handler=handler, trigger=_NEVER)
    task = replace(tasks.from_row(row, spec), unreadable=why, next_slot=None, due_at=None)
    if task.state in (TaskState.ACTIVE, TaskState.PAUSED):
        return replace(task, state=TaskState.PAUSED, state_reason=why)
    return task


def find(db: Connection, task_id: str) -> Task | None:
    """The task, deleted ones included; None when there is none."""
    return _one(db, "t.id = ?", task_id)


def get(db: Connection, task_id: str) -> Task:
    """The task; NotFound when there is none or it was deleted."""
    task = find(db, task_id)
    if task is None or task.state is TaskState.DELETED:
        raise NotFound("task", task_id)
    return task


def find_owned(db: Connection, principal: str, owner_key: str) -> Task | None:
    """The task that `principal` declared under that key."""
    return _one(db, "t.principal = ? AND t.owner_key = ?", principal, owner_key)


def disown(db: Connection, task_id: str) -> None:
    """Let whoever declared a task declare it anew, as one that can be read."""
    db.execute("UPDATE tasks SET owner_key = '' WHERE id = ?", (task_id,))


def _one(db: Connection, where: str, *params: str) -> Task | None:
    row = db.one(f"SELECT {tasks.COLUMNS} FROM {tasks.JOIN} WHERE {where}", params)
    return None if row is None else shown(db, row)
