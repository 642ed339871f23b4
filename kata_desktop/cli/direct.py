"""A link to the store itself, for commands while no app runs; what they change takes effect at the next start."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Mapping
from contextlib import AsyncExitStack

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.bootstrap.running import engine_running, services_open
from kata_desktop.control.call import Call
from kata_desktop.control.client import Told
from kata_desktop.control.methods import METHODS
from kata_desktop.control.params import Params, no_push
from kata_desktop.desktop.paths import Paths
from kata_desktop.domain.errors import KataError

AFTERWORK_LIMIT = 60.0
"""Seconds that other runs, which came due meanwhile, get to finish."""


class DirectLink:
    """Holds the data folder from the first call to `close`."""

    running = False

    def __init__(self, paths: Paths, *, engine: bool, verbose: bool) -> None:
        self._drains = engine
        if engine:  # what it has started is to end with it, whichever way it is told to stop
            signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        opening = engine_running if engine else services_open
        try:
            self._kata: Kata = self._runner.run(
                self._stack.enter_async_context(opening(paths, role="command", verbose=verbose))
            )
        except BaseException:
            self._runner.close()
            raise

    @property
    def notice(self) -> str:
        """What happened while opening the store; empty when nothing did."""
        return self._kata.notice

    def call(self, method: str, params: Mapping[str, object], told: Told | None = None) -> object:
        """See `Link`."""
        call = Call(services=self._kata, params=Params(params), push=told or no_push)
        try:
            return self._runner.run(_awaited(method, call))
        except KeyboardInterrupt:
            self._drains = False  # whoever stops it does not want to wait for what goes on
            raise

    def close(self) -> None:
        """Close the store and let others have the data folder."""
        try:
            self._runner.run(self._closed())
        finally:
            self._runner.close()

    async def _closed(self) -> None:
        try:
            if self._drains:
                async with asyncio.timeout(AFTERWORK_LIMIT):
                    await self._kata.engine.drain()
        except (TimeoutError, KataError):
            pass  # they are recorded as interrupted, and the next start sees to them
        finally:
            await self._stack.aclose()


async def _awaited(method: str, call: Call) -> object:
    return await METHODS[method].run(call)
