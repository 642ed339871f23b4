"""From 100,000 tasks in the store to the first deadline that is armed: time and memory.

``python -m benchmarks.first_deadline [--tasks N]``

Counted from the open store to the engine's first wait; the store's file is in the system's cache. Beside it stands what
a naive scheduler does: every task read as an object, the earliest found among them.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from benchmarks import figures
from benchmarks.processes import resident
from benchmarks.seeded import far, places, seed
from kata_desktop.bootstrap.process import is_alive, this_boot
from kata_desktop.desktop.paths import Paths
from kata_desktop.domain.settings import Settings
from kata_desktop.runtime.alarm import CHUNK_SECONDS, SystemAlarm
from kata_desktop.runtime.bus import EventBus
from kata_desktop.runtime.clock import SystemClock
from kata_desktop.runtime.spawn import Spawner
from kata_desktop.scheduler.engine.engine import Engine
from kata_desktop.scheduler.engine.tools import Tools
from kata_desktop.store import agenda
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database

GOAL_MS, GOAL_MIB = 10.0, 3.0


class FirstWait(SystemAlarm):
    """The real alarm, which notes when it is armed.

    Attributes:
        armed: set at the first wait for an instant.
    """

    def __init__(self, clock: SystemClock) -> None:
        super().__init__(clock)
        self.armed = asyncio.Event()

    async def wait(self, until: datetime | None, *, chunk: float = CHUNK_SECONDS) -> None:
        """See `Alarm`."""
        if until is not None:
            self.armed.set()
        await super().wait(until, chunk=chunk)


async def ours(paths: Paths) -> tuple[float, float]:
    """(milliseconds, MiB) until the engine waits."""
    clock, spawner, boot = SystemClock(), Spawner(), this_boot()
    database, alarm = Database.open(paths.store), FirstWait(clock)
    tools = Tools(database=database, clock=clock, bus=EventBus(), spawner=spawner, boot_id=boot.id)
    engine = Engine(tools=tools, boot=boot, alarm=alarm, settings=Settings, watch=tuple, is_alive=is_alive)
    before, began = resident(), time.perf_counter()
    await engine.start()
    await alarm.armed.wait()
    milliseconds, grown = (time.perf_counter() - began) * 1000, resident() - before
    await engine.stop()
    await spawner.close()
    await database.aclose()
    return milliseconds, grown


def naive(paths: Paths) -> tuple[float, float]:
    """(milliseconds, MiB) until every task was read."""
    database = Database.open(paths.store)
    before, began = resident(), time.perf_counter()

    def work(db: Connection) -> datetime | None:
        return min((task.due_at for task in agenda.armed(db) if task.due_at is not None), default=None)

    database.read_now(work)
    milliseconds, grown = (time.perf_counter() - began) * 1000, resident() - before
    database.close()
    return milliseconds, grown


def measure(options: argparse.Namespace) -> Iterator[figures.Figure]:
    """Time and memory; the naive way once, at the end, since what it takes is never given back."""
    with tempfile.TemporaryDirectory() as folder:
        paths = places(Path(folder))
        seed(paths, far(options.tasks))
        rounds = [asyncio.run(ours(paths)) for _ in range(options.rounds)]
        other = naive(paths)
    what = f"{options.tasks:,} tasks to the first armed deadline"
    yield figures.absolute(
        what,
        [milliseconds for milliseconds, _ in rounds],
        unit="ms",
        goal=figures.at_most(GOAL_MS),
        beside=f"every task read: {other[0]:.0f} ms",
    )
    yield figures.absolute(
        f"{what}, memory",
        [max(grown for _, grown in rounds)],
        unit="MiB",
        goal=figures.at_most(GOAL_MIB),
        beside=f"every task read: {other[1]:.0f} MiB",
    )


def main() -> None:
    """Measure and print."""
    parser = figures.options(__doc__, rounds=5)
    parser.add_argument("--tasks", type=int, default=100_000)
    figures.run(parser, measure)


if __name__ == "__main__":
    main()
