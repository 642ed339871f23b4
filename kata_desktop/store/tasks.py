"""Tasks and their revisions: plain SQL, because the engine lives on it."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache

from kata_desktop.domain.errors import NotFound, StaleRevision
from kata_desktop.domain.task import PROMPT_HANDLER, Task, TaskSpec, TaskState
from kata_desktop.domain.trigger import Cron, Event, Interval, Once
from kata_desktop.store.connection import Connection, Row
from kata_desktop.store.names import name_key
from kata_desktop.store.specs import dump_spec, load_spec
from kata_desktop.store.times import from_us, to_us

COLUMNS = (
    "t.id, v.spec, t.revision, t.state, t.created_at, t.state_reason, t.state_since, t.next_slot, t.due_at, "
    "t.started_runs, t.failures_in_row, t.principal, t.owner_key"
)
"""What `from_row` reads, in this order, from `tasks t` joined with its present revision `task_revisions v`."""

JOIN = "tasks t JOIN task_revisions v ON v.task_id = t.id AND v.revision = t.revision"


@lru_cache(maxsize=2048)
def _spec(text: str) -> TaskSpec:
    """Specs are values that the engine reads many times for every run."""
    return load_spec(text)


def from_row(row: Row, stand_in: TaskSpec | None = None) -> Task:
    """Build a task from `COLUMNS`; `stand_in` takes the place of a spec that raised `SpecUnreadable`."""
    return Task(
        id=row[0],
        spec=stand_in or _spec(row[1]),
        revision=row[2],
        state=TaskState(row[3]),
        created_at=from_us(row[4]),
        state_reason=row[5],
        state_since=from_us(row[6]),
        next_slot=from_us(row[7]),
        due_at=from_us(row[8]),
        started_runs=row[9],
        failures_in_row=row[10],
        principal=row[11],
        owner_key=row[12],
    )


def insert(db: Connection, task: Task) -> None:
    """Store a new task with its first revision."""
    spec = task.spec
    db.execute(
        "INSERT INTO tasks (id, workspace_id, name, name_key, prompt, tags, handler, trigger_kind, trigger_zone, "
        "event_type, revision, state, state_reason, state_since, next_slot, due_at, started_runs, principal, "
        "owner_key, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            task.id,
            *_spec_columns(spec),
            task.revision,
            task.state.value,
            task.state_reason,
            to_us(task.state_since),
            to_us(task.next_slot),
            to_us(task.due_at),
            task.started_runs,
            task.principal,
            task.owner_key,
            to_us(task.created_at),
        ),
    )
    _insert_revision(db, task.id, task.revision, spec, task.created_at)


def _spec_columns(spec: TaskSpec) -> tuple[object, ...]:
    kind, zone, event = trigger_columns(spec)
    tags = json.dumps(list(spec.tags), ensure_ascii=False)
    return spec.workspace_id, spec.name, name_key(spec.name), spec.prompt, tags, spec.handler, kind, zone, event


def trigger_columns(spec: TaskSpec) -> tuple[str, str, str]:
    """(kind, zone, event type) of a spec's trigger."""
    match spec.trigger:
        case Once(zone=zone):
            return "once", zone, ""
        case Interval():
            return "interval", "", ""
        case Cron(zone=zone):
            return "cron", zone, ""
        case Event(type=kind):
            return "event", "", kind


def _insert_revision(db: Connection, task_id: str, revision: int, spec: TaskSpec, at: datetime) -> None:
    db.execute(
        "INSERT INTO task_revisions (task_id, revision, spec, created_at) VALUES (?, ?, ?, ?)",
        (task_id, revision, dump_spec(spec), to_us(at)),
    )


def find(db: Connection, task_id: str) -> Task | None:
    """The task, deleted ones included; None when there is none."""
    row = db.one(f"SELECT {COLUMNS} FROM {JOIN} WHERE t.id = ?", (task_id,))
    return None if row is None else from_row(row)


def exists(db: Connection, task_id: str) -> bool:
    """Whether there is such a task that was not deleted."""
    return db.one("SELECT 1 FROM tasks WHERE id = ? AND state != 'deleted'", (task_id,)) is not None


