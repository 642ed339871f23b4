"""Everything that one plugin does on the loop in one workspace: called with limits, and ended as a whole."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any, TypeVar

from kata_desktop.domain.errors import KataError
from kata_desktop.plugins.containment import Driven, Outcome, called, driven, explained
from kata_desktop.plugins.errors import PluginFault
from kata_desktop.plugins.hold_ups import HoldUps
from kata_desktop.runtime.clock import Clock
from kata_desktop.runtime.ownership import on_behalf_of
from kata_desktop.runtime.spawn import Spawner

T = TypeVar("T")
GRACE = 12.0
"""Seconds that cancelled work has to end by itself; longer than the engine waits, whose row says "abandoned" then."""

Log = logging.LoggerAdapter[logging.Logger]


class Scope:
    """The bounds of a plugin's object.

    Attributes:
        name: For the names of tasks.
        log: The plugin's own log.
    """

    def __init__(self, name: str, *, clock: Clock, spawner: Spawner, log: Log, grace: float = GRACE) -> None:
        self.name = name
        self.log = log
        self._clock = clock
        self._spawner = spawner
        self._grace = grace
        self._tasks: dict[asyncio.Task[Any], Driven[Any]] = {}
        self._hold_ups = HoldUps(clock, log)
        self._ended = False
        self._told: BaseException | None = None

    def sync(self, work: Callable[[], T], what: str) -> T:
        """Call something short and synchronous. Raises what it raises, `PluginFault` for an attempt to exit."""
        with self._hold_ups.measured(what):
            return self.in_thread(work, what)

    def in_thread(self, work: Callable[[], T], what: str) -> T:
        """Call something synchronous that holds up nobody, since the caller is in a thread. Raises as `sync` does."""
        with on_behalf_of(self):
            got = called(work)
        if got.error is not None:
            self.complain(got.error, what)
        return got.unpacked()

    async def call(self, work: Callable[[], Awaitable[T]], *, what: str, limit: float) -> T:
        """Do a piece of the plugin's work in a task of its own.

        Raises what it raises; `PluginFault` when it takes longer than `limit` seconds, cancels itself or tries to end
        the program. Cancelling the caller cancels the work and waits for its end.
        """
        task: asyncio.Task[Outcome[T]] = self._spawner.spawn(self._outcome(work, what), name=f"{self.name}: {what}")
        try:
            if not await self._in_time({task}, limit):
                raise self._complained(PluginFault(f"{what} took longer than {limit:g} s, so it was stopped"), what)
        finally:
            await self._end({task})
        if task.cancelled():
            raise self._complained(PluginFault(f"{what} cancelled itself"), what)
        return task.result().unpacked()

    async def inside(self, work: Callable[[], Awaitable[T]], what: str) -> T:
        """Do a piece of the plugin's work in the current task, which somebody else limits and may cancel.

        Raises what it raises. When it ignores cancellation for the grace time, it is dropped.
        """
        return (await self._outcome(work, what, insist=True)).unpacked()

    def spawn(self, work: Coroutine[Any, Any, None], *, name: str, on_end: Callable[[Exception | None], None]) -> None:
        """Run something beside until it ends or the plugin does; `on_end` hears how."""
        if self._ended:
            work.close()
            raise PluginFault(f"It started “{name}” after it was switched off")
        self._spawner.spawn(self._beside(work, name, on_end), name=f"{self.name}: {name}")

    def complain(self, error: BaseException, what: str) -> None:
        """Log a failure in the plugin's own log, once on its way up; what the world did needs no place in the code."""
        if error is self._told:
            return
        self._told = error
        if isinstance(error, KataError) and not isinstance(error, PluginFault):
            self.log.warning("%s: %s", what, error.sentence)
        elif isinstance(error, PluginFault) and error.__cause__ is None:
            self.log.error("%s", explained(error, what))
        else:
            self.log.error("%s", explained(error, what), exc_info=error)

    def _complained(self, error: PluginFault, what: str) -> PluginFault:
        self.complain(error, what)
        return error

    async def end(self) -> None:
        """Cancel everything that the plugin has going; what ignores that is dropped after the grace time."""
        self._ended = True
        await self._end({task for task in self._tasks if task is not asyncio.current_task()})

    # -- tasks that the plugin's code makes by itself, see `runtime.ownership`

    def wrapped(self, coroutine: Coroutine[Any, Any, Any]) -> Coroutine[Any, Any, Any]:
        """Contain what a task is to run."""
        name = getattr(coroutine, "__qualname__", "a task of its own")
        return Driven(coroutine, partial(self._hold_ups.measured, f"Its work “{name}”"))

    def adopt(self, task: asyncio.Task[Any]) -> None:
        """Note the task."""
        work = task.get_coro()
        if isinstance(work, Driven):
            self._note(task, work)

    # -- how

    def _note(self, task: asyncio.Task[Any], work: Driven[Any]) -> None:
        self._tasks[task] = work
        task.add_done_callback(self._forget)
        if self._ended:
            task.cancel()

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._tasks.pop(task, None)

    async def _beside(
        self, work: Coroutine[Any, Any, None], name: str, on_end: Callable[[Exception | None], None]
    ) -> None:
        got = await self._outcome(lambda: work, f"Its work “{name}”")
        on_end(got.error)

    async def _outcome(self, work: Callable[[], Awaitable[T]], what: str, *, insist: bool = False) -> Outcome[T]:
        task = asyncio.current_task()
        assert task is not None
        before = self._tasks.get(task)
        watching: list[asyncio.Task[None]] = []
        with on_behalf_of(self):
            try:
                coroutine = driven(work, partial(self._hold_ups.measured, what))
                self._note(task, coroutine)
                if insist:
                    coroutine.on_cancelled = lambda: watching.append(self._insist(task))
                return Outcome(value=await coroutine)
            except Exception as error:  # noqa: BLE001 - the top handler for what plugins do on the loop
                self.complain(error, what)
                return Outcome(error=error)
            finally:
                if before is not None:
                    self._tasks[task] = before
                else:
                    self._tasks.pop(task, None)
                for watch in watching:
                    watch.cancel()

    def _insist(self, task: asyncio.Task[Any]) -> asyncio.Task[None]:
        async def condemn() -> None:
            await self._clock.sleep(self._grace)
            if task.cancelling():  # unless the plugin had cancelled itself, as time limits inside do
                self._condemn({task})

        return self._spawner.spawn(condemn(), name=f"{self.name}: patience")

    async def _end(self, tasks: set[asyncio.Task[Any]]) -> None:
        going = {task for task in tasks if not task.done()}
        for task in going:
            task.cancel()
        if going and not await self._in_time(going, self._grace):
            self._condemn(going)
            await self._in_time(going, self._grace)

    def _condemn(self, tasks: set[asyncio.Task[Any]]) -> None:
        for task in tasks:
            if (work := self._tasks.get(task)) is not None and not task.done():
                self.log.warning("Its work “%s” ignored cancellation, so it was dropped", task.get_name())
                work.condemned = True
            task.cancel()

    async def _in_time(self, tasks: set[asyncio.Task[Any]], limit: float) -> bool:
        """Wait until all have ended, at most so many seconds."""
        timer = self._spawner.spawn(self._clock.sleep(limit), name=f"{self.name}: time limit")
        try:
            while (going := {task for task in tasks if not task.done()}) and not timer.done():
                await asyncio.wait({timer, *going}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
        return not going
