"""The activity page over 100,000 runs beside the same page over 1,000: first paint, scrolling, memory.

``python -m benchmarks.history_page [--rounds N]``

First paint: from a new page being shown to its first rows on the screen, everything that is kept chosen. Scrolling:
the list is moved a page at a time through the whole history; each step is painted at once and again when its rows
have been read. Memory: what the process holds more with the page open and scrolled through.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from benchmarks.figures import Figure, absolute, at_most, options, ratio, run
from kata_desktop.bootstrap.kata import Kata
from kata_desktop.bootstrap.running import services_open
from kata_desktop.desktop.paths import Paths
from kata_desktop.domain.ids import new_id
from kata_desktop.domain.task import Task, TaskSpec, TaskState
from kata_desktop.domain.trigger import Cron
from kata_desktop.domain.workspace import Workspace
from kata_desktop.runtime.clock import SystemClock
from kata_desktop.store import tasks, workspaces
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database
from kata_desktop.store.times import to_us
from kata_desktop.ui.bridge import Bridge
from kata_desktop.ui.pages.activity.page import ActivityPage
from kata_desktop.ui.pages.activity.run_table import RunRole
from kata_desktop.ui.theme.theme import Theme, ThemeMode

FEW, MANY = 1_000, 100_000
STEPS = 300
CLOCK = SystemClock()
_STATUSES = (("completed", "succeeded"), ("failed", "failed"), ("missed", "missed"))


@dataclass(kw_only=True, slots=True)
class Seen:
    """What one size showed; milliseconds and MiB."""

    first_paint: list[float] = field(default_factory=list)
    steps: list[float] = field(default_factory=list)
    longest: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)


def fill(db: Connection, workspace_id: str, total: int) -> None:
    """Put in runs of one task, the newest now, one every four minutes."""
    now = CLOCK.now()
    spec = TaskSpec(name="Inbox triage", prompt="Sort it.", trigger=Cron(expressions=("0 9 * * *",)),
                    workspace_id=workspace_id)  # fmt: skip
    task = Task(id=new_id("task"), spec=spec, revision=1, state=TaskState.PAUSED, created_at=now)
    tasks.insert(db, task)
    for number in range(total):
        slot = to_us(now - timedelta(minutes=4 * number))
        reason, status = _STATUSES[number % 17 // 15 + (number % 31 == 0)]
        db.execute(
            "INSERT INTO runs (id, task_id, task_name, workspace_id, revision, slot, source, state, reason, status, "
            "detail, attempt, available_at, created_at, started_at, finished_at, working_us, input_tokens, cost, "
            "output) VALUES (?, ?, ?, ?, 1, ?, 'schedule', 'done', ?, ?, '', 1, ?, ?, ?, ?, 4000000, 900, 1200, ?)",
            (f"run-{number}", task.id, spec.name, workspace_id, slot, reason, status, slot, slot, slot, slot,
             "12 mails sorted, 3 need an answer today. " * 10),
        )  # fmt: skip


async def until(test: Callable[[], bool]) -> None:
    """Let the loop work until something is true."""
    for _ in count():
        if test():
            return
        await asyncio.sleep(0)


def is_read(page: ActivityPage, row: int) -> bool:
    """Whether a row is in memory, or a heading."""
    if page.table.rowCount() <= row:
        return False
    index = page.table.index(row, 0)
    return index.data(RunRole.HEADING) is not None or index.data(RunRole.ROW) is not None


async def opened(kata: Kata, theme: Theme, bridge: Bridge, workspace_id: str) -> tuple[ActivityPage, float]:
    """A page over the whole history, and the milliseconds to its first paint."""
    page = ActivityPage(kata, theme, bridge)
    page.resize(944, 780)
    page.filters.period.set_current("all")
    began = CLOCK.monotonic()
    page.set_workspace(workspace_id)
    page.show()
    await until(lambda: is_read(page, 1))
    page.repaint()
    return page, (CLOCK.monotonic() - began) * 1000


async def scrolled(page: ActivityPage, total: int) -> list[float]:
    """Milliseconds that the window was busy for each step through the whole history."""
    await until(lambda: page.table.total >= total)
    bar, busy = page.list.verticalScrollBar(), []
    for step in range(STEPS):
        began = CLOCK.monotonic()
        bar.setValue(bar.maximum() * step // (STEPS - 1))
        page.list.viewport().repaint()
        busy.append((CLOCK.monotonic() - began) * 1000)
        row = page.list.rowAt(page.list.viewport().height() // 2)
        await until(partial(is_read, page, row))
        began = CLOCK.monotonic()
        page.list.viewport().repaint()
        busy.append((CLOCK.monotonic() - began) * 1000)
    return busy


def resident() -> float:
    """MiB of this process that belong to nobody else."""
    gc.collect()
    for line in Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Private_Dirty:"):
            return int(line.split()[1]) / 1024
    return 0.0


async def one_round(theme: Theme, places: dict[int, Path], seen: dict[int, Seen]) -> None:
    """Both sizes, one after the other."""
    for total, folder in places.items():
        async with services_open(Paths(data_dir=folder, run_dir=folder / "run"), role="app") as kata:
            bridge = Bridge(kata.bus, kata.clock)
            workspace = (await kata.workspaces.all())[0]
            warm, _ = await opened(kata, theme, bridge, workspace.id)
            await asyncio.sleep(0.3)
            warm.deleteLater()
            await asyncio.sleep(0.1)
            before = resident()
            page, first = await opened(kata, theme, bridge, workspace.id)
            busy = sorted(await scrolled(page, total))
            seen[total].first_paint.append(first)
            seen[total].steps.append(busy[int(len(busy) * 0.99)])
            seen[total].longest.append(busy[-1])
            seen[total].memory.append(resident() - before)
            bridge.close()
            page.deleteLater()
            await asyncio.sleep(0.1)


def furnish(folder: Path, total: int) -> None:
    """Make a data folder with so many runs."""
    paths = Paths(data_dir=folder, run_dir=folder / "run")
    paths.prepare()
    database = Database.open(paths.store)
    home = Workspace(id=new_id("ws"), name="Bench", folder=str(folder), created_at=CLOCK.now())

    def work(db: Connection) -> None:
        workspaces.insert(db, home)
        fill(db, home.id, total)

    try:
        database.write_now(work)
    finally:
        database.close()


def measure(chosen: argparse.Namespace) -> Iterator[Figure]:
    """Both sizes, round by round."""
    app = QApplication(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    theme = Theme(mode=ThemeMode.LIGHT, reduced_motion=True)
    theme.apply(app)
    seen = {FEW: Seen(), MANY: Seen()}
    with tempfile.TemporaryDirectory() as place, asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
        places = {total: Path(place) / str(total) for total in seen}
        for total, folder in places.items():
            furnish(folder, total)
        for _ in range(chosen.rounds):
            runner.run(one_round(theme, places, seen))
    many, few = seen[MANY], seen[FEW]
    peer = f"{FEW:,} rows"
    yield ratio(f"{MANY:,}-row history: first paint", many.first_paint, few.first_paint, peer=peer, unit="ms",
                goal=at_most(1.5))  # fmt: skip
    yield absolute(f"{MANY:,}-row history: scroll step, p99", many.steps, unit="ms", goal=at_most(16))
    yield absolute(f"{MANY:,}-row history: longest scroll step", many.longest, unit="ms")
    yield absolute(f"{MANY:,}-row history: memory", many.memory, unit="MiB", goal=at_most(10))


if __name__ == "__main__":
    run(options(__doc__, rounds=5), measure)
