"""Events that start tasks: debounced, rate-limited, chained; and the real file watcher."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from kata_desktop.domain.handler import HandlerSpec, Result, RunContext
from kata_desktop.domain.notification import OutboxItem
from kata_desktop.domain.run import Reason, Run, Source
from kata_desktop.domain.task import ActiveHours, OutsideHours, Overlap, RetryPolicy, TaskState
from kata_desktop.domain.trigger import Event, EventType
from kata_desktop.domain.workspace import Workspace
from kata_desktop.runtime.watching.inotify import Inotify, Notice
from kata_desktop.runtime.watching.kernel_watch import KernelWatch
from kata_desktop.scheduler.files import FileWatcher
from kata_desktop.store import outbox, workspaces
from kata_desktop.store.connection import Connection
from kata_desktop.store.errors import StoreTrouble
from tests.support.eventually import eventually
from tests.support.sim.computer import SimComputer
from tests.support.sim.disk import SimDatabase
from tests.support.sim.tasks import add, at, brief, daily, history, task

T = TypeVar("T")


async def test_app_started(computer: SimComputer) -> None:
    await add(computer, Event(type=EventType.APP_STARTED))
    await computer.run(10)
    assert history(computer) == []
    await computer.quit()
    await computer.boot()
    await computer.run(10)
    [run] = history(computer)
    assert (run.source, run.reason) == (Source.EVENT, Reason.COMPLETED)
    assert run.started_at == at(8) + timedelta(seconds=12)


async def test_computer_woke(computer: SimComputer) -> None:
    await add(computer, Event(type=EventType.COMPUTER_WOKE))
    await computer.sleep(hours=1)
    await computer.run(10)
    assert [run.reason for run in history(computer)] == [Reason.COMPLETED]


async def test_events_are_debounced(computer: SimComputer) -> None:
    """One run after the quiet time."""
    await add(computer, Event(type="plugin.ping", debounce=timedelta(seconds=5)))
    for _ in range(4):
        await computer.scheduling.emit("plugin.ping")
        await computer.run(2)
    await computer.run(10)
    [run] = history(computer)
    assert run.started_at == at(8) + timedelta(seconds=11)


async def test_events_that_never_cease_start_a_run_all_the_same(computer: SimComputer) -> None:
    await add(computer, Event(type="plugin.ping", debounce=timedelta(seconds=5)))
    for _ in range(60):
        await computer.scheduling.emit("plugin.ping")
        await computer.run(1)
    assert history(computer)[0].started_at == at(8) + timedelta(seconds=50)


async def test_events_are_rate_limited(computer: SimComputer) -> None:
    """More starts than allowed in an hour are one row with a count."""
    await add(computer, Event(type="plugin.ping", debounce=timedelta(0), max_per_hour=3))
    for _ in range(10):
        await computer.scheduling.emit("plugin.ping")
        await computer.run(minutes=1)
    rows = history(computer)
    assert [run.reason for run in rows] == [Reason.COMPLETED] * 3 + [Reason.SKIPPED_BUDGET]
    assert rows[-1].count == 7
    await computer.run(hours=1)
    await computer.scheduling.emit("plugin.ping")
    await computer.run(5)
    assert history(computer)[-1].reason is Reason.COMPLETED


async def test_chaining(computer: SimComputer) -> None:
    """A task starts when another one has finished; by status if so asked."""
    await add(computer, daily(9), ident="first")
    await add(computer, Event(type=EventType.TASK_FINISHED, source="first"), ident="any")
    await add(computer, Event(type=EventType.TASK_FINISHED, source="first", filter="failed"), ident="failed")
    await add(computer, Event(type=EventType.TASK_FINISHED, source="any"), ident="third")
    await computer.run(hours=1, minutes=1)
    assert [(run.source, run.reason) for run in history(computer, "any")] == [(Source.DEPENDENCY, Reason.COMPLETED)]
    assert history(computer, "failed") == []
    assert len(history(computer, "third")) == 1


async def test_a_task_does_not_start_itself_by_finishing(computer: SimComputer) -> None:
    """One that follows whatever ends follows everything but itself."""
    await add(computer, Event(type=EventType.TASK_FINISHED, filter="any", debounce=timedelta(0)), ident="after all")
    await add(computer, daily(9))
    await computer.run(hours=2)
    assert brief(history(computer, "after all")) == [("09:00", "dependency", "completed", 1)]


async def test_chaining_on_failure_and_interruption(computer: SimComputer) -> None:
    async def script(ctx: RunContext) -> Result:
        if ctx.task_id == "first":
            await computer.clock.sleep(30)
            raise ValueError("no")
        return Result()

    computer.work[0].script = script
    await add(computer, daily(9), ident="first", retry=RetryPolicy(retries=0))
    await add(computer, Event(type=EventType.TASK_FINISHED, source="first", filter="failed"), ident="after")
    await computer.run(hours=1, minutes=1)
    assert len(history(computer, "after")) == 1
    await computer.run(hours=23, minutes=59, seconds=10)
    await computer.kill()
    await computer.boot()
    await computer.run(minutes=1)
    assert len(history(computer, "after")) == 2


async def test_a_circle_of_tasks_is_rate_limited(computer: SimComputer) -> None:
    for one, other in (("a", "b"), ("b", "a")):
        trigger = Event(type=EventType.TASK_FINISHED, source=other, debounce=timedelta(0), max_per_hour=5)
        await add(computer, trigger, ident=one)
    await computer.scheduling.run_now("a")
    await computer.run(minutes=30)
    assert sum(run.reason is Reason.COMPLETED for run in history(computer, "a") + history(computer, "b")) <= 12


async def test_events_outside_active_hours_wait_for_the_window_and_stay_there(computer: SimComputer) -> None:
    hours = ActiveHours(start=time(12), end=time(14))
    await add(computer, Event(type="plugin.ping"), active_hours=hours)  # Berlin: 11:00 UTC
    for _ in range(3):
        await computer.scheduling.emit("plugin.ping")
        await computer.run(minutes=1)
    await computer.run(hours=3)
    [run] = history(computer)
    assert run.started_at == at(11)


async def test_events_outside_active_hours_are_skipped(computer: SimComputer) -> None:
    hours = ActiveHours(start=time(12), end=time(14), outside=OutsideHours.SKIP)
    await add(computer, Event(type="plugin.ping"), active_hours=hours)
    await computer.scheduling.emit("plugin.ping")
    await computer.run(minutes=1)
    assert brief(history(computer))[0][2] == "skipped: outside active hours"


async def test_events_while_paused_and_while_running(computer: SimComputer) -> None:
    computer.work[0].seconds = 60
    await add(computer, Event(type="plugin.ping"))
    await computer.scheduling.pause("task")
    await computer.scheduling.emit("plugin.ping")
    await computer.run(10)
    await computer.scheduling.resume("task")
    await computer.scheduling.emit("plugin.ping")
    await computer.run(10)
    await computer.scheduling.emit("plugin.ping")
    await computer.run(minutes=2)
    assert [run.reason for run in history(computer)] == [
        Reason.SKIPPED_PAUSED,
        Reason.COMPLETED,
        Reason.SKIPPED_RUNNING,
    ]


async def test_events_end_with_the_tasks_ends(computer: SimComputer) -> None:
    await add(computer, Event(type="plugin.ping"), ident="dated", until=at(9))
    await add(computer, Event(type="plugin.ping"), ident="counted", max_runs=2)
    for _ in range(4):
        await computer.scheduling.emit("plugin.ping")
        await computer.run(minutes=25)
    assert len(history(computer, "dated")) == 3
    assert task(computer, "dated").state is TaskState.FINISHED
    assert len(history(computer, "counted")) == 2
    assert task(computer, "counted").state is TaskState.FINISHED


async def test_events_restart(computer: SimComputer) -> None:
    computer.work[0].seconds = 60
    await add(computer, Event(type="plugin.ping"), overlap=Overlap.RESTART)
    await computer.scheduling.emit("plugin.ping")
    await computer.run(10)
    await computer.scheduling.emit("plugin.ping")
    await computer.run(minutes=2)
    assert [run.reason for run in history(computer)] == [Reason.SUPERSEDED, Reason.COMPLETED]


@asynccontextmanager
async def watching(
    computer: SimComputer,
    began: datetime | None = None,
    kernel: Callable[[], Inotify] = Inotify,
    database: SimDatabase | None = None,
) -> AsyncIterator[FileWatcher]:
    """The real watcher of a simulated computer, which watches real folders in real time."""
    process = computer.process
    watcher = FileWatcher(
        database=database or process.database,
        scheduling=process.scheduling,
        bus=process.bus,
        spawner=process.spawner,
        clock=computer.clock,
        began=began,
        make_watch=lambda tell: KernelWatch(tell, quiet=0.1, kernel=kernel()),
    )
    watcher.start()
    try:
        yield watcher
    finally:
        await watcher.stop()


async def add_notes(computer: SimComputer, folder: Path, trigger: Event) -> None:
    await asyncio.to_thread(folder.mkdir)
    computer.write(
        lambda db: workspaces.insert(db, Workspace(id="notes", name="Notes", folder=str(folder), created_at=at(8)))
    )
    await add(computer, trigger, workspace_id="notes")


def touch(file: Path, text: str = "x") -> None:
    file.write_text(text, encoding="utf-8")


async def test_file_changed(computer: SimComputer, tmp_path: Path) -> None:
    """With the real watcher on a real folder: the glob narrows it, only the task's own workspace matters."""
    folder = tmp_path / "notes"
    trigger = Event(type=EventType.FILE_CHANGED, filter="*.md", debounce=timedelta(0))
    await add_notes(computer, folder, trigger)
    await add(computer, trigger, ident="elsewhere")
    async with watching(computer):
        touch(folder / "skip.txt")
        touch(folder / "a.md")  # at once: nothing may have to be written twice to be noticed
        await eventually("a run", lambda: history(computer))
    await computer.run(5)
    assert [run.reason for run in history(computer)] == [Reason.COMPLETED]
    assert history(computer, "elsewhere") == []


