"""Coroutines of the interface's tests run on the loop of Qt, where signals and timers of Qt arrive."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Coroutine, Iterator
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from kata_desktop.runtime.spawn import Spawner
from kata_desktop.ui.qt_loop import QtLoop
from tests.support.eventually import eventually

T = TypeVar("T")


@pytest.fixture
def loop(qapp: QApplication) -> Iterator[QtLoop]:
    """A loop that runs when the test says so."""
    made = QtLoop(qapp)
    yield made
    made.close()


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


def test_a_task_goes_on_when_the_loop_stops_and_runs_again(loop: QtLoop) -> None:
    spawner = Spawner()
    steps: list[int] = []

    async def every_step_starts_a_task() -> None:
        while True:
            await spawner.spawn(asyncio.sleep(0), name="step")
            steps.append(1)

    task = loop.run_until_complete(started(spawner, every_step_starts_a_task()))

    async def goes_on() -> None:
        before = len(steps)
        await eventually("another step", lambda: len(steps) > before or task.done())

    for _ in range(5):
        loop.run_until_complete(goes_on())
        assert not task.done(), task.exception()
    loop.run_until_complete(spawner.close())


def test_events_handled_between_two_runs_are_no_steps_of_tasks(loop: QtLoop, qapp: QApplication) -> None:
    """pytest-qt handles events between fixtures and test, and so may a library."""
    spawner = Spawner()
    near, far = socket.socketpair()
    heard: list[bytes] = []
    late: list[str] = []

    async def listens() -> None:
        reader, writer = await asyncio.open_connection(sock=near)
        while piece := await spawner.spawn(reader.read(10), name="a piece"):
            heard.append(piece)
        writer.close()
        await writer.wait_closed()

    task = loop.run_until_complete(started(spawner, listens()))
    loop.run_until_complete(asyncio.sleep(0.02))
    far.sendall(b"hello")
    loop.call_later(0.01, late.append, "in its order")
    loop.call_later(0.01, late.append, "not wanted any more").cancel()
    loop.call_soon(lambda: late.append("first"))
    handle_events(qapp, 0.05)
    assert (heard, late) == ([], [])
    dropped = loop.call_soon(late.append, "dropped while the loop is left")
    handle_events(qapp, 0.01)
    dropped.cancel()

    loop.run_until_complete(eventually("what waited", lambda: heard and len(late) > 1))
    assert (heard, late) == ([b"hello"], ["first", "in its order"])
    far.close()
    loop.run_until_complete(task)


def test_a_step_of_next_year_comes_in_its_time(loop: QtLoop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Qt's timers count milliseconds in 31 bits: 24 days."""
    came: list[str] = []
    loop.call_later(86_400 * 365, came.append, "next year")
    monkeypatch.setattr("kata_desktop.ui.qt_loop._LONGEST", 0.01)
    loop.call_later(0.05, came.append, "in five pieces")
    began = loop.time()
    while not came:
        loop.run_until_complete(asyncio.sleep(0.01))
    assert came == ["in five pieces"]
    assert loop.time() - began >= 0.04


def test_windows_of_their_own_loop_do_not_hold_up_steps(loop: QtLoop) -> None:
    """A menu or a file dialog of the system runs a loop of Qt's within ours."""
    inner, came = QEventLoop(), list[str]()
    loop.call_soon(inner.exec)
    loop.call_later(0.01, came.append, "meanwhile")
    loop.call_later(0.02, inner.quit)
    loop.run_until_complete(asyncio.sleep(0.1))
    assert came == ["meanwhile"]


def handle_events(qapp: QApplication, seconds: float) -> None:
    """What is due is handled by Qt alone."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        qapp.processEvents()


async def started(spawner: Spawner, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    return spawner.spawn(work, name="work")
