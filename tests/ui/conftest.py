"""Tests of the interface run without a screen, and their coroutines on the loop that the program has with a screen."""

from __future__ import annotations

import asyncio
import gc
import inspect
import os
from asyncio import AbstractEventLoop
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from typing import cast

import pytest
import pytest_asyncio
import pytestqt.plugin

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before the first QApplication, which pytest-qt makes

from PySide6.QtWidgets import QApplication

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.ui.bridge import Bridge
from kata_desktop.ui.qt_loop import QtLoop
from kata_desktop.ui.theme.theme import Theme, ThemeMode
from tests.support.built_kata import built_kata
from tests.support.hand_clock import HandClock
from tests.support.history_rows import NOW
from tests.support.worn_theme import worn


def _qt_loop() -> AbstractEventLoop:
    # The same object that the fixture `qapp` gives: there is one in a process, and whoever comes first makes it.
    application = QApplication.instance() or QApplication([])  # noqa: TID251
    _KEPT.append(application)
    loop = QtLoop(application)
    _LOOPS[:] = [each for each in (*_LOOPS, loop) if not each.is_closed()]
    return cast(AbstractEventLoop, loop)


_KEPT: list[object] = []
_LOOPS: list[QtLoop] = []
_handle_events = pytestqt.plugin._process_events


def _handle_events_in_the_loop() -> None:
    """A slot that Qt calls while the loop is left starts nothing, and what it was to read is never read."""
    for loop in _LOOPS:
        if not loop.is_closed():
            loop.run_until_complete(asyncio.sleep(0))
            return
    _handle_events()  # type: ignore[no-untyped-call]


pytestqt.plugin._process_events = _handle_events_in_the_loop  # between fixtures, test and fixtures again


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], AbstractEventLoop]]:
    """Every asynchronous test below this folder runs on the loop of Qt."""
    del config, item
    return {"qt": _qt_loop}


@pytest.fixture(autouse=True)
def _no_garbage_of_an_earlier_loop(request: pytest.FixtureRequest) -> None:
    """Timers of a loop that ended are collected here: in a thread of the store they would bring the process down."""
    if inspect.iscoroutinefunction(getattr(request, "function", None)):
        gc.collect()


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    """The light look without movement, on the whole program."""
    with worn(Theme(mode=ThemeMode.LIGHT, reduced_motion=True), qapp) as made:
        yield made


@pytest_asyncio.fixture
async def kata(tmp_path: Path) -> AsyncIterator[Kata]:
    """Services at 10:42 in Berlin; nothing runs by itself."""
    async with built_kata(tmp_path / "data", HandClock(NOW)) as made:
        yield made


@pytest_asyncio.fixture
async def bridge(kata: Kata) -> AsyncIterator[Bridge]:
    made = Bridge(kata.bus, kata.clock)
    yield made
    made.close()
