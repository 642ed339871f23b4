"""The engine: waits for the next slot, records it, claims what may run, and drives it to its end.

No polling and never one timer per task: one alarm, at most 60 seconds at a time, then the wall clock is looked at
again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from kata_desktop.domain.events import ClockMoved, ComputerWoke, Event, NetworkChanged, SchedulerChanged, ZoneChanged
from kata_desktop.domain.handler import HandlerSpec, Result
from kata_desktop.domain.run import Reason
from kata_desktop.domain.settings import Settings
from kata_desktop.domain.trigger import SYSTEM_ZONE, EventType
from kata_desktop.runtime.alarm import CHUNK_SECONDS, Alarm
from kata_desktop.scheduler import finishing
from kata_desktop.scheduler.claiming import LEASE, claim_waiting
from kata_desktop.scheduler.context import Tools
from kata_desktop.scheduler.digest import queue_digest
from kata_desktop.scheduler.executor import Ended, Execution
from kata_desktop.scheduler.finishing import Failure
from kata_desktop.scheduler.firing import fire_due, rearm
from kata_desktop.scheduler.listening import start_listeners
from kata_desktop.scheduler.recovering import recover
from kata_desktop.scheduler.resuming import end_pauses, next_pause_end
from kata_desktop.scheduler.world import Told, World
from kata_desktop.store import boots, runs, tasks
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
    ) -> None:
        self._tools = tools
        self._boot = boot
        self._alarm = alarm
        self._settings = settings
        self._watch = watch
        self._is_alive = is_alive
        self._housekeeping = housekeeping
        self._housekept: datetime | None = None
        self.handlers: dict[str, HandlerSpec] = {}
        self.trouble = ""
        self._executions: dict[str, tuple[Execution, asyncio.Task[None]]] = {}
        self._unsaved = 0
        self._stopping = False
        self._loop: asyncio.Task[None] | None = None

    # -- life

    async def start(self) -> None:
        """Settle what dead processes left behind, say that the app started, and begin."""
        await self._transact(self._begin)
        self._loop = self._tools.spawner.spawn(self._run(), name="scheduler")

    def _begin(self, db: Connection, world: World, told: Told) -> None:
        boots.insert(db, self._boot, world.now)
        self._recover(db, world, told)
        start_listeners(db, world, told, EventType.APP_STARTED)

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
            await self._transact(self._sign_off)
        except StoreTrouble as error:  # the next start finds this boot dead and settles it
            _log.warning("Could not sign off: %s", error)
        self._alarm.close()

    def _sign_off(self, db: Connection, world: World, told: Told) -> None:
        recover(db, world, told, [self._boot.id], own=True)
        boots.end(db, self._boot.id, world.now)

    async def drain(self) -> None:
        """Wait until nothing runs; new runs are not claimed meanwhile."""
        self._stopping = True
        while self._executions:
            await asyncio.wait([task for _, task in self._executions.values()])

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
        self._alarm.ring()

    def register(self, handler: HandlerSpec) -> Callable[[], None]:
        """Make a handler known; returns the way to take it back (due runs are then ``skipped: plugin off``)."""
        self.handlers[handler.name] = handler
        self.poke()

        def unregister() -> None:
            if self.handlers.get(handler.name) is handler:
                del self.handlers[handler.name]
                self._stop_of(handler.name)

        return unregister

    def _stop_of(self, handler: str) -> None:
        for execution, _ in self._executions.values():
            if execution.claimed.spec.handler == handler:
                execution.stop(Reason.SKIPPED_PLUGIN_OFF, "The plugin that does this work was switched off.")

    # -- transactions

    def world(self) -> World:
        """The facts of this moment."""
        clock = self._tools.clock
        return World(
            now=clock.now(), system_zone=clock.zone_name(), boot_id=self._tools.boot_id, handlers=dict(self.handlers)
        )

    async def transact(self, work: Callable[[Connection, World, Told], T]) -> T:
        """Do something in one durable transaction, then tell and act on what it caused."""
        result = await self._transact(work)
        self.poke()
        return result

    async def _transact(self, work: Callable[[Connection, World, Told], T], told: Told | None = None) -> T:
        told = Told() if told is None else told
        result = await self._tools.database.write(partial(_fresh, work, self.world(), told))
        self._act(told)
        return result

    def _act(self, told: Told) -> None:
        for run_id in told.cancel:
            self.stop_run(run_id, Reason.SUPERSEDED, "A newer occurrence took its place.")
        for run_id in told.stop:
            self.stop_run(run_id, Reason.CANCELLED, "You stopped it.")
        for claimed in told.claimed:
            execution = Execution(claimed, self.handlers[claimed.spec.handler], self._tools)
            task = self._tools.spawner.spawn(self._drive(execution), name=f"run {claimed.run.id}")
            self._executions[claimed.run.id] = (execution, task)
        for event in told.events:
            self._tools.bus.publish(event)

    def stop_run(self, run_id: str, reason: Reason, sentence: str) -> None:
        """Stop a run of this process; others hear of it through the store."""
        found = self._executions.get(run_id)
        if found is not None:
            found[0].stop(reason, sentence)

    # -- the loop

    async def _run(self) -> None:
        delay = 1.0
        while not self._stopping:
            try:
                wake_at = await self._look()
                self._set_trouble("")
                delay = 1.0
            except StoreTrouble as error:
                self._set_trouble(error.sentence)
                wake_at = self._tools.clock.now() + timedelta(seconds=delay)
                delay = min(delay * 2, _TROUBLE_MOST)
            except Exception:  # noqa: BLE001 - the top handler: whatever it is, the other tasks must go on
                _log.exception("A round of the scheduler failed")
                self._set_trouble("The scheduler met an error of its own and tries again; the log has the details.")
                wake_at = self._tools.clock.now() + timedelta(seconds=delay)
                delay = min(delay * 2, _TROUBLE_MOST)
            if not self._stopping:
                await self._alarm.wait(wake_at, chunk=BUSY_CHUNK_SECONDS if self._executions else CHUNK_SECONDS)

    async def _look(self) -> datetime | None:
        """One round: notice the world, record what is due, claim what may run; returns when to look again."""
        for event in self._watch():
            await self._notice(event)
        told = Told(more=True)
        while told.more and not self._stopping:
            told.more = False
            await self._transact(self._round, told)
            told.clear()
        if told.late or told.missed:
            await self._transact(partial(queue_digest, late=told.late, missed=told.missed))
        self._keep_house()
        return told.wake_at

    def _round(self, db: Connection, world: World, told: Told) -> None:
        self._recover(db, world, told)
        end_pauses(db, world, told)
        fire_due(db, world, told)
        if not self._unsaved:
            claim_waiting(db, world, told, places=self._settings().concurrency)
        if self._executions or told.claimed:
            runs.renew(db, world.boot_id, world.now + LEASE)
            told.stop.extend(runs.cancel_requests(db, world.boot_id))
        told.wake_at = _earliest(world.now, tasks.next_due(db), runs.next_available(db), next_pause_end(db))

    def _recover(self, db: Connection, world: World, told: Told) -> None:
        dead = [boot for boot in boots.not_ended(db) if boot.id != world.boot_id and not self._is_alive(boot)]
        recover(db, world, told, [boot.id for boot in dead])
        for boot in dead:
            boots.end(db, boot.id, world.now)

    async def _notice(self, event: Event) -> None:
        match event:
            case ComputerWoke():
                await self._transact(partial(start_listeners, event_type=EventType.COMPUTER_WOKE))
            case ClockMoved(seconds=seconds):
                await self._transact(partial(_follow_clock, seconds=seconds))
            case ZoneChanged():
                await self._transact(partial(rearm, zone=SYSTEM_ZONE))
            case NetworkChanged(online=True):
                await self._transact(_network_is_back)
            case _:
                pass
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
            await self._store(execution, outcome)
        finally:
            self._executions.pop(run_id, None)
            self._alarm.ring()

    async def _store(self, execution: Execution, outcome: Result | Failure | Ended) -> None:
        """Make the end of a run durable, however long the disk refuses; nothing is sent before that."""
        delay, held = 1.0, False
        while True:
            try:
                if not await self._transact(partial(_finish, execution=execution, outcome=outcome)):
                    _log.warning("A late result of run %s was refused", execution.claimed.run.id)
                break
            except StoreTrouble as error:
                self._unsaved += not held
                held = True
                self._set_trouble(error.sentence)
                await self._tools.clock.sleep(delay)
                delay = min(delay * 2, _TROUBLE_MOST)
        if held:
            self._unsaved -= 1
            self._set_trouble("")


def _fresh(work: Callable[[Connection, World, Told], T], world: World, told: Told, db: Connection) -> T:
    return work(db, world, told)


def _earliest(
    now: datetime, due: datetime | None, available: datetime | None, pause_end: datetime | None
) -> datetime | None:
    # A waiting run whose time has come waits for something else, and whatever that is will ring.
    later = available if available is not None and available > now else None
    return min((instant for instant in (due, later, pause_end) if instant is not None), default=None)


def _follow_clock(db: Connection, world: World, told: Told, *, seconds: float) -> None:
    """The clock was set: waits stay as long as they were meant, next slots are worked out anew when it went back."""
    runs.shift_waiting(db, timedelta(seconds=seconds))
    if seconds < 0:
        rearm(db, world, told)


def _network_is_back(db: Connection, world: World, told: Told) -> None:
    runs.hasten_offline(db, world.now)
    told.events.append(SchedulerChanged())


def _finish(
    db: Connection, world: World, told: Told, *, execution: Execution, outcome: Result | Failure | Ended
) -> bool:
    claimed, working = execution.claimed, execution.working
    match outcome:
        case Result():
            return finishing.complete(db, world, claimed, outcome, working, told)
        case Failure():
            return finishing.fail(db, world, claimed, outcome, working, told)
        case Ended(reason=reason, sentence=sentence):
            return finishing.end(db, world, claimed, reason, sentence, told, working=working)
