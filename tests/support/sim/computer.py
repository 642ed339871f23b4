"""A simulated computer: one store, one clock, and the processes that run on it, all in the test's own loop."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from kata_desktop.desktop.wake import WakeWatch
from kata_desktop.domain.events import Event
from kata_desktop.domain.settings import Settings
from kata_desktop.domain.workspace import Workspace
from kata_desktop.runtime.bus import EventBus
from kata_desktop.runtime.spawn import Spawner
from kata_desktop.scheduler.core import Core
from kata_desktop.scheduler.engine.engine import Engine
from kata_desktop.scheduler.engine.tools import Tools
from kata_desktop.scheduler.service import Scheduling
from kata_desktop.store import workspaces
from kata_desktop.store.boots import Boot
from kata_desktop.store.connection import Connection
from tests.support.sim.burial import bury
from tests.support.sim.clock import START, SimAlarm, SimClock
from tests.support.sim.disk import MEMORY, SimDatabase
from tests.support.sim.work import Work

T = TypeVar("T")
_TURNS = 200_000
"""Turns of the loop after which a computer that never comes to rest is declared mad."""


class SimProcess:
    """One run of the program, from its boot to its end.

    Attributes:
        events: Everything it told on its bus.
        news: Events of the outside world that it will notice at its next look.
    """

    def __init__(self, computer: SimComputer, boot_id: str, work: list[Work]) -> None:
        self.computer = computer
        self.database = SimDatabase(computer.disk.connection, computer.dice)
        self.alarm = SimAlarm(computer.clock)
        self.spawner = Spawner()
        self.bus = EventBus()
        self.events: list[Event] = []
        self.news: list[Event] = []
        self.bus.subscribe(Event, self.events.append)
        self._wake = WakeWatch(computer.clock, boot=computer.clock.boot_seconds, awake=computer.clock.monotonic)
        self.boot = Boot(id=boot_id, pid=len(computer.boots) + 1, pid_started=0.0)
        tools = Tools(database=self.database, clock=computer.clock, bus=self.bus, spawner=self.spawner, boot_id=boot_id)
        self.engine = Engine(
            tools=tools,
            boot=self.boot,
            alarm=self.alarm,
            settings=lambda: computer.settings,
            watch=self._watch,
            is_alive=lambda boot: boot.id in computer.living,
        )
        self.core = Core(
            engine_of=lambda: self.engine,
            database=self.database,
            bus=self.bus,
            clock=computer.clock,
            settings=lambda: computer.settings,
            channels=lambda: (),
        )
        self.scheduling = Scheduling(self.core)
        for each in work:
            self.scheduling.register(each.spec)

    def _watch(self) -> tuple[Event, ...]:
        told, self.news = tuple(self.news), []
        return (*self._wake.check(), *told)

    def told(self, kind: type[T]) -> list[T]:
        """The events of one type that it told."""
        return [event for event in self.events if isinstance(event, kind)]


class SimComputer:
    """The machine.

    Attributes:
        disk: The store, for looking into it.
        boots: Every process there was.
        living: Ids of the boots that live.
    """

    def __init__(
        self,
        *,
        path: Path = MEMORY,
        start: datetime = START,
        zone: str = "Europe/Berlin",
        dice: random.Random | None = None,
        settings: Settings | None = None,
    ) -> None:
        self.clock = SimClock(start, zone=zone)
        self.dice = dice
        self.disk = SimDatabase.create(path)
        self.settings = settings or Settings()
        self.boots: list[SimProcess] = []
        self.living: set[str] = set()
        self.work = [Work(clock=self.clock)]
        self.disk.write_now(
            lambda db: workspaces.insert(db, Workspace(id="home", name="Home", folder="/home", created_at=start))
        )

    @property
    def process(self) -> SimProcess:
        """The newest process."""
        return self.boots[-1]

    @property
    def engine(self) -> Engine:
        """Its engine."""
        return self.process.engine

    @property
    def scheduling(self) -> Scheduling:
        """Its verbs."""
        return self.process.scheduling

    # -- processes

    async def boot(self, *, full: bool = False) -> SimProcess:
        """Start the program, on a disk that is `full` or not."""
        process = SimProcess(self, f"boot{len(self.boots) + 1}", self.work)
        process.database.full = full
        self.boots.append(process)
        self.living.add(process.boot.id)
        await process.engine.start()
        await self.settle()
        return process

    async def quit(self, process: SimProcess | None = None) -> None:
        """End a process in order."""
        process = process or self.process
        await process.engine.stop()
        self.living.discard(process.boot.id)
        await self._end(process)

    async def kill(self, process: SimProcess | None = None) -> None:
        """End a process as kill -9 does: nothing of it is done any more, nothing is said."""
        process = process or self.process
        self.living.discard(process.boot.id)
        await self._end(process)

    async def _end(self, process: SimProcess) -> None:
        process.database.die()
        await bury(process.spawner._tasks, self.clock, self.settle)

    async def switch_off(self) -> None:
        """End every process without a word; nothing of any of them is left."""
        for process in self.boots:
            await self.kill(process)

    # -- time

    async def settle(self) -> None:
        """Let everything run that can, without time passing."""
        ready = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]
        for _ in range(_TURNS):
            await asyncio.sleep(0)
            if not ready:
                return
        raise AssertionError("the simulated computer never comes to rest")

    async def step(self, most: float) -> float:
        """Go on to the next thing that happens, at most so many seconds; returns how many passed."""
        await self.settle()
        ahead = self.clock.next_event()
        seconds = most if ahead is None else min(most, ahead)
        self.clock.pass_time(seconds)
        await self.settle()
        return seconds

    async def run(self, seconds: float = 0.0, **units: float) -> None:
        """Let time pass: seconds, or what `timedelta` takes."""
        end = self.clock.monotonic() + seconds + timedelta(**units).total_seconds()
        await self.settle()
        while (left := end - self.clock.monotonic()) > 1e-6:
            await self.step(left)

    async def sleep(self, seconds: float = 0.0, *, rings: bool = True, **units: float) -> None:
        """The computer sleeps and wakes; `rings` is false where nobody tells of it."""
        await self.settle()
        self.clock.fall_asleep(seconds + timedelta(**units).total_seconds())
        await self._jolt(rings)

    async def set_clock(self, seconds: float = 0.0, *, rings: bool = True, **units: float) -> None:
        """Somebody sets the wall clock."""
        await self.settle()
        self.clock.set_wall(timedelta(seconds=seconds) + timedelta(**units))
        await self._jolt(rings)

    async def travel(self, zone: str) -> None:
        """The zone changes."""
        await self.settle()
        self.clock.zone = zone
        await self._jolt(True)

    async def _jolt(self, rings: bool) -> None:
        for process in self.boots:
            if rings and process.boot.id in self.living:
                process.alarm.ring()
        self.clock.pass_time(0)
        await self.settle()

    # -- the store

    def add_workspace(self, ident: str, *, concurrency: int = 2) -> None:
        """One more workspace."""
        space = Workspace(id=ident, name=ident, folder="/", created_at=self.clock.now(), concurrency=concurrency)
        self.write(lambda db: workspaces.insert(db, space))

    def read(self, work: Callable[[Connection], T]) -> T:
        """Look into the store."""
        return self.disk.read_now(work)

    def write(self, work: Callable[[Connection], T]) -> T:
        """Change the store behind everybody's back."""
        return self.disk.write_now(work)