async def test_file_changed_while_the_app_started(computer: SimComputer, tmp_path: Path) -> None:
    """What is written between the app's start and the moment at which its folder is watched is not missed."""
    folder = tmp_path / "notes"
    trigger = Event(type=EventType.FILE_CHANGED, debounce=timedelta(0))
    await add_notes(computer, folder, trigger)
    touch(folder / "before.md")
    await asyncio.sleep(0.1)  # the dates of files are coarse
    began = datetime.now(UTC)  # noqa: TID251 - the clock that files are stamped with
    touch(folder / "early.md")
    async with watching(computer, began):
        await eventually("a run", lambda: history(computer))
    assert "early.md" in history(computer)[0].arguments
    assert "before.md" not in history(computer)[0].arguments


async def test_file_changed_while_the_disk_is_full(computer: SimComputer, tmp_path: Path) -> None:
    """The change is told as soon as it can be stored, and the watch goes on."""
    folder = tmp_path / "notes"
    await add_notes(computer, folder, Event(type=EventType.FILE_CHANGED, debounce=timedelta(0)))
    async with watching(computer):
        computer.process.database.full = True
        touch(folder / "first.md")
        await eventually("a refusal", lambda: computer.process.database.refused)
        computer.process.database.full = False
        await computer.run(minutes=1)
        await eventually("a run", lambda: history(computer))
        await computer.run(5)
        touch(folder / "second.md")
        await eventually("another run", lambda: "second.md" in history(computer)[-1].arguments)


