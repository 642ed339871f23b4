"""Verbs on runs: starting, stopping, repeating and reading them."""

from __future__ import annotations

import asyncio
import contextlib
import json
from datetime import timedelta
from zoneinfo import ZoneInfo

from kata_desktop.domain.errors import NotFound, Refused
from kata_desktop.domain.events import RunChanged
from kata_desktop.domain.journal import Attempt, LogLine, Step
from kata_desktop.domain.listing import RunCounts, RunDay, RunQuery
from kata_desktop.domain.notification import OutboxItem
from kata_desktop.domain.run import Run, RunState, Source
from kata_desktop.domain.task import Overlap, TaskSpec, TaskState
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.scheduler.core import Core
from kata_desktop.scheduler.engine.arming import new_task
from kata_desktop.scheduler.engine.listening import start_listeners
from kata_desktop.scheduler.engine.starting import start_run, stop_run, take_over_steps
from kata_desktop.scheduler.engine.world import Told, World
from kata_desktop.store import journal, listing, outbox, run_days, runs, tasks, usage
from kata_desktop.store.connection import Connection
from kata_desktop.store.errors import SpecUnreadable

TEST_PRINCIPAL = "test"
"""Owner of the hidden tasks that test runs of unsaved dialogs belong to."""

COSTS_OF = 10
"""How many runs of a task tell what the next one costs."""

LOOK_SECONDS = 5.0
"""How often somebody who waits for a run of another process looks."""


