"""Tasks on a simulated computer, and what their history says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from kata_desktop.domain.notification import NotificationKind, OutboxItem
from kata_desktop.domain.run import Run
from kata_desktop.domain.task import Task, TaskSpec, TaskState
from kata_desktop.domain.trigger import Cron, Interval, Trigger
from kata_desktop.scheduler.engine.arming import armed
from kata_desktop.scheduler.engine.world import Told, World
from kata_desktop.store import outbox, runs, tasks
from kata_desktop.store.connection import Connection
from tests.support.sim.computer import SimComputer

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def hourly(minute: int = 0, *, zone: str = "UTC") -> Cron:
    """Every hour, following real time."""
    return Cron(expressions=(f"{minute} * * * *",), zone=zone)


def daily(hour: int = 9, minute: int = 0, *, zone: str = "UTC") -> Cron:
    """Every day at a fixed time."""
    return Cron(expressions=(f"{minute} {hour} * * *",), zone=zone)


def every(computer: SimComputer, span: timedelta) -> Interval:
    """From now on."""
    return Interval(every=span, anchor=computer.clock.now())


async def add(computer: SimComputer, trigger: Trigger, *, ident: str = "task", **changes: object) -> Task:
    """A task, stored and armed; changes may name fields of its spec or of the task."""
    fields = {key: value for key, value in changes.items() if key in TaskSpec.__slots__}
    own = {key: value for key, value in changes.items() if key not in fields}
    spec = replace(
        TaskSpec(name=ident, prompt=f"Do {ident}", trigger=trigger, workspace_id="home"),
        **fields,  # type: ignore[arg-type]
    )

    def work(db: Connection, world: World, told: Told) -> Task:
        task = replace(
            Task(id=ident, spec=spec, revision=1, state=TaskState.ACTIVE, created_at=world.now),
            **own,  # type: ignore[arg-type]
        )
        task = armed(task, world)
        tasks.insert(db, task)
        told.task(task)
        return task

    task = await computer.engine.transact(work)
    await computer.settle()
    return task


def task(computer: SimComputer, ident: str = "task") -> Task:
    """As it is now."""
    found = computer.read(lambda db: tasks.find(db, ident))
    assert found is not None
    return found


def history(computer: SimComputer, ident: str = "task") -> list[Run]:
    """Every row of a task, by slot."""

    def work(db: Connection) -> list[Run]:
        rows = db.all(f"SELECT {runs.COLUMNS} FROM runs r WHERE r.task_id = ? ORDER BY r.slot", (ident,))
        return [runs.from_row(row) for row in rows]

    return computer.read(work)


def brief(rows: Sequence[Run]) -> list[tuple[str, str, str, int]]:
    """(slot as HH:MM, source, reason or state, count) of rows."""
    return [(f"{run.slot:%H:%M}", run.source.value, (run.reason or run.state).value, run.count) for run in rows]


def messages(computer: SimComputer, kind: NotificationKind | None = None) -> list[OutboxItem]:
    """What people are to be told, oldest first."""
    found = computer.read(lambda db: outbox.listed(db, limit=10_000))
    return [item for item in reversed(found) if kind is None or item.kind is kind]


def at(hour: int, minute: int = 0, *, day: int = 2, month: int = 3) -> datetime:
    """An instant of the simulated March of 2026."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)
