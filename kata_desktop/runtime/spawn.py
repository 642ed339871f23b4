"""Named, kept tasks: nothing that was started is forgotten, nothing fails unseen."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from kata_desktop.runtime.ownership import own_context

_log = logging.getLogger(__name__)


class Spawner:
    """Starts asyncio tasks by name, keeps them until they end and ends them all at `close`.

    A task that fails is logged with its name; the failure is also what `await`-ing the task raises. The tasks are
    ours, also where a plugin's call led to them: they do not end with the plugin.
    """

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def spawn(self, coroutine: Coroutine[Any, Any, Any], *, name: str) -> asyncio.Task[Any]:
        """Run `coroutine` as a task called `name` on the running loop."""
        task = asyncio.get_running_loop().create_task(coroutine, name=name, context=own_context())
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    @property
    def names(self) -> list[str]:
        """Names of what is running, for diagnostics."""
        return sorted(task.get_name() for task in self._tasks)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("Task %s failed", task.get_name(), exc_info=error)

    async def close(self, *, limit: float = 5.0) -> None:
        """Cancel what still runs and wait for it, at most `limit` seconds; what ignores that is logged by name."""
        current = asyncio.current_task()
        tasks = [task for task in self._tasks if task is not current]
        for task in tasks:
            task.cancel()
        if tasks:
            _, pending = await asyncio.wait(tasks, timeout=limit)
            for task in pending:
                _log.warning("Task %s ignored cancellation", task.get_name())
