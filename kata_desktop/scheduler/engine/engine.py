"""The engine: waits for the next slot, records it, claims what may run, and drives it to its end.

No polling and never one timer per task: one alarm, at most 60 seconds at a time, then the wall clock is looked at
again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, NoReturn, TypeVar

from kata_desktop.domain.events import Event
from kata_desktop.domain.handler import HandlerSpec
from kata_desktop.domain.run import Reason
from kata_desktop.domain.settings import Settings
from kata_desktop.runtime.alarm import CHUNK_SECONDS, Alarm
from kata_desktop.scheduler.engine import rounds
from kata_desktop.scheduler.engine.beginning import Beginning
from kata_desktop.scheduler.engine.executions import Executions
from kata_desktop.scheduler.engine.lookout import Lookout
from kata_desktop.scheduler.engine.steadiness import Steadiness
from kata_desktop.scheduler.engine.tools import Tools
from kata_desktop.scheduler.engine.trouble import LONGEST_PAUSE, Trouble
from kata_desktop.scheduler.engine.world import LEASE, Told, World
from kata_desktop.store.boots import Boot
from kata_desktop.store.connection import Connection
from kata_desktop.store.errors import StoreTrouble

if TYPE_CHECKING:
    from kata_desktop.scheduler.engine.executor import Execution

BUSY_CHUNK_SECONDS = 20.0
"""Longest wait while something runs: leases are renewed well before they end."""
_HOUSEKEEPING = timedelta(hours=1)

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Engine:
    """Runs tasks on one store; several engines, in several processes, may share it.

    Attributes:
        handlers: What can be run, by name.
    """

    def __init__(
        self,
        *,
        tools: Tools,
        boot: Boot,
        alarm: Alarm,
        settings: Callable[[], Settings],
        watch: Callable[[], Sequence[Event]],
        is_alive: Callable[[Boot], bool],
        housekeeping: Callable[[], Coroutine[None, None, None]] | None = None,
        held: Callable[[], str] = str,
    ) -> None:
        self._tools = tools
        self._alarm = alarm
        self._settings = settings
        self._housekeeping = housekeeping
        self.held = held
        self._housekept: datetime | None = None
        self._steadiness = Steadiness(tools.clock)
        self.handlers: dict[str, HandlerSpec] = {}
        self._trouble = Trouble(tools.bus)
        self._executions = Executions(
            tools, handlers=self.handlers, commit=self._transact, trouble=self._trouble, poke=self.poke
        )
        self._lookout = Lookout(
            tools,
            watch=watch,
            is_alive=is_alive,
            world=self.world,
            commit=self._transact,
            places=self._places,
            stopping=lambda: self._stopping,
        )
        self._beginning = Beginning(self._transact, boot, is_alive)
        self._stopping = False
        self._draining = False
        self._looking = asyncio.Lock()
        self._loop: asyncio.Task[None] | None = None

    # -- life

    async def start(self, *, first: Callable[[], Awaitable[None]] | None = None) -> None:
        """Settle what dead processes left behind, say that the app started, and begin.

        `first` is done before, on the store as those processes left it. Handlers are to be registered before: what is
        due of one that is not there, is skipped. While the store takes nothing, all of it is tried again and again.
        """
        self._beginning.first = first
        try:
            await self._beginning.ensure()
        except StoreTrouble as error:
            self._trouble.met(error)
        self._loop = self._tools.spawner.spawn(self._run(), name="scheduler")

    async def stop(self, *, limit: float = 5.0) -> None:
        """Stop taking runs, end those that are going within `limit` seconds as ``interrupted``, and sign off."""
        self._stopping = True
        self._alarm.ring()
        if self._loop is not None:
            await asyncio.wait({self._loop}, timeout=limit)
        await self._executions.break_off(limit=limit)
        try:
            await self._transact(rounds.sign_off)
        except StoreTrouble as error:  # the next start finds this boot dead and settles it
            _log.warning("Could not sign off: %s", error)
        self._alarm.close()

    async def drain(self) -> None:
        """Wait until nothing runs; new runs are not claimed from now on, what comes due is recorded.

        Whoever cancels the waiting lets runs be claimed again.
        """
        self._draining = True
        try:
            async with self._looking:  # a look that had begun before may claim one more
                pass
            await self._executions.wait_until_none()
        except asyncio.CancelledError:
            self._draining = False
            self.poke()
            raise

    @property
    def running(self) -> list[str]:
        """Ids of the runs this process works on."""
        return self._executions.run_ids

    @property
    def trouble(self) -> str:
        """One sentence while the store does not take what must be stored; empty otherwise."""
        return self._trouble.sentence

    def execution(self, run_id: str) -> Execution | None:
        """The execution of a run of this process."""
        return self._executions.find(run_id)

    def poke(self) -> None:
        """Something changed: look now."""
        self._lookout.poke()
        if self._loop is not None:  # it begins with a look anyway
            self._alarm.ring()

    def register(self, handler: HandlerSpec) -> Callable[[], None]:
        """Make a handler known; returns the way to take it back (due runs are then ``skipped: plugin off``)."""
        self.handlers[handler.name] = handler
        self.poke()

        def unregister() -> None:
            if self.handlers.get(handler.name) is handler:
                del self.handlers[handler.name]
                self._executions.stop_without_handler()

        return unregister

    # -- transactions

    def world(self) -> World:
        """The facts of this moment."""
        clock = self._tools.clock
        return World(
            now=clock.now(),
            system_zone=clock.zone_name(),
            boot_id=self._tools.boot_id,
            handlers=dict(self.handlers),
            held=self.held(),
            steady=self._steadiness.seconds() >= LEASE.total_seconds(),
            working_on=frozenset(self._executions.run_ids),
        )

    async def transact(self, work: Callable[[Connection, World, Told], T]) -> T:
        """Do something in one durable transaction, then tell and act on what it caused.

        Whoever asked may be cancelled meanwhile: what was stored is told and acted on all the same.
        """
        answer = self._tools.spawner.spawn(self._answered(work), name="transaction")
        answered: Callable[[], T] = await asyncio.shield(answer)
        return answered()

    async def _answered(self, work: Callable[[Connection, World, Told], T]) -> Callable[[], T]:
        """The outcome, packed: an error belongs to whoever asked, not to the log of failed tasks."""
        told = Told()
        try:
            result = await self._transact(work, told)
        except Exception as error:  # noqa: BLE001
            return partial(_raise, error)
        self._lookout.count(told)
        self.poke()
        return lambda: result

    async def _transact(self, work: Callable[[Connection, World, Told], T], told: Told | None = None) -> T:
        self._lookout.disturb()
        told = Told() if told is None else told
        world = self.world()
        result = await self._tools.database.write(lambda db: work(db, world, told))
        self._act(told)
        return result

    def _act(self, told: Told) -> None:
        for claimed in told.claimed:
            self._executions.begin(claimed)
        for run_id in told.cancel:
            self._executions.stop(run_id, Reason.SUPERSEDED, "A newer occurrence took its place.")
        for run_id in told.stop:
            self._executions.stop(run_id, Reason.CANCELLED, told.why.get(run_id, "You stopped it."))
        for run_id in told.lost:
            self._executions.stop(run_id, Reason.ABANDONED, "It was taken away from this process.")
        for event in told.events:
            self._tools.bus.publish(event)

    # -- the loop

    async def _run(self) -> None:
        delay = 1.0
        while not self._stopping:
            try:
                async with self._looking:
                    await self._beginning.ensure()
                    told = await self._lookout.look()
                    self._keep_house()
                self._trouble.over()
                wake_at, busy, delay = told.wake_at, told.waiting or bool(self.running), 1.0
            except Exception as error:  # noqa: BLE001 - the top handler: whatever it is, the other tasks must go on
                self._trouble.met(error)
                wake_at, busy = self._tools.clock.now() + timedelta(seconds=delay), False
                delay = min(delay * 2, LONGEST_PAUSE)
            if not self._stopping:
                await self._alarm.wait(wake_at, chunk=BUSY_CHUNK_SECONDS if busy else CHUNK_SECONDS)

    def _places(self) -> int:
        """How many limited runs may run at once; 0 while none may be claimed."""
        return 0 if self._trouble.waiting or self._draining else self._settings().concurrency

    def _keep_house(self) -> None:
        now = self._tools.clock.now()
        due = self._housekept is None or abs(now - self._housekept) >= _HOUSEKEEPING
        if self._housekeeping is not None and due:
            self._housekept = now
            self._tools.spawner.spawn(self._housekeeping(), name="housekeeping")


def _raise(error: Exception) -> NoReturn:
    raise error
