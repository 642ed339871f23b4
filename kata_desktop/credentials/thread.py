"""One thread for calls that may block for good; nobody waits for it, not even the end of the program."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(kw_only=True, slots=True, eq=False)
class Call(Generic[T]):
    """A call on its way through the thread."""

    work: Callable[[], T]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[T] = field(init=False)
    given_up: bool = False
    """Nobody waits any more: not begun when its turn comes."""

    def __post_init__(self) -> None:
        self.future = self.loop.create_future()


class OneThread:
    """Runs calls one after the other. A thread pool would make the interpreter wait for a hanging call at its end."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._queue: SimpleQueue[Call[Any] | None] = SimpleQueue()
        self._started = False

    def submit(self, work: Callable[[], T]) -> Call[T]:
        """Queue a call; its future belongs to the running loop."""
        if not self._started:
            self._started = True
            threading.Thread(target=self._run, name=self._name, daemon=True).start()
        call = Call(work=work, loop=asyncio.get_running_loop())
        self._queue.put(call)
        return call

    def close(self) -> None:
        """Let the thread end after what it is doing; does not wait."""
        self._queue.put(None)
        self._started = False

    def _run(self) -> None:
        while (call := self._queue.get()) is not None:
            if call.given_up:
                continue
            try:
                result, error = call.work(), None
            except Exception as raised:  # noqa: BLE001 - handed to whoever awaits the future
                result, error = None, raised
            try:
                call.loop.call_soon_threadsafe(_settle, call.future, result, error)
            except RuntimeError:
                continue  # the loop is closed: nobody is there to hear it
            del call, result, error


def _settle(future: asyncio.Future[Any], result: object, error: Exception | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)
        future.exception()  # fetched, so that a late failure of a call nobody waits for is not reported as a bug
