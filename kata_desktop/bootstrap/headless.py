"""The engine alone: no window, no Qt."""

from __future__ import annotations

import asyncio
import signal
import sys
from typing import TYPE_CHECKING

from kata_desktop.bootstrap.running import engine_running
from kata_desktop.desktop.paths import Paths
from kata_desktop.domain.events import QuitRequested

if TYPE_CHECKING:
    from kata_desktop.bootstrap.plugin_source import PluginSource


async def run_headless(paths: Paths, *, verbose: bool = False, plugins: PluginSource | None = None) -> int:
    """Work until somebody asks for the end, by signal or on the control socket; returns the exit code.

    `plugins` are those that there are, the bundled ones unless given. Raises as `engine_running` does.
    """
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        if sys.platform == "win32":
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(ended.set))
        else:
            loop.add_signal_handler(number, ended.set)
    async with engine_running(paths, role="headless", verbose=verbose, plugins=plugins) as kata:
        kata.bus.subscribe(QuitRequested, lambda _: ended.set())
        await ended.wait()
    return 0
