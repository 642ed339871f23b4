"""The asyncio loop on Qt's own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

from qasync import QEventLoop


class QtLoop(QEventLoop):  # type: ignore[misc]  # qasync tells no types
    """qasync's loop that runs nobody's step while it is not the running loop.

    qasync 0.28 handles what is due once more after `run_until_complete` has left the loop. A task whose step comes
    then finds no running loop: whatever it starts fails, and the task with it.
    """

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