async def test_any_async_handler_may_be_scheduled(computer: SimComputer) -> None:
    """The engine knows nothing of prompts."""
    seen: list[str] = []

    async def beat(ctx: RunContext) -> Result:
        seen.append(f"{ctx.task_id} {ctx.slot:%H:%M} {ctx.spec.arguments} {ctx.attempt}")
        return Result()

    computer.scheduling.register(HandlerSpec(name="beat", run=beat, limited=False))
    await add(computer, daily(9), handler="beat", arguments='{"to": 1}', targets=())
    await computer.run(hours=1, minutes=1)
    assert seen == ['task 09:00 {"to": 1} 1']


class FewWatches(Inotify):
    """A kernel that lets its programs watch one folder, as one whose limit others have used up."""

    def __init__(self) -> None:
        super().__init__()
        self.left = 1

    def add(self, folder: str) -> int:
        """Watch a folder. Raises `OSError` beyond the limit."""
        if not self.left:
            raise OSError(errno.ENOSPC, "No space left on device", folder)
        self.left -= 1
        return super().add(folder)


def no_more_queues() -> Inotify:
    raise OSError(errno.EMFILE, "Too many open files")


def warnings(computer: SimComputer) -> list[OutboxItem]:
    return computer.read(lambda db: [each for each in outbox.listed(db) if "noticed" in each.title])


