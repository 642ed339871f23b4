"""The engine: waits for the next slot, records it, claims what may run, and drives it to its end.

No polling and never one timer per task: one alarm, at most 60 seconds at a time, then the wall clock is looked at
again.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NoReturn, TypeVar

from kata_desktop.domain.events import Event, SchedulerChanged
from kata_desktop.domain.handler import HandlerSpec, Result
from kata_desktop.domain.run import Reason
from kata_desktop.domain.settings import Settings
from kata_desktop.runtime.alarm import CHUNK_SECONDS, Alarm
from kata_desktop.scheduler.engine import finishing, rounds
from kata_desktop.scheduler.engine.claiming import LEASE
from kata_desktop.scheduler.engine.digest import queue_digest
from kata_desktop.scheduler.engine.executor import Ended, Execution
from kata_desktop.scheduler.engine.finishing import Failure
from kata_desktop.scheduler.engine.steadiness import Steadiness
from kata_desktop.scheduler.engine.stillness import Stillness, still_after
from kata_desktop.scheduler.engine.tools import Tools
from kata_desktop.scheduler.engine.world import Told, World
from kata_desktop.store.boots import Boot
from kata_desktop.store.connection import Connection
from kata_desktop.store.errors import StoreTrouble

BUSY_CHUNK_SECONDS = 20.0
"""Longest wait while something runs: leases are renewed well before they end."""
_TROUBLE_MOST = 60.0
_HOUSEKEEPING = timedelta(hours=1)

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Engine:
    """Runs tasks on one store; several engines, in several processes, may share it.

    Attributes:
        handlers: What can be run, by name.
        trouble: One sentence while the store does not take what must be stored; empty otherwise.
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
        self._boot = boot
        self._alarm = alarm
        self._settings = settings
        self._watch = watch
        self._is_alive = is_alive
        self._housekeeping = housekeeping
        self.held = held
        self._housekept: datetime | None = None
        self._steadiness = Steadiness(tools.clock)
        self._still: Stillness | None = None
        self._poked = False
        self._news: deque[tuple[Event, datetime]] = deque()  # with the wall clock at which each was noticed
        self._late = 0
        self._missed = 0
        self.handlers: dict[str, HandlerSpec] = {}
        self.trouble = ""
        self._executions: dict[str, tuple[Execution, asyncio.Task[None]]] = {}
        self._unsaved = 0
        self._stopping = False
        self._draining = False
        self._looking = asyncio.Lock()
        self._loop: asyncio.Task[None] | None = None

    # -- life

    async def start(self) -> None:
        """Settle what dead processes left behind, say that the app started, and begin.

        Handlers are to be registered before: what is due of one that is not there, is skipped.
        """
        await self._transact(partial(rounds.begin, boot=self._boot, is_alive=self._is_alive))
        self._loop = self._tools.spawner.spawn(self._run(), name="scheduler")

    async def stop(self, *, limit: float = 5.0) -> None:
        """Stop taking runs, end those that are going within `limit` seconds as ``interrupted``, and sign off."""
        self._stopping = True
        self._alarm.ring()
        if self._loop is not None:
            await asyncio.wait({self._loop}, timeout=limit)
        driving = [task for _, task in self._executions.values()]
        for task in driving:
            task.cancel()
        if driving:
            await asyncio.wait(driving, timeout=limit)
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
            while self._executions:
                await asyncio.wait([task for _, task in self._executions.values()])
        except asyncio.CancelledError:
            self._draining = False
            self.poke()
            raise

    @property
    def running(self) -> list[str]:
        """Ids of the runs this process works on."""
        return list(self._executions)

    def execution(self, run_id: str) -> Execution | None:
        """The execution of a run of this process."""
        found = self._executions.get(run_id)
        return found[0] if found else None

    def poke(self) -> None:
        """Something changed: look now."""
        self._still, self._poked = None, True
        if self._loop is not None:  # it begins with a look anyway
            self._alarm.ring()

    def register(self, handler: HandlerSpec) -> Callable[[], None]:
        """Make a handler known; returns the way to take it back (due runs are then ``skipped: plugin off``)."""
        self.handlers[handler.name] = handler
        self.poke()

        def unregister() -> None:
            if self.handlers.get(handler.name) is handler:
                del self.handlers[handler.name]
                for execution, _ in self._executions.values():
                    self._stop_without_handler(execution)

        return unregister

    def _stop_without_handler(self, execution: Execution) -> None:
        if execution.claimed.handler.name not in self.handlers:
            execution.stop(Reason.CANCELLED, "The plugin that does this work was switched off.")

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
            working_on=frozenset(self._executions),
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
        self._late += told.late
        self._missed += told.missed
        self.poke()
        return lambda: result

    async def _transact(self, work: Callable[[Connection, World, Told], T], told: Told | None = None) -> T:
        self._still = None
        told = Told() if told is None else told
        world = self.world()
        result = await self._tools.database.write(lambda db: work(db, world, told))
        self._act(told)
        return result

    def _act(self, told: Told) -> None:
        for claimed in told.claimed:
            execution = Execution(claimed, self._tools, self._save)
            task = self._tools.spawner.spawn(self._drive(execution), name=f"run {claimed.run.id}")
            self._executions[claimed.run.id] = (execution, task)
            self._stop_without_handler(execution)  # the plugin may have been switched off meanwhile
        for run_id in told.cancel:
            self._stop_run(run_id, Reason.SUPERSEDED, "A newer occurrence took its place.")
        for run_id in told.stop:
            self._stop_run(run_id, Reason.CANCELLED, told.why.get(run_id, "You stopped it."))
        for run_id in told.lost:
            self._stop_run(run_id, Reason.ABANDONED, "It was taken away from this process.")
        for event in told.events:
            self._tools.bus.publish(event)

    def _stop_run(self, run_id: str, reason: Reason, sentence: str) -> None:
        """Stop a run of this process; others hear of it through the store."""
        found = self._executions.get(run_id)
        if found is not None:
            found[0].stop(reason, sentence)

    # -- the loop

    async def _run(self) -> None:
        delay = 1.0
        while not self._stopping:
            try:
                async with self._looking:
                    told = await self._look()
                self._set_trouble("")
                wake_at, busy, delay = told.wake_at, told.waiting or bool(self._executions), 1.0
            except Exception as error:  # noqa: BLE001 - the top handler: whatever it is, the other tasks must go on
                self._set_trouble(_what_went_wrong(error))
                wake_at, busy = self._tools.clock.now() + timedelta(seconds=delay), False
                delay = min(delay * 2, _TROUBLE_MOST)
            if not self._stopping:
                await self._alarm.wait(wake_at, chunk=BUSY_CHUNK_SECONDS if busy else CHUNK_SECONDS)

    async def _look(self) -> Told:
        """Notice the world, then do rounds until nothing is left to do; what the last one told says when to look
        again.
        """
        noticed = self._watch()
        self._news.extend((event, self._tools.clock.now()) for event in noticed)
        while self._news:
            await self._notice(*self._news[0])
        told = self._told_last() or await self._look_around()
        self._keep_house()
        return told

    def _told_last(self) -> Told | None:
        """What the last look told, when another one would find the same."""
        still = self._still
        if still is None or not still.lasts(self.world(), self._tools.database.footprint()):
            return None
        self._still = still.skipped()
        return still.told

    async def _look_around(self) -> Told:
        self._poked = False
        world, footprint = self.world(), self._tools.database.footprint()
        while True:
            places = 0 if self._unsaved or self._draining else self._settings().concurrency
            late, missed = self._late, self._missed
            told = Told(late=late, missed=missed)
            await self._transact(partial(rounds.look_around, is_alive=self._is_alive, places=places), told)
            self._late += told.late - late
            self._missed += told.missed - missed
            if not told.more or self._stopping:
                break
        if self._late or self._missed:
            await self._transact(partial(queue_digest, late=self._late, missed=self._missed))
            self._late = self._missed = 0
        elif not self._poked:
            self._still = still_after(told, world, footprint)
        return told

    async def _notice(self, event: Event, at: datetime) -> None:
        """Act on one piece of news; it stays in the list while the store does not take what follows from it."""
        try:
            await self._transact(partial(rounds.notice, event=event, at=at))
        except StoreTrouble:
            raise
        except Exception:
            self._news.popleft()  # an error of ours must not come back with every look
            raise
        self._news.popleft()
        self._tools.bus.publish(event)

    def _keep_house(self) -> None:
        now = self._tools.clock.now()
        due = self._housekept is None or abs(now - self._housekept) >= _HOUSEKEEPING
        if self._housekeeping is not None and due:
            self._housekept = now
            self._tools.spawner.spawn(self._housekeeping(), name="housekeeping")

    def _set_trouble(self, sentence: str) -> None:
        if self._unsaved and not sentence:
            return
        if sentence != self.trouble:
            (_log.error if sentence else _log.info)("Store: %s", sentence or "works again")
            self.trouble = sentence
            self._tools.bus.publish(SchedulerChanged())

    # -- runs

    async def _drive(self, execution: Execution) -> None:
        run_id = execution.claimed.run.id
        try:
            outcome = await execution.run()
            if not await self._insist(partial(_finish, execution=execution, outcome=outcome)):
                _log.warning("A late result of run %s was refused", run_id)
        finally:
            self._executions.pop(run_id, None)
            self.poke()

    async def _save(self, work: Callable[[Connection], bool]) -> bool:
        return await self._insist(lambda db, _world, _told: work(db))

    async def _insist(self, work: Callable[[Connection, World, Told], bool]) -> bool:
        """Make something of a run durable, however long the disk refuses; nothing is claimed or sent before that."""
        delay, held = 1.0, False
        try:
            while True:
                try:
                    return await self._transact(work)
                except StoreTrouble as error:
                    self._unsaved += not held
                    held = True
                    self._set_trouble(error.sentence)
                await self._tools.clock.sleep(delay)
                delay = min(delay * 2, _TROUBLE_MOST)
        finally:
            if held:
                self._unsaved -= 1
                self._set_trouble("")
                self.poke()  # runs were held back meanwhile


def _raise(error: Exception) -> NoReturn:
    raise error


def _what_went_wrong(error: Exception) -> str:
    if isinstance(error, StoreTrouble):
        return error.sentence
    _log.error("A round of the scheduler failed", exc_info=error)
    return "The scheduler met an error of its own and tries again; the log has the details."


def _finish(
    db: Connection, world: World, told: Told, *, execution: Execution, outcome: Result | Failure | Ended
) -> bool:
    claimed, working = execution.claimed, execution.working
    execution.context.store(execution.rest, db)
    if execution.last_step is not None:
        execution.store_step(db, execution.last_step, world.now)
    match outcome:
        case Result():
            return finishing.complete(db, world, claimed, outcome, working, told)
        case Failure():
            return finishing.fail(db, world, claimed, outcome, working, told)
        case Ended(reason=reason, sentence=sentence, kind=kind):
            return finishing.end(db, world, claimed, reason, sentence, told, kind=kind, working=working)
