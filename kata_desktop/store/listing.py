"""What pages and list verbs show: SQL searches, filters, sorts and counts; Python only shapes the rows that are seen.

Runs in lists carry the first `OUTPUT_SHOWN` characters of their output; `runs.get` has all of it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass

from kata_desktop.domain.listing import RunCounts, RunFilter, RunQuery, TaskCounts, TaskFilter, TaskQuery, TaskSort
from kata_desktop.domain.run import Run, RunState
from kata_desktop.domain.task import Task
from kata_desktop.store import runs, stand_ins, tasks
from kata_desktop.store.connection import Connection
from kata_desktop.store.searching import Where
from kata_desktop.store.times import to_us

OUTPUT_SHOWN = 4000

_RUN_COLUMNS = runs.COLUMNS.replace("r.output,", f"substr(r.output, 1, {OUTPUT_SHOWN}),")

_OUTCOME = (
    "(SELECT {what} FROM runs r WHERE r.task_id = t.id AND r.state = 'done' AND r.test = 0 "
    "AND r.status NOT IN ('skipped', 'missed') ORDER BY r.slot DESC LIMIT 1)"
)
"""Something about the newest run of a task that really ran; what was skipped since does not hide a failure."""

_BAD = "r.status IN ('failed', 'timed-out', 'interrupted', 'needs-review') OR r.delivery IN ('failed', 'unknown')"

_ATTENTION = (
    f"((t.state = 'paused' AND t.state_reason != '' AND t.failures_in_row > 0) OR {_OUTCOME.format(what=_BAD)} "
    "OR EXISTS (SELECT 1 FROM runs r WHERE r.task_id = t.id AND r.state != 'done' AND r.state = 'parked'))"
)

_TASK_FILTERS = {
    TaskFilter.ALL: "t.state != 'deleted'",
    TaskFilter.ACTIVE: "t.state = 'active'",
    TaskFilter.PAUSED: "t.state = 'paused'",
    TaskFilter.FINISHED: "t.state = 'finished'",
    TaskFilter.ATTENTION: f"t.state != 'deleted' AND {_ATTENTION}",
}

_TASK_ORDERS = {
    TaskSort.NEXT_RUN: "t.state != 'active', t.due_at IS NULL, t.due_at, t.name_key, t.id",
    TaskSort.NAME: "t.name_key, t.id",
    TaskSort.LAST_RUN: (
        "(SELECT max(r.slot) FROM runs r WHERE r.task_id = t.id AND r.test = 0) DESC NULLS LAST, t.name_key, t.id"
    ),
    TaskSort.CREATED: "t.created_at DESC, t.id DESC",
}

RUN_FILTERS = {
    RunFilter.ALL: "1",
    RunFilter.SUCCEEDED: "r.status = 'succeeded' AND r.delivery NOT IN ('failed', 'unknown')",
    RunFilter.FAILED: f"({_BAD})",
    RunFilter.WAITING: "r.status IN ('waiting', 'parked')",
    RunFilter.SKIPPED: "r.status IN ('skipped', 'missed')",
    RunFilter.RUNNING: "r.status IN ('queued', 'running')",
}
"""Which rows each chip shows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskData:
    """A task with its runs, as the store knows them: what a `TaskRow` is made of."""

    task: Task
    last_run: Run | None = None
    """The newest run that is not a test."""
    active_run: Run | None = None
    """The run that is going on: running before parked before queued."""
    history: tuple[str, ...] = ()
    """Statuses of the last ten ended runs that were no tests, oldest first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outlook:
    """An active task and how it went last, for a time line of what is to come."""

    task: Task
    last_status: str
    """Status of the newest run that really ran; empty when there is none."""
    last_error_kind: str


def task_rows(db: Connection, query: TaskQuery) -> list[TaskData]:
    """The tasks that a query asks for, in its order, each with its runs; three statements, however many there are."""
    where = _task_where(query)
    rows = db.all(
        f"SELECT {tasks.COLUMNS} FROM {tasks.JOIN} WHERE {where.sql} ORDER BY {_TASK_ORDERS[query.sort]} "
        "LIMIT ? OFFSET ?",
        (*where.params, query.limit, query.offset),
    )
    return _with_runs(db, [stand_ins.shown(db, row) for row in rows])


def task_row(db: Connection, task_id: str) -> TaskData:
    """One task with its runs; NotFound when there is none or it was deleted."""
    return _with_runs(db, [stand_ins.get(db, task_id)])[0]


def task_counts(db: Connection, workspace_id: str = "") -> TaskCounts:
    """How many tasks each filter shows, in one workspace or all."""
    where = Where()
    where.add("t.state != 'deleted'")
    if workspace_id:
        where.add("t.workspace_id = ?", workspace_id)
    rows = db.all(
        f"SELECT t.state, count(*), sum(coalesce({_ATTENTION}, 0)) FROM tasks t WHERE {where.sql} GROUP BY t.state",
        where.params,
    )
    by_state = {state: count for state, count, _ in rows}
    return TaskCounts(
        all=sum(by_state.values()),
        active=by_state.get("active", 0),
        attention=sum(attention for _, _, attention in rows),
        paused=by_state.get("paused", 0),
        finished=by_state.get("finished", 0),
    )


def run_rows(db: Connection, query: RunQuery) -> list[Run]:
    """The runs that a query asks for, newest first."""
    where = run_where(query)
    # The page is found inside an index; only its rows are then read.
    rows = db.all(
        f"SELECT {_RUN_COLUMNS} FROM runs r JOIN (SELECT r.rowid AS page FROM runs r WHERE {where.sql} "
        f"AND {RUN_FILTERS[query.filter]} ORDER BY {_run_order(query)} LIMIT ? OFFSET ?) ON r.rowid = page "
        "ORDER BY r.slot DESC, r.status DESC, r.delivery DESC, r.rowid DESC",
        (*where.params, query.limit, query.offset),
    )
    return [runs.from_row(row) for row in rows]


def run_count(db: Connection, query: RunQuery) -> int:
    """How many runs a query would show without its limit."""
    where = run_where(query)
    return int(db.value(f"SELECT count(*) FROM runs r WHERE {where.sql} AND {RUN_FILTERS[query.filter]}", where.params))


def run_counts(db: Connection, query: RunQuery) -> RunCounts:
    """How many runs each filter would show; the query's own filter does not matter."""
    where = run_where(query)
    sums = ", ".join(f"coalesce(sum({RUN_FILTERS[kind]}), 0)" for kind in RunFilter)
    row = db.one(f"SELECT {sums} FROM runs r WHERE {where.sql}", where.params) or ()
    return RunCounts(**{kind.value: count for kind, count in zip(RunFilter, row, strict=True)})


