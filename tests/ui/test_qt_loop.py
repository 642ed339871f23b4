"""Coroutines of the interface's tests run on the loop of Qt, where signals and timers of Qt arrive."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from qasync import QEventLoop


async def test_timers_of_qt_fire_while_a_coroutine_waits(qtbot: QtBot) -> None:
    assert isinstance(asyncio.get_running_loop(), QEventLoop)
    label = QLabel("before")
    qtbot.addWidget(label)
    fired = asyncio.Event()
    QTimer.singleShot(10, fired.set)
    await asyncio.wait_for(fired.wait(), 5)


async def test_a_second_loop_works_as_the_first(qtbot: QtBot) -> None:
    label = QLabel("after")
    qtbot.addWidget(label)
    await asyncio.sleep(0.01)
    assert await asyncio.to_thread(lambda: 42) == 42


def test_synchronous_tests_have_the_application(qtbot: QtBot) -> None:
    label = QLabel("still")
    qtbot.addWidget(label)
    label.show()
    assert label.isVisible()
