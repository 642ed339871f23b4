"""Coroutines of the interface's tests run on the loop of Qt, where signals and timers of Qt arrive."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from kata_desktop.runtime.spawn import Spawner
from kata_desktop.ui.qt_loop import QtLoop


async def test_timers_of_qt_fire_while_a_coroutine_waits(qtbot: QtBot) -> None:
    assert isinstance(asyncio.get_running_loop(), QtLoop)
    label = QLabel("before")
    qtbot.addWidget(label)
    fired = asyncio.Event()
    QTimer.singleShot(10, fired.set)
    await asyncio.wait_for(fired.wait(), 30)


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


def test_a_task_goes_on_when_the_loop_stops_and_runs_again(qapp: QApplication) -> None:
    loop = QtLoop(qapp)
    spawner = Spawner()
    steps: list[int] = []

    async def every_step_starts_a_task() -> None:
        while True:
            await spawner.spawn(asyncio.sleep(0), name="step")
            steps.append(1)

    async def started() -> asyncio.Task[None]:
        return spawner.spawn(every_step_starts_a_task(), name="starter of steps")

    task = loop.run_until_complete(started())
    for _ in range(5):
        before = len(steps)
        loop.run_until_complete(asyncio.sleep(0.02))
        assert len(steps) > before
        assert not task.done(), task.exception()
    loop.run_until_complete(spawner.close())
    loop.close()