async def test_a_person_is_told_when_not_every_folder_can_be_watched(computer: SimComputer, tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    await add_notes(computer, folder, Event(type=EventType.FILE_CHANGED, debounce=timedelta(0)))
    await asyncio.to_thread((folder / "deep").mkdir)
    async with watching(computer, kernel=FewWatches):
        await eventually("the warning", lambda: warnings(computer))
        touch(folder / "beside.md")
        await eventually("a run for a file beside it", lambda: history(computer))
    [warning] = warnings(computer)
    assert "max_user_watches" in warning.body
    assert str(folder / "deep") in warning.body


def touched(file: Path, computer: SimComputer) -> list[Run]:
    touch(file)
    return history(computer)


async def test_watching_is_tried_again_when_the_system_refuses_it(computer: SimComputer, tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    tries = iter([no_more_queues, Inotify])

    def a_queue() -> Inotify:
        return next(tries)()

    await add_notes(computer, folder, Event(type=EventType.FILE_CHANGED, debounce=timedelta(0)))
    async with watching(computer, kernel=a_queue):
        await eventually("the warning", lambda: warnings(computer))
        touch(folder / "meanwhile.md")
        await asyncio.sleep(0.1)  # the dates of files are coarse
        await computer.run(minutes=2)
        await eventually("a run for what changed meanwhile", lambda: history(computer))
        await computer.run(5)
        await eventually("another run", lambda: "late.md" in touched(folder / "late.md", computer)[-1].arguments)
    assert len(warnings(computer)) == 1


class Faltering(Inotify):
    """A kernel whose queue cannot be read once there is something in it."""

    def read(self) -> list[Notice]:
        """Some of what waits. Raises `OSError` for what is not empty."""
        if notices := super().read():
            raise OSError(errno.EIO, "Input/output error", str(notices))
        return notices


async def test_watching_that_failed_begins_anew(computer: SimComputer, tmp_path: Path) -> None:
    """Also when a task is changed in between."""
    folder = tmp_path / "notes"
    kernels = iter([Faltering, Inotify])

    def a_queue() -> Inotify:
        return next(kernels)()

    await add_notes(computer, folder, Event(type=EventType.FILE_CHANGED, debounce=timedelta(0)))
    async with watching(computer, kernel=a_queue):
        await eventually("the warning", lambda: touched(folder / "first.md", computer) or warnings(computer))
        assert history(computer) == []
        await computer.run(minutes=2)
        await eventually("a run", lambda: touched(folder / "late.md", computer))
    assert len(warnings(computer)) == 1


async def test_a_warning_that_could_not_be_stored_is_told_later(computer: SimComputer, tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    await add_notes(computer, folder, Event(type=EventType.FILE_CHANGED, debounce=timedelta(0)))
    await asyncio.to_thread((folder / "deep").mkdir)
    computer.process.database.full = True
    async with watching(computer, kernel=FewWatches):
        await eventually("a refusal", lambda: computer.process.database.refused)
        assert warnings(computer) == []
        computer.process.database.full = False
        await eventually("the warning", lambda: touched(folder / "beside.md", computer) and warnings(computer))
    assert len(warnings(computer)) == 1


class UnreadableOnce(SimDatabase):
    """A store that another program keeps to itself at the first reading."""

    async def read(self, work: Callable[[Connection], T]) -> T:
        """As `Database.read`."""
        self.refused += 1
        if self.refused == 1:
            raise StoreTrouble("another program uses it")
        return await super().read(work)


async def test_what_changed_while_the_store_could_not_be_read_is_told(computer: SimComputer, tmp_path: Path) -> None:
    """Between the wish to watch and the reading that says which folders."""
    folder = tmp_path / "notes"
    await add_notes(computer, folder, Event(type=EventType.FILE_CHANGED, debounce=timedelta(0)))
    database = UnreadableOnce(computer.process.database.connection)
    async with watching(computer, database=database):
        await eventually("a refusal", lambda: database.refused)
        touch(folder / "meanwhile.md")
        await asyncio.sleep(0.1)  # the dates of files are coarse
        await computer.run(minutes=2)
        await eventually("a run", lambda: history(computer))


@pytest.mark.parametrize("turns", range(0, 12, 2))
async def test_a_stop_in_the_middle_of_the_beginning_leaves_nothing_behind(
    computer: SimComputer, tmp_path: Path, caplog: pytest.LogCaptureFixture, turns: int
) -> None:
    folder = tmp_path / "notes"
    await add_notes(computer, folder, Event(type=EventType.FILE_CHANGED, debounce=timedelta(0)))
    queues: list[Inotify] = []

    def a_queue() -> Inotify:
        queues.append(Inotify())
        return queues[-1]

    async with watching(computer, kernel=a_queue):
        for _ in range(turns):
            await asyncio.sleep(0)
    await asyncio.sleep(0.1)  # what was begun before would go on now
    await eventually("the end of every queue", lambda: all(queue.fd < 0 for queue in queues))
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []
