"""The runs that this process works on, each from its claim until its end is in the store."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Container
from functools import partial
from typing import TYPE_CHECKING

from kata_desktop.domain.run import Reason
from kata_desktop.scheduler.engine.tools import Tools
from kata_desktop.scheduler.engine.trouble import LONGEST_PAUSE, Trouble
from kata_desktop.scheduler.engine.world import Claimed, Told, World
from kata_desktop.store.connection import Connection
from kata_desktop.store.errors import StoreTrouble

if TYPE_CHECKING:
    from kata_desktop.scheduler.engine.executor import Execution

Commit = Callable[[Callable[[Connection, World, Told], bool]], Awaitable[bool]]
"""One durable transaction of the engine; raises `StoreTrouble`."""

_log = logging.getLogger(__name__)


class Executions:
    """Begins, stops and counts them; each is driven by a task of its own."""

    def __init__(
        self,
        tools: Tools,
        *,
        handlers: Container[str],
        commit: Commit,
        trouble: Trouble,
        poke: Callable[[], None],
    ) -> None:
        self._tools = tools
        self._handlers = handlers
        self._commit = commit
        self._trouble = trouble
        self._poke = poke
        self._going: dict[str, tuple[Execution, asyncio.Task[None]]] = {}

    @property
    def run_ids(self) -> list[str]:
        """Ids of the runs, in the order in which they began."""
        return list(self._going)

    def find(self, run_id: str) -> Execution | None:
        """The execution of a run; None when it is not of this process."""
        found = self._going.get(run_id)
        return found[0] if found else None

    def begin(self, claimed: Claimed) -> None:
        """Drive a claimed run."""
        from kata_desktop.scheduler.engine.executor import Execution  # a start that finds nothing due does without

        execution = Execution(claimed, self._tools, self._save)
        task = self._tools.spawner.spawn(self._drive(execution), name=f"run {claimed.run.id}")
        self._going[claimed.run.id] = (execution, task)
        self._stop_without_handler(execution)  # the plugin may have been switched off meanwhile

    def stop(self, run_id: str, reason: Reason, sentence: str) -> None:
        """Stop a run of this process; others hear of it through the store."""
        if execution := self.find(run_id):
            execution.stop(reason, sentence)

    def stop_without_handler(self) -> None:
        """Stop those whose handler was taken back."""
        for execution, _ in self._going.values():
            self._stop_without_handler(execution)

    def _stop_without_handler(self, execution: Execution) -> None:
        if execution.claimed.handler.name not in self._handlers:
            execution.stop(Reason.CANCELLED, "The plugin that does this work was switched off.")

    async def wait_until_none(self) -> None:
        """Return when nothing runs."""
        while self._going:
            await asyncio.wait(self._driving())

    async def break_off(self, *, limit: float) -> None:
        """Cancel those that are going and wait for them, at most `limit` seconds."""
        driving = self._driving()
        for task in driving:
            task.cancel()
        if driving:
            await asyncio.wait(driving, timeout=limit)

    def _driving(self) -> list[asyncio.Task[None]]:
        return [task for _, task in self._going.values()]

    async def _drive(self, execution: Execution) -> None:
        from kata_desktop.scheduler.engine.closing import close

        run_id = execution.claimed.run.id
        try:
            outcome = await execution.run()
            if not await self._insist(partial(close, execution=execution, outcome=outcome)):
                _log.warning("A late result of run %s was refused", run_id)
        finally:
            self._going.pop(run_id, None)
            self._poke()

    async def _save(self, work: Callable[[Connection], bool]) -> bool:
        return await self._insist(lambda db, _world, _told: work(db))

    async def _insist(self, work: Callable[[Connection, World, Told], bool]) -> bool:
        """Make something of a run durable, however long the disk refuses; nothing is claimed or sent before that."""
        delay, held = 1.0, False
        try:
            while True:
                try:
                    return await self._commit(work)
                except StoreTrouble as error:
                    self._trouble.waiting += not held
                    held = True
                    self._trouble.met(error)
                await self._tools.clock.sleep(delay)
                delay = min(delay * 2, LONGEST_PAUSE)
        finally:
            if held:
                self._trouble.waiting -= 1
                self._trouble.over()
                self._poke()  # runs were held back meanwhile
