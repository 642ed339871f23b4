"""Data folders with tasks in them, and the engine on such a folder."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.bootstrap.running import services_open
from kata_desktop.desktop.paths import Paths, locate
from kata_desktop.domain.handler import Handler, HandlerSpec, Result, RunContext
from kata_desktop.domain.task import Task, TaskSpec, TaskState
from kata_desktop.domain.trigger import Event, EventType, Interval
from kata_desktop.domain.workspace import Workspace
from kata_desktop.runtime.clock import SystemClock
from kata_desktop.runtime.garbage import spare_what_exists
from kata_desktop.store import tasks, workspaces
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database

HANDLER = "no-op"
EVERY = timedelta(days=1)
PER_WORKSPACE = 100
"""Tasks in one workspace: below its quota of runs an hour, which is looked at as in real life."""


def places(folder: Path) -> Paths:
    """The paths of a data folder inside `folder`."""
    return locate(folder / "data", {})


def seed(paths: Paths, due: Iterable[datetime], *, handler: str = HANDLER) -> None:
    """Put in a task for each instant; it comes due then and daily from then on."""
    paths.prepare()
    database = Database.open(paths.store)
    now = SystemClock().now()

    def work(db: Connection) -> None:
        for number, at in enumerate(due):
            if number % PER_WORKSPACE == 0:
                name = f"Bench {number // PER_WORKSPACE}"
                workspaces.insert(
                    db, Workspace(id=_workspace(number), name=name, folder=str(paths.data_dir), created_at=now)
                )
            tasks.insert(db, _task(number, at, handler, now))

    try:
        database.write_now(work)
    finally:
        database.close()


def seed_listeners(paths: Paths, folders: Iterable[Path]) -> None:
    """Put in a task for each folder that waits for files to change there."""
    database = Database.open(paths.store)
    now = SystemClock().now()

    def work(db: Connection) -> None:
        for number, folder in enumerate(folders):
            ident = f"listening_{number}"
            folder.mkdir(parents=True)
            workspaces.insert(db, Workspace(id=ident, name=f"Listening {number}", folder=str(folder), created_at=now))
            listening = _task(number, now, HANDLER, now)
            spec = replace(listening.spec, trigger=Event(type=EventType.FILE_CHANGED), workspace_id=ident)
            tasks.insert(db, replace(listening, id=ident, spec=spec, next_slot=None, due_at=None))

    try:
        database.write_now(work)
    finally:
        database.close()


def _workspace(number: int) -> str:
    return f"ws_{number // PER_WORKSPACE}"


def _task(number: int, at: datetime, handler: str, now: datetime) -> Task:
    spec = TaskSpec(
        name=f"Task {number}",
        prompt="Say what is new.",
        trigger=Interval(every=EVERY, anchor=at - EVERY),
        workspace_id=_workspace(number),
        handler=handler,
        targets=(),
    )
    return Task(
        id=f"task_{number}",
        spec=spec,
        revision=1,
        state=TaskState.ACTIVE,
        created_at=now,
        next_slot=at,
        due_at=at,
    )


def far(count: int) -> list[datetime]:
    """Instants that no measurement lives to see, one minute apart."""
    start = SystemClock().now() + timedelta(hours=6)
    return [start + timedelta(minutes=number) for number in range(count)]


async def no_op(_: RunContext) -> Result:
    """A handler that has nothing to do."""
    return Result(output="Done.")


@asynccontextmanager
async def engine_on(
    paths: Paths, handler: Handler = no_op, *, built: Callable[[Kata], None] | None = None
) -> AsyncIterator[Kata]:
    """The program without a window; its one handler takes no place in the concurrency limit.

    `built` is called before the engine starts, so that nothing has come due yet.
    """
    async with services_open(paths, role="headless") as kata:
        kata.scheduling.register(HandlerSpec(name=HANDLER, run=handler, limited=False))
        if built is not None:
            built(kata)
        await kata.engine.start()
        spare_what_exists()  # as every start does
        try:
            yield kata
        finally:
            await kata.engine.stop()