def label(db: Connection, task_id: str) -> tuple[str, str]:
    """The name and the workspace of a task whose spec may be unreadable. NotFound when there is none."""
    row = db.one("SELECT name, workspace_id FROM tasks WHERE id = ?", (task_id,))
    if row is None:
        raise NotFound("task", task_id)
    return row[0], row[1]


def get(db: Connection, task_id: str) -> Task:
    """The task; NotFound when there is none or it was deleted."""
    task = find(db, task_id)
    if task is None or task.state is TaskState.DELETED:
        raise NotFound("task", task_id)
    return task


def ids_by_name(db: Connection, name: str, workspace_id: str = "") -> list[str]:
    """Ids of the tasks with that name, in any letter case, in one workspace or all; of unreadable ones as well."""
    where, params = "name_key = ? AND state != 'deleted'", [name_key(name)]
    if workspace_id:
        where, params = where + " AND workspace_id = ?", [*params, workspace_id]
    return [row[0] for row in db.all(f"SELECT id FROM tasks WHERE {where}", tuple(params))]


def find_owned(db: Connection, principal: str, owner_key: str) -> Task | None:
    """The task that `principal` declared under that key."""
    row = db.one(f"SELECT {COLUMNS} FROM {JOIN} WHERE t.principal = ? AND t.owner_key = ?", (principal, owner_key))
    return None if row is None else from_row(row)


def spec_of(db: Connection, task_id: str, revision: int) -> TaskSpec:
    """The spec of one revision: what a run of that revision uses."""
    row = db.one("SELECT spec FROM task_revisions WHERE task_id = ? AND revision = ?", (task_id, revision))
    if row is None:
        raise NotFound("revision", f"{task_id}#{revision}")
    return _spec(row[0])


def save_spec(db: Connection, task: Task, spec: TaskSpec, *, expected: int, now: datetime) -> int:
    """Store an edit as a new revision and return its number; StaleRevision when somebody else saved first."""
    kind = _spec_columns(spec)
    cursor = db.execute(
        "UPDATE tasks SET workspace_id = ?, name = ?, name_key = ?, prompt = ?, tags = ?, handler = ?, "
        "trigger_kind = ?, trigger_zone = ?, event_type = ?, revision = revision + 1 "
        "WHERE id = ? AND revision = ? AND state != 'deleted'",
        (*kind, task.id, expected),
    )
    if not cursor.rowcount:
        raise StaleRevision("Task", task.spec.name)
    _insert_revision(db, task.id, expected + 1, spec, now)
    return expected + 1


def set_state(db: Connection, task_id: str, state: TaskState, *, reason: str, at: datetime) -> None:
    """Move a task to another state of its life."""
    db.execute(
        "UPDATE tasks SET state = ?, state_reason = ?, state_since = ? WHERE id = ?",
        (state.value, reason, to_us(at), task_id),
    )


def any_of_plugins(db: Connection) -> bool:
    """Whether any task, whatever became of it, is done by something else than a prompt."""
    return bool(db.value("SELECT EXISTS (SELECT 1 FROM tasks WHERE handler != ?)", (PROMPT_HANDLER,)))


def count_start(db: Connection, task_id: str) -> int:
    """Count a started scheduled run; returns how many there are now."""
    row = db.one("UPDATE tasks SET started_runs = started_runs + 1 WHERE id = ? RETURNING started_runs", (task_id,))
    return 0 if row is None else int(row[0])


def count_failure(db: Connection, task_id: str) -> int:
    """Count a failed run; returns how many failed in a row."""
    row = db.one(
        "UPDATE tasks SET failures_in_row = failures_in_row + 1 WHERE id = ? RETURNING failures_in_row", (task_id,)
    )
    return 0 if row is None else int(row[0])


def clear_failures(db: Connection, task_id: str) -> None:
    """A run succeeded, or a person took care."""
    db.execute("UPDATE tasks SET failures_in_row = 0 WHERE id = ? AND failures_in_row != 0", (task_id,))


def remove_forgotten(db: Connection, before: datetime) -> int:
    """Nothing is ever removed with history: drops tombstones without any run, older than `before`."""
    cursor = db.execute(
        "DELETE FROM tasks WHERE state = 'deleted' AND state_since < ? "
        "AND NOT EXISTS (SELECT 1 FROM runs WHERE runs.task_id = tasks.id)",
        (to_us(before),),
    )
    return int(cursor.rowcount)
