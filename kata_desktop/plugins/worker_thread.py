"""Plain functions in a thread of their own: a thread cannot be stopped, so whoever is cancelled waits for its end."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def in_thread(work: Callable[[], T], *, name: str) -> T:
    """Return what `work` returns, or raise what it raises.

    Cancelled, it raises `CancelledError` only after the thread has ended: nobody may believe that it is over before.
    The thread does not keep the program from ending.
    """
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[None] = loop.create_future()
    outcome: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            outcome.append(work())
        except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
            errors.append(error)
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(_end, ended)

    context = contextvars.copy_context()
    threading.Thread(target=lambda: context.run(run), name=name, daemon=True).start()
    cancelled = False
    while not ended.done():
        try:
            await asyncio.wait({ended})
        except asyncio.CancelledError:
            cancelled = True
    if cancelled:
        raise asyncio.CancelledError
    if errors:
        raise errors[0]
    return outcome[0]


def _end(ended: asyncio.Future[None]) -> None:
    if not ended.done():
        ended.set_result(None)
