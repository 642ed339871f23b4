"""The scheduler's verbs in one place: dialog, command line, control socket, plugins and agents all call these.

One rule, one message, one test.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TypeVar

from kata_desktop.domain.events import Event, ModelsChanged, SchedulerChanged, WorkspacesChanged
from kata_desktop.domain.handler import HandlerSpec
from kata_desktop.domain.preview import SchedulerStatus
from kata_desktop.domain.run import RunState
from kata_desktop.domain.trigger import EventKind
from kata_desktop.scheduler.core import Core
from kata_desktop.scheduler.deletions import Deletions
from kata_desktop.scheduler.engine.resuming import lift
from kata_desktop.scheduler.engine.suspending import settle_before_pause
from kata_desktop.scheduler.engine.withdrawing import end_waiting_of
from kata_desktop.scheduler.engine.world import Told, World
from kata_desktop.scheduler.moves import EngineMoves
from kata_desktop.scheduler.run_verbs import RunVerbs
from kata_desktop.scheduler.task_verbs import TaskVerbs
from kata_desktop.store import agenda, pauses, runs, waiting, workspaces
from kata_desktop.store.connection import Connection
from kata_desktop.store.pauses import Pause

T = TypeVar("T")


class Scheduling(TaskVerbs, RunVerbs):
    """Tasks, runs and pauses. Every verb raises the domain's errors, whose messages are fit for people."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._read = None
        self._deletions = Deletions(core)
        for kind in (WorkspacesChanged, ModelsChanged):
            core.bus.subscribe(kind, self._forget_known)

    def _forget_known(self, _: Event) -> None:
        self._read = None

    def register(self, handler: HandlerSpec) -> Callable[[], None]:
        """Make a handler known to tasks by its name; returns the way to take it back."""
        return self._core.engine.register(handler)

    async def switch_off(self, *handlers: str) -> None:
        """What waits to be done by these handlers ends: they were switched off, and on again means from then on.

        To be called after they were taken back; ending the program is no reason to call it.
        """
        if handlers:
            await self._core.transact(partial(end_waiting_of, handlers))

    @property
    def event_kinds(self) -> tuple[EventKind, ...]:
        """Events of plugins that tasks can wait for now."""
        self._core.learn()
        return self._core.event_kinds()

    async def together(self, work: Callable[[Connection, EngineMoves], T]) -> T:
        """Run `work` as one durable transaction of another room with the engine, then tell and act on what it did.

        Raises `StoreTrouble`.
        """
        return await self._core.transact(lambda db, world, told: work(db, EngineMoves(db, world, told)))

    async def pause_all(self, until: datetime | None = None, workspace_id: str = "") -> None:
        """Pause every schedule, or those of one workspace, until an instant or until somebody resumes."""

        def work(db: Connection, world: World, told: Told) -> None:
            if workspace_id:
                workspaces.get(db, workspace_id)
            settle_before_pause(db, workspace_id, world, told)
            pauses.put(db, workspace_id or pauses.ALL, world.now, until)
            told.events.append(SchedulerChanged())

        await self._core.transact(work)

    async def resume_all(self, workspace_id: str = "") -> None:
        """End a pause; what came due in it is recorded as skipped. Without a workspace, every pause ends."""

        def work(db: Connection, world: World, told: Told) -> None:
            for pause in pauses.listed(db):
                if not workspace_id or pause.scope == workspace_id:
                    lift(db, pause, world.now, world, told)
            told.events.append(SchedulerChanged())

        await self._core.transact(work)

    async def status(self, workspace_id: str = "") -> SchedulerStatus:
        """The scheduler in one look."""
        now = self._core.now

        def work(db: Connection) -> SchedulerStatus:
            active = pauses.active(db, now)
            states = runs.state_counts(db)
            planned = agenda.next_planned(db, workspace_id)
            return SchedulerStatus(
                paused_all=pauses.ALL in active,
                paused_until=active.get(pauses.ALL),
                paused_workspaces=tuple((scope, until) for scope, until in active.items() if scope != pauses.ALL),
                running=states.get(RunState.RUNNING, 0),
                queued=states.get(RunState.QUEUED, 0),
                waiting=states.get(RunState.PARKED, 0),
                next_task_id=planned[0] if planned else "",
                next_task_name=planned[1] if planned else "",
                next_at=planned[2] if planned else None,
                trouble=self._core.engine.trouble,
                held=self._core.engine.held(),
                offline=waiting.waits_for_network(db),
            )

        return await self._core.read(work)

    async def pauses(self) -> list[Pause]:
        """The pauses that are set."""
        return await self._core.read(pauses.listed)

    @property
    def running_here(self) -> list[str]:
        """Ids of the runs that this process works on."""
        return self._core.engine.running

    async def drain(self) -> None:
        """Return when nothing runs in this process any more; what comes due meanwhile is recorded and waits.

        Cancelled, runs start again.
        """
        await self._core.engine.drain()

    def poke(self) -> None:
        """The outside world changed (the computer woke, the network came back): look at once."""
        self._core.engine.poke()
