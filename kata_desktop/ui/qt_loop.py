"""The asyncio loop on Qt's own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import Context
from typing import Any

from qasync import QEventLoop


class _Step(asyncio.Handle):
    """A callback that waits for the loop where Qt calls it while the loop is left."""

    def __init__(
        self, callback: Callable[..., object], arguments: tuple[Any, ...], loop: QtLoop, context: Context | None
    ) -> None:
        super().__init__(callback, arguments, loop, context)
        self._qt_loop = loop

    def _run(self) -> None:
        if self._qt_loop.runs_here:
            super()._run()
        else:
            self._qt_loop.hold(self)


class QtLoop(QEventLoop):  # type: ignore[misc]  # qasync tells no types
    """qasync's loop that runs nobody's step while it is not the running loop.

    qasync 0.28 runs what is due whenever Qt handles its events: also once more after `run_until_complete` has left the
    loop, and when somebody calls `processEvents` between two runs. A task whose step comes then finds no running loop:
    whatever it starts fails, and the task with it.
    """

    def __init__(self, *arguments: Any) -> None:
        self._held: list[_Step] = []
        super().__init__(*arguments)

    @property
    def runs_here(self) -> bool:
        """Whether it is the running loop."""
        return asyncio._get_running_loop() is self

    def hold(self, step: _Step) -> None:
        """Run a step when the loop runs again."""
        self._held.append(step)

    def run_forever(self) -> Any:
        """Run until `stop`, beginning with what came due while the loop was left."""
        held, self._held = self._held, []
        for step in held:
            self._add_callback(step)
        return super().run_forever()

    def run_until_complete(self, future: Awaitable[Any]) -> Any:
        """Run until `future` is done; what is due then waits for the next time the loop runs."""
        task = asyncio.ensure_future(future, loop=self)  # noqa: TID251 - nobody's but the caller's
        task.add_done_callback(self._stop)
        try:
            self.run_forever()
        finally:
            task.remove_done_callback(self._stop)
        if not task.done():
            raise RuntimeError("Event loop stopped before Future completed.")
        return task.result()

    def call_later(
        self, delay: float, callback: Callable[..., object], *arguments: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """Run `callback` after `delay` seconds; `call_soon` and `call_at` come here as well."""
        step: asyncio.Handle = self._add_callback(_Step(callback, arguments, self, context), delay)
        return step

    def _process_event(self, key: Any, mask: int) -> None:
        if self.runs_here:  # else it is told again: what can be read or written stays so
            super()._process_event(key, mask)

    def _stop(self, _: object) -> None:
        self.stop()
