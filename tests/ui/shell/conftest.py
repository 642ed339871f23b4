"""The window on a real engine and a real store, on the loop of Qt."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from shiboken6 import delete

from kata_desktop.bootstrap.first_start import furnish
from kata_desktop.bootstrap.kata import Kata
from kata_desktop.runtime.clock import SystemClock
from kata_desktop.ui.bridge import Bridge
from kata_desktop.ui.main_window import MainWindow
from kata_desktop.ui.overview import Overview
from kata_desktop.ui.theme.theme import Theme
from kata_desktop.ui.workspace_switching import WorkspaceSwitching
from tests.support.acme_tasks import NOW, fill
from tests.support.built_kata import built_kata
from tests.support.hand_clock import HandClock
from tests.support.window import Stage


@pytest_asyncio.fixture
async def kata(tmp_path: Path) -> AsyncIterator[Kata]:
    """A working engine whose prompts are answered by the Reminder model."""
    async with built_kata(tmp_path / "data", SystemClock()) as built:
        furnish(built.database, built.paths, built.clock)
        await built.scheduling.refresh_known()
        await built.engine.start()
        yield built
        await built.engine.stop(limit=2)


@pytest_asyncio.fixture
async def morning(tmp_path: Path) -> AsyncIterator[Kata]:
    """Services on the store of a Tuesday morning; nothing runs by itself."""
    async with built_kata(tmp_path / "data", HandClock(NOW)) as built:
        built.database.write_now(fill)
        yield built


async def _stage(kata: Kata, theme: Theme) -> AsyncIterator[Stage]:
    bridge = Bridge(kata.bus, kata.clock)
    overview = Overview(kata, bridge)
    switching = WorkspaceSwitching(kata, theme, bridge)
    await switching.read()
    switching.choose("ws_acme")
    window = MainWindow(kata, theme, bridge, overview, switching)
    window.resize(theme.px(1180), theme.px(800))
    stage = Stage(kata=kata, bridge=bridge, overview=overview, switching=switching, window=window)
    window.show()
    window.activateWindow()
    await stage.ready()
    yield stage
    bridge.close()
    window.finish()
    window.close()
    await kata.spawner.close()
    for thing in (window, overview, switching, bridge):
        delete(thing)


@pytest_asyncio.fixture
async def stage(kata: Kata, theme: Theme) -> AsyncIterator[Stage]:
    """The window over the working engine, with no task yet."""
    async for made in _stage(kata, theme):
        yield made


@pytest_asyncio.fixture
async def still(morning: Kata, theme: Theme) -> AsyncIterator[Stage]:
    """The window over the store of the morning."""
    async for made in _stage(morning, theme):
        yield made
