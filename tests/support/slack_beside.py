"""The local Slack in a thread of its own, beside tests that drive the real program step by step."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

from tests.support.slack_server.slack_server import SlackServer
from tests.support.slack_server.socket_mode import Timing

T = TypeVar("T")


class SlackBeside:
    """A Slack that lives until `stop`; whatever is done with it is done in its thread by `do`."""

    def __init__(self) -> None:
        self._ready = threading.Event()
        self._end: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()), name="test gear: Slack", daemon=True)
        self._thread.start()
        assert self._ready.wait(10), "the local Slack did not start"

    async def _live(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        async with SlackServer(Timing(redeliver_after=(0.0,), close_after=1.0)) as server:
            self.server = server
            self._ready.set()
            await self._end.wait()

    @property
    def base_url(self) -> str:
        """Where its API is."""
        return self.server.base_url

    def do(self, work: Callable[[SlackServer], T]) -> T:
        """Do something in its thread, such as speaking as one of its people; returns what that returns."""

        async def call() -> T:
            return work(self.server)

        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(call(), self._loop).result(10)

    def drop(self) -> None:
        """Cut every connection."""
        self.do(lambda server: server.sockets.drop())

    def said(self, channel: str) -> list[str]:
        """The texts that Kata wrote in a conversation."""
        return self.do(lambda server: [str(message["text"]) for message in server.said(channel)])

    def stop(self) -> None:
        """End it."""
        assert self._loop is not None
        assert self._end is not None
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(10)