def outlooks(db: Connection, workspace_id: str = "") -> list[Outlook]:
    """Active tasks with a next occurrence, the next first, each with how it went last; what cannot be read has none."""
    where = Where()
    where.add("t.state = 'active' AND t.due_at IS NOT NULL")
    if workspace_id:
        where.add("t.workspace_id = ?", workspace_id)
    rows = db.all(
        f"SELECT {tasks.COLUMNS}, {_OUTCOME.format(what='r.status')}, {_OUTCOME.format(what='r.error_kind')} "
        f"FROM {tasks.JOIN} WHERE {where.sql} ORDER BY t.due_at, t.id",
        where.params,
    )
    found = [(stand_ins.shown(db, row[:-2]), row[-2] or "", row[-1] or "") for row in rows]
    return [
        Outlook(task=task, last_status=status, last_error_kind=kind)
        for task, status, kind in found
        if not task.unreadable
    ]


def _task_where(query: TaskQuery) -> Where:
    where = Where()
    where.add(_TASK_FILTERS[query.filter])
    if query.workspace_id:
        where.add("t.workspace_id = ?", query.workspace_id)
    if query.tag:
        where.add("EXISTS (SELECT 1 FROM json_each(t.tags) WHERE folded(value) = folded(?))", query.tag)
    where.words(query.search, "t.name", "t.prompt", "t.tags")
    return where


def run_where(query: RunQuery) -> Where:
    """The conditions of a query but for its filter."""
    where = Where()
    if query.workspace_id:
        where.add("r.workspace_id = ?", query.workspace_id)
    if query.task_id:
        where.add("r.task_id = ?", query.task_id)
    if query.status:
        where.add("r.status = ?", query.status)
    if query.since is not None:
        where.add("r.slot >= ?", to_us(query.since))
    where.words(query.search, "r.task_name", "r.detail", "r.output")
    return where


def _run_order(query: RunQuery) -> str:
    # A task's slots differ; elsewhere the rest of the index breaks ties, so that pages never overlap.
    return "r.slot DESC" if query.task_id else "r.slot DESC, r.status DESC, r.delivery DESC, r.rowid DESC"


def _with_runs(db: Connection, found: list[Task]) -> list[TaskData]:
    ids = json.dumps([task.id for task in found])
    histories = _histories(db, ids)
    last: dict[str, Run] = {}
    active: dict[str, Run] = {}
    for run in _current_runs(db, ids):
        if run.state is not RunState.DONE and _urgency(run) > _urgency(active.get(run.task_id)):
            active[run.task_id] = run
        if not run.test and (run.task_id not in last or run.slot > last[run.task_id].slot):
            last[run.task_id] = run
    return [
        TaskData(
            task=task,
            last_run=last.get(task.id),
            active_run=active.get(task.id),
            history=tuple(reversed(histories[task.id])),
        )
        for task in found
    ]


def _urgency(run: Run | None) -> int:
    order = (RunState.QUEUED, RunState.PARKED, RunState.RUNNING)
    return -1 if run is None else order.index(run.state)


def _histories(db: Connection, ids: str) -> dict[str, list[str]]:
    rows = db.all(
        "SELECT r.task_id, r.status FROM json_each(?) t JOIN runs r ON r.rowid IN (SELECT h.rowid FROM runs h "
        "WHERE h.task_id = t.value AND h.state = 'done' AND h.test = 0 ORDER BY h.slot DESC LIMIT 10) "
        "ORDER BY r.task_id, r.slot DESC",
        (ids,),
    )
    histories: dict[str, list[str]] = defaultdict(list)
    for task_id, status in rows:
        histories[task_id].append(status)
    return histories


def _current_runs(db: Connection, ids: str) -> list[Run]:
    """The newest run of each task and all that have not ended."""
    rows = db.all(
        f"SELECT {_RUN_COLUMNS} FROM json_each(?) t JOIN runs r ON r.rowid IN ("
        "SELECT * FROM (SELECT n.rowid FROM runs n WHERE n.task_id = t.value AND n.test = 0 "
        "ORDER BY n.slot DESC LIMIT 1) "
        "UNION SELECT o.rowid FROM runs o WHERE o.task_id = t.value AND o.state != 'done') ORDER BY r.slot",
        (ids,),
    )
    return [runs.from_row(row) for row in rows]
