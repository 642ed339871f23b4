"""Tests of the interface run without a screen, and their coroutines on the loop that the program has with a screen."""

from __future__ import annotations

import gc
import inspect
import os
from asyncio import AbstractEventLoop
from collections.abc import Callable, Mapping

import pytest

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before the first QApplication, which pytest-qt makes

from PySide6.QtWidgets import QApplication

from kata_desktop.ui.qt_loop import QtLoop


def _qt_loop() -> AbstractEventLoop:
    # The same object that the fixture `qapp` gives: there is one in a process, and whoever comes first makes it.
    application = QApplication.instance() or QApplication([])  # noqa: TID251
    _KEPT.append(application)
    loop: AbstractEventLoop = QtLoop(application)
    return loop


_KEPT: list[object] = []


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