class RunVerbs:
    """Runs, as people and plugins see them."""

    _core: Core

    async def run_now(
        self,
        task_id: str,
        *,
        source: Source = Source.MANUAL,
        test: bool = False,
        arguments: str = "",
        session_id: str = "",
    ) -> Run:
        """Start a task now, whatever its schedule says; counts towards nothing.

        Raises `Refused` when it is running and may not run beside itself, or when a quota is used up.
        """

        def work(db: Connection, world: World, told: Told) -> Run:
            task = tasks.get(db, task_id)
            going = [run for run in runs.open_of_task(db, task_id) if not test]
            if going and task.spec.overlap is not Overlap.PARALLEL and source is not Source.MESSAGE:
                raise _is_open(going, world)
            kind = Source.TEST if test else source
            return start_run(db, task, kind, world, told, arguments=arguments, session_id=session_id)

        return await self._core.transact(work)

    async def test_run(self, raw: TaskInput, current: TaskSpec | None = None) -> Run:
        """Run a task as typed, once and now, without saving it. The run is kept in the history, marked as a test."""
        core = self._core
        spec = core.checked(raw, await core.known(), current)

        def work(db: Connection, world: World, told: Told) -> Run:
            task = new_task(spec, world, state=TaskState.DELETED, principal=TEST_PRINCIPAL)
            tasks.insert(db, task)
            return start_run(db, task, Source.TEST, world, told)

        return await core.transact(work)

    async def retry(self, run_id: str, *, after: timedelta = timedelta(0)) -> Run:
        """Run a finished run's task again, as the task is now, at once or `after` a while."""

        def work(db: Connection, world: World, told: Told) -> Run:
            run = runs.get(db, run_id)
            task = tasks.find(db, run.task_id)
            if task is None or (task.state is TaskState.DELETED and not run.test):
                raise Refused(f"“{run.task_name}” was deleted, so it cannot be run again.")
            if going := [run] if run.state is not RunState.DONE else runs.open_of_task(db, task.id):
                raise _is_open(going, world)
            again = start_run(
                db,
                task,
                Source.TEST if run.test else Source.RETRY,
                world,
                told,
                arguments=run.arguments,
                session_id=run.session_id if is_reply(run.arguments) else "",
                after=after,
            )
            take_over_steps(db, run, again, world)
            return again

        return await self._core.transact(work)

    async def reply(self, run_id: str, text: str) -> Run:
        """Go on talking in the conversation of a run; the answer is a run of the same task."""
        if not text.strip():
            raise Refused("There is nothing to send; write a reply first.")

        def work(db: Connection, world: World, told: Told) -> Run:
            run = runs.get(db, run_id)
            if not run.session_id:
                raise Refused("This run has no conversation to go on with; run the task again instead.")
            task = tasks.find(db, run.task_id)
            if task is None or (task.state is TaskState.DELETED and not run.test):
                raise Refused(f"“{run.task_name}” is gone, so its conversation cannot go on.")
            arguments = json.dumps({"reply": text}, ensure_ascii=False)
            return start_run(
                db, task, Source.MESSAGE, world, told, arguments=arguments, session_id=run.session_id, test=run.test
            )

        return await self._core.transact(work)

    async def cancel(self, run_id: str, *, why: str = "You stopped it.") -> Run:
        """Stop a run: at once if it waits, within seconds if it is going. Harmless when it has ended."""

        def work(db: Connection, world: World, told: Told) -> Run:
            run = runs.get(db, run_id)
            stop_run(db, run, world, told, why)
            return runs.get(db, run_id)

        return await self._core.transact(work)

    async def emit(self, event_type: str, source: str = "", value: str = "", *, workspace_id: str = "") -> None:
        """Something happened that may start tasks, those of one workspace if it is named."""

        def work(db: Connection, world: World, told: Told) -> None:
            start_listeners(db, world, told, event_type, source=source, value=value, workspace_id=workspace_id)

        await self._core.transact(work)

    async def wait(self, run_id: str, limit: float | None = None) -> Run:
        """Return the run once it has ended; after `limit` seconds, as it is then."""
        ended = asyncio.Event()

        def heard(event: RunChanged) -> None:
            if event.run_id == run_id and event.state is RunState.DONE:
                ended.set()

        unsubscribe = self._core.bus.subscribe(RunChanged, heard)
        try:
            async with asyncio.timeout(limit):
                while (await self.run(run_id)).state is not RunState.DONE:
                    await self._heard_or_time_to_look(ended)
        except TimeoutError:
            pass
        finally:
            unsubscribe()
        return await self.run(run_id)

    async def _heard_or_time_to_look(self, ended: asyncio.Event) -> None:
        """Another process may work on the run; its events are not heard here."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_SECONDS):
                await ended.wait()

    def live_output(self, run_id: str) -> str:
        """What a run of this process has said so far; empty when it is not going."""
        execution = self._core.engine.execution(run_id)
        return execution.context.live if execution else ""

    async def run(self, run_id: str) -> Run:
        """The run with its whole output; raises `NotFound`."""
        return await self._core.read(lambda db: runs.get(db, run_id))

    async def runs(self, query: RunQuery | None = None) -> list[Run]:
        """Runs, newest first; outputs are cut to their beginning."""
        wanted = query or RunQuery()
        return await self._core.read(lambda db: listing.run_rows(db, wanted))

    async def run_count(self, query: RunQuery) -> int:
        """How many runs a query has without its limit."""
        return await self._core.read(lambda db: listing.run_count(db, query))

    async def run_counts(self, query: RunQuery) -> RunCounts:
        """Numbers for the chips above the history."""
        return await self._core.read(lambda db: listing.run_counts(db, query))

    async def run_days(self, query: RunQuery, *, totals: bool = False) -> list[RunDay]:
        """The local days on which a query has rows, whatever its filter, newest first; with sums if asked."""
        zone = self._core.clock.zone_name()
        return await self._core.read(lambda db: run_days.run_days(db, query, zone, totals=totals))

    async def cost_per_run(self, workspace_id: str, model: str, task_id: str = "") -> int | None:
        """What a run is likely to cost, in millionths of a dollar; None when nothing is known.

        The mean of the task's last runs that cost something, else of those that the model answered in the workspace.
        """

        def work(db: Connection) -> int | None:
            own = usage.mean_cost_of_task(db, task_id, COSTS_OF) if task_id else None
            return usage.mean_cost_of_model(db, workspace_id, model) if own is None else own

        return await self._core.read(work)

    async def attempts(self, run_id: str) -> list[Attempt]:
        """The attempts of a run, oldest first."""
        return await self._core.read(lambda db: journal.attempts(db, run_id))

    async def steps(self, run_id: str) -> list[Step]:
        """What happened in a run, in order."""
        return await self._core.read(lambda db: journal.steps(db, run_id))

    async def log(self, run_id: str, after: int = 0) -> list[LogLine]:
        """Log lines of a run, numbered above `after`."""
        return await self._core.read(lambda db: journal.log_lines(db, run_id, after))

    async def spec_of(self, run: Run) -> TaskSpec:
        """The snapshot of the task that a run used; raises `NotFound`, also when it cannot be read."""
        try:
            return await self._core.read(lambda db: tasks.spec_of(db, run.task_id, run.revision))
        except SpecUnreadable as error:
            raise NotFound("revision", run.id, error.sentence) from error

    async def deliveries(self, run_id: str) -> list[OutboxItem]:
        """Messages that a run caused, with what became of them."""
        return await self._core.read(lambda db: outbox.of_run(db, run_id))


def _is_open(going: list[Run], world: World) -> Refused:
    """Why nothing is started beside runs that have not ended, and what a person can do."""
    run = going[0]
    waits = all(each.state is RunState.QUEUED for each in going)
    if not waits or run.available_at is None or run.available_at <= world.now:
        return Refused(f"“{run.task_name}” is still running; wait for it or stop it first.")
    zone = ZoneInfo(world.system_zone)
    at, today = run.available_at.astimezone(zone), world.now.astimezone(zone).date()
    time = f"{at:%H:%M}" if at.date() == today else f"{at:%Y-%m-%d %H:%M}"
    again = "is tried again" if run.attempt or run.retries_used else "starts"
    return Refused(f"“{run.task_name}” {again} at {time}; wait for that, or stop that run and then run it now.")


def is_reply(arguments: str) -> bool:
    """Whether the arguments of a run are what somebody said in a conversation."""
    given: object = json.loads(arguments or "{}")
    return isinstance(given, dict) and "reply" in given
