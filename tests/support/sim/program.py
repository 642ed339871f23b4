"""A seeded program of everything that can happen to a computer, checked after every step."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from datetime import time, timedelta

from kata_desktop.domain.errors import KataError
from kata_desktop.domain.events import NetworkChanged
from kata_desktop.domain.handler import HandlerError, Result, RunContext, Slice
from kata_desktop.domain.settings import Settings
from kata_desktop.domain.task import ActiveHours, CatchUp, OutsideHours, Overlap, RetryPolicy, Task, TaskState
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.domain.trigger import Cron, Event, EventType, Interval, Once, Trigger
from kata_desktop.store import tasks
from tests.support.sim.clock import START
from tests.support.sim.computer import SimComputer
from tests.support.sim.disk import Crash
from tests.support.sim.invariants import check
from tests.support.sim.ledger import Ledger
from tests.support.sim.tasks import add
from tests.support.sim.work import Work

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe", "UTC")
STARTS = (timedelta(0), timedelta(days=26), timedelta(days=234), timedelta(days=31))
"""An ordinary Monday, the eves of two clock changes, the eve of April."""


class Program:
    """One simulated life of a computer.

    Attributes:
        log: What was done, for reading a failure.
    """

    def __init__(self, seed: int, steps: int = 13) -> None:
        self.dice = random.Random(seed)
        self.steps = steps
        self.log: list[str] = []
        self.ledger = Ledger()
        start = START + self.dice.choice(STARTS) + timedelta(minutes=self.dice.randrange(1440))
        self.computer = SimComputer(
            start=start,
            zone=self.dice.choice(ZONES),
            dice=random.Random(seed + 1),
            settings=Settings(concurrency=self.dice.randint(1, 4)),
        )
        self.computer.work = [
            Work(clock=self.computer.clock, name="prompt", script=self._work),
            Work(clock=self.computer.clock, name="plugin", script=self._work, limited=False),
            Work(clock=self.computer.clock, name="sliced", script=self._slice, sliced=True),
        ]
        self.computer.add_workspace("two", concurrency=1)
        self._numbers = 0

    async def run(self) -> None:
        """Live through it; raises `Broken` when a promise is not kept."""
        try:
            await self.computer.boot()
            await self._live()
        finally:  # a broken life ends, too: what it left behind would hold up the next one
            await self.computer.switch_off()

    async def _live(self) -> None:
        for _ in range(self.dice.randint(1, 5)):
            await self._guarded(self._create)
        for _ in range(self.steps):
            act = self.dice.choices([each for each, _ in self._acts], [weight for _, weight in self._acts])[0]
            await self._guarded(act)
        self.computer.disk.connection.crash_at = 0
        await self._guarded(self._mend)
        await self._guarded(self._pass)

    async def _guarded(self, act: Callable[[], Awaitable[object]]) -> None:
        self.log.append(f"{self.computer.clock.now():%d %H:%M:%S} {getattr(act, '__name__', act)}")
        try:
            await act()
        except KataError as error:
            self.log.append(f"    refused: {error}")
        except Crash:
            self.log.append("    crashed")
        if self.computer.disk.connection.crashed:
            await self._reboot_after_crash()
        await self.computer.settle()
        check(self.computer, self.ledger)

    async def _reboot_after_crash(self) -> None:
        self.log.append("    reboot")
        connection = self.computer.disk.connection
        await self.computer.switch_off()
        connection.crashed, connection.crash_at = False, 0
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        await self.computer.boot()

    # -- what happens

    @property
    def _acts(self) -> list[tuple[Callable[[], Awaitable[object]], int]]:
        return [
            (self._pass, 30),
            (self._create, 6),
            (self._sleep, 7),
            (self._set_clock, 4),
            (self._travel, 3),
            (self._edit, 5),
            (self._pause, 4),
            (self._resume, 5),
            (self._pause_all, 3),
            (self._resume_all, 4),
            (self._run_now, 4),
            (self._cancel, 4),
            (self._delete, 2),
            (self._reboot, 5),
            (self._second, 3),
            (self._fill_disk, 2),
            (self._mend, 3),
            (self._emit, 4),
            (self._crash_soon, 6),
        ]

    async def _pass(self) -> None:
        minutes = self.dice.choice((0.2, 1, 5, 20, 60, 150))
        await self.computer.run(minutes=minutes * (0.5 + self.dice.random()))

    async def _create(self) -> None:
        self._numbers += 1
        ident = f"task{self._numbers}"
        hours = None
        if self.dice.random() < 0.25:
            start, end = (time(self.dice.randrange(24), self.dice.choice((0, 30))) for _ in range(2))
            hours = ActiveHours(start=start, end=end, outside=self.dice.choice(list(OutsideHours)))
        task = await add(
            self.computer,
            self._trigger(),
            ident=ident,
            workspace_id=self.dice.choice(("home", "home", "two")),
            handler=self.dice.choice(("prompt", "prompt", "prompt", "plugin", "sliced")),
            overlap=self.dice.choice(list(Overlap)),
            catch_up=self.dice.choice(list(CatchUp)),
            window=self.dice.choice((timedelta(hours=2), timedelta(days=7))),
            jitter=self.dice.choice((timedelta(0), timedelta(0), timedelta(minutes=20))),
            active_hours=hours,
            retry=RetryPolicy(
                retries=self.dice.choice((0, 1, 2)),
                base_delay=timedelta(seconds=self.dice.choice((5, 60, 600))),
            ),
            timeout=timedelta(minutes=self.dice.choice((1, 15))),
            max_runs=self.dice.choice((None, None, None, 3)),
            until=self.dice.choice((None, None, None, self.computer.clock.now() + timedelta(hours=9))),
        )
        self._open(task)

    def _trigger(self) -> Trigger:
        now = self.computer.clock.now()
        zone = self.dice.choice(("system", "system", *ZONES))
        match self.dice.randrange(7):
            case 0 | 1:
                every = timedelta(minutes=self.dice.choice((1, 2, 7, 30, 60, 1440)))
                return Interval(every=every, anchor=now.replace(second=0, microsecond=0))
            case 2:
                return Cron(expressions=(f"*/{self.dice.choice((1, 5, 20))} * * * *",), zone=zone)
            case 3 | 4:
                texts = [f"{self.dice.randrange(60)} {self.dice.randrange(24)} * * *" for _ in range(2)]
                return Cron(expressions=tuple(texts), zone=zone)
            case 5:
                minutes = self.dice.choice((3, 90, 1500))
                moment = (now + timedelta(minutes=minutes)).replace(second=0, microsecond=0, tzinfo=None)
                return Once(local=moment, zone="UTC")
            case _:
                kinds = (EventType.APP_STARTED, EventType.COMPUTER_WOKE, EventType.TASK_FINISHED, "plugin.ping")
                return Event(
                    type=self.dice.choice(kinds), debounce=timedelta(seconds=self.dice.choice((0, 5))), max_per_hour=20
                )

    def _open(self, task: Task) -> None:
        if not isinstance(task.spec.trigger, Event):
            self.ledger.open(task, self.computer.clock.now())

    async def _sleep(self) -> None:
        hours = self.dice.choice((0.01, 0.5, 3, 12, 60, 300))
        await self.computer.sleep(hours=hours, rings=self.dice.random() < 0.7)
        await self.computer.run(61)

    async def _set_clock(self) -> None:
        seconds = self.dice.choice((-90000, -7200, -600, -4, 3, 700, 8000, 400_000))
        self.ledger.crooked(back=seconds < 0)
        await self.computer.set_clock(seconds, rings=self.dice.random() < 0.7)
        await self.computer.run(61)

    async def _travel(self) -> None:
        await self.computer.travel(self.dice.choice(ZONES))
        await self.computer.run(1)
        self.ledger.travelled()

    def _any_task(self) -> str:
        rows = self.computer.read(lambda db: db.all("SELECT id FROM tasks WHERE state != 'deleted' ORDER BY id"))
        return str(self.dice.choice(rows)[0]) if rows else "none"

    async def _edit(self) -> None:
        ident = self._any_task()
        raw = self.dice.choice(
            (
                TaskInput(prompt=f"Version {self.dice.randrange(1000)}"),
                TaskInput(every=f"{self.dice.choice((3, 45))}m"),
                TaskInput(cron=(f"{self.dice.randrange(60)} * * * *",)),
            )
        )
        before = self.computer.read(lambda db: tasks.find(db, ident))
        after = await self.computer.scheduling.edit(ident, raw)
        if before is not None and (before.spec.trigger != after.spec.trigger or before.state is TaskState.FINISHED):
            self.ledger.open(after, self.computer.clock.now())
            self.ledger.owed[ident].straight = False

    async def _pause(self) -> None:
        await self.computer.scheduling.pause(self._any_task())

    async def _resume(self) -> None:
        ident = self._any_task()
        before = self.computer.read(lambda db: tasks.find(db, ident))
        after = await self.computer.scheduling.resume(ident)
        if before is not None and before.state is TaskState.FINISHED:
            self._open(after)

    async def _pause_all(self) -> None:
        minutes = self.dice.choice((None, 10, 200))
        until = None if minutes is None else self.computer.clock.now() + timedelta(minutes=minutes)
        await self.computer.scheduling.pause_all(until, self.dice.choice(("", "home", "two")))

    async def _resume_all(self) -> None:
        await self.computer.scheduling.resume_all(self.dice.choice(("", "", "home")))

    async def _run_now(self) -> None:
        await self.computer.scheduling.run_now(self._any_task(), test=self.dice.random() < 0.2)

    async def _cancel(self) -> None:
        rows = self.computer.read(lambda db: db.all("SELECT id FROM runs WHERE state != 'done' ORDER BY slot, task_id"))
        if rows:
            await self.computer.scheduling.cancel(self.dice.choice(rows)[0])

    async def _delete(self) -> None:
        ident = self._any_task()
        await self.computer.scheduling.delete(ident, confirm_running=True)
        if self.dice.random() < 0.5:
            restored = await self.computer.scheduling.restore(ident)
            if ident not in self.ledger.owed:  # an undone deletion leaves its next occurrence where it was
                self._open(restored)

    async def _reboot(self) -> None:
        for process in self.computer.boots:
            if process.boot.id in self.computer.living:
                await (self.computer.kill(process) if self.dice.random() < 0.6 else self.computer.quit(process))
        self.computer.clock.fall_asleep(self.dice.choice((2, 600, 20_000, 400_000)))
        if self.dice.random() < 0.1:
            self.computer.clock.set_wall(timedelta(hours=-5))
            self.ledger.crooked(back=True)
        await self.computer.boot()

    async def _second(self) -> None:
        if len(self.computer.living) < 2:
            await self.computer.boot()

    async def _fill_disk(self) -> None:
        self.computer.process.database.full = True
        await self.computer.run(minutes=self.dice.choice((1, 8)))

    async def _mend(self) -> None:
        for process in self.computer.boots:
            process.database.full = False
        self.computer.process.news.append(NetworkChanged(online=True))
        await self.computer.run(61)

    async def _emit(self) -> None:
        await self.computer.scheduling.emit("plugin.ping")
        await self.computer.run(self.dice.choice((0, 3)))

    async def _crash_soon(self) -> None:
        connection = self.computer.disk.connection
        connection.crash_at = connection.statements + self.dice.choice((1, 10, 40, 200, 600)) + self.dice.randrange(40)
        await self.computer.run(minutes=10)
        connection.crash_at = 0

    # -- what tasks do

    async def _work(self, ctx: RunContext) -> Result:
        fate = random.Random(f"{ctx.task_id} {ctx.slot} {ctx.attempt} {len(self.log)}")
        sleep = self.computer.clock.sleep
        ctx.log("info", "began")
        if fate.random() < 0.25:
            effect = await ctx.effect("Sent something")
            await sleep(fate.choice((0, 30)))
            await effect.done()
        await sleep(fate.choice((0, 1, 1, 30, 400, 3000)))
        match fate.randrange(12):
            case 0:
                raise HandlerError("It failed.", kind="down")
            case 1:
                raise HandlerError("It cannot work.", kind="bad-key", retryable=False)
            case 2:
                raise HandlerError("No network.", kind="offline", wait_for_network=True)
            case 3:
                raise RuntimeError("crash")
            case 4:
                await self._stubborn(fate.choice((5, 60)))
            case _:
                pass
        return Result(output=str(fate.randrange(2)))

    async def _stubborn(self, seconds: float) -> None:
        end = self.computer.clock.monotonic() + seconds
        while self.computer.clock.monotonic() < end:
            with contextlib.suppress(asyncio.CancelledError):
                await self.computer.clock.sleep(end - self.computer.clock.monotonic())

    async def _slice(self, ctx: RunContext) -> Slice:
        number = int(ctx.cursor or "0") + 1
        fate = random.Random(f"{ctx.task_id} {ctx.slot} {ctx.attempt} {number}")
        await self.computer.clock.sleep(fate.choice((1, 30, 200)))
        if fate.random() < 0.1:
            raise HandlerError("A step failed.", kind="down")
        done = Result(output="all") if number >= 4 else None
        return Slice(cursor=str(number), input_hash="same", text=f"Step {number}", result=done)


def outcome(program: Program) -> list[tuple[object, ...]]:
    """The whole history, for comparing two runs of the same seed; ids are random, so they are left out."""
    return program.computer.read(
        lambda db: db.all(
            "SELECT task_id, slot, source, state, reason, detail, count, first_slot, attempt, started_at, finished_at "
            "FROM runs ORDER BY task_id, slot"
        )
    )
