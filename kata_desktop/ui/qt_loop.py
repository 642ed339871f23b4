"""The asyncio loop on Qt's own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, QTimerEvent
from qasync import QEventLoop

_LONGEST = 86_400.0
"""Seconds of one timer: Qt takes no more than 24 days, and a step may be meant for next year."""


class _Timers(QObject):
    """A timer of Qt for each step; a step that comes while the loop is left waits for it."""

    def __init__(self, loop: QtLoop) -> None:
        super().__init__()
        self._loop = loop
        self._steps: dict[int, tuple[asyncio.Handle, float]] = {}
        """By timer, each with the seconds that are left when that comes."""
        self._late: list[asyncio.Handle] = []

    def add_callback(self, step: asyncio.Handle, delay: float = 0) -> asyncio.Handle:
        """Run a step after `delay` seconds."""
        now = min(max(0, delay), _LONGEST)
        self._steps[self.startTimer(int(now * 1000))] = step, delay - now
        return step

    def timerEvent(self, event: QTimerEvent) -> None:
        self.killTimer(event.timerId())
        step, left = self._steps.pop(event.timerId(), (None, 0))
        if step is None or step.cancelled():
            return
        if left > 0:
            self.add_callback(step, left)
        elif self._loop.runs_here:
            step._run()
        else:
            self._late.append(step)

    def catch_up(self) -> None:
        """Let what came while the loop was left run next."""
        late, self._late = self._late, []
        for step in late:
            self.add_callback(step)

    def stop(self) -> None:
        """Run nothing any more."""
        for timer in self._steps:
            self.killTimer(timer)
        self._steps.clear()
        self._late.clear()

    def set_debug(self, enabled: bool) -> None:
        """Nothing is told; qasync calls this with its own switch."""


class QtLoop(QEventLoop):  # type: ignore[misc]  # qasync tells no types
    """qasync's loop that runs nobody's step while it is not the running loop.

    qasync 0.28 runs what is due whenever Qt handles its events: also once more after `run_until_complete` has left the
    loop, and when somebody calls `processEvents` between two runs. A task whose step comes then finds no running loop:
    whatever it starts fails, and the task with it.
    """

    def __init__(self, app: QCoreApplication) -> None:
        super().__init__(app)
        self._timer = _Timers(self)

    @property
    def runs_here(self) -> bool:
        """Whether it is the running loop."""
        return asyncio._get_running_loop() is self

    def run_forever(self) -> Any:
        """Run until `stop`, beginning with what came while the loop was left."""
        self._timer.catch_up()
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

    def _stop(self, _: object) -> None:
        self.stop()
