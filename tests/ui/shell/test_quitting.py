"""Closing hides and explains once; quitting asks while something runs; no tray, no hiding."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio
from PySide6.QtWidgets import QAbstractButton
from shiboken6 import delete

from kata_desktop.domain.run import RunState
from kata_desktop.ui.dialogs.question import Question
from kata_desktop.ui.quitting import Quitting
from kata_desktop.ui.theme.theme import Theme
from tests.support.eventually import eventually
from tests.support.slow_handler import slow_handler
from tests.support.window import Stage


@pytest_asyncio.fixture
async def quitting(stage: Stage, theme: Theme) -> AsyncIterator[Quitting]:
    made = Quitting(stage.kata, theme, stage.bridge, stage.overview)
    yield made
    delete(made)


async def answer(stage: Stage, text: str) -> None:
    """Press a button of the question that is asked."""
    await eventually("a question", lambda: [each for each in stage.window.findChildren(Question) if each.isVisible()])
    question = next(each for each in stage.window.findChildren(Question) if each.isVisible())
    next(each for each in question.findChildren(QAbstractButton) if each.text() == text).click()


async def test_closing_explains_once_then_hides(stage: Stage, quitting: Quitting) -> None:
    hidden: list[int] = []
    quitting.hide_wanted.connect(lambda: hidden.append(1))
    quitting.close_window(stage.window, True)
    await answer(stage, "Got it")
    await eventually("hiding", lambda: hidden)
    assert stage.kata.settings.current.close_explained
    quitting.close_window(stage.window, True)
    await eventually("hiding again, without a word", lambda: len(hidden) == 2)


async def test_without_a_tray_closing_asks(stage: Stage, quitting: Quitting) -> None:
    kept: list[int] = []
    quitting.minimise_wanted.connect(lambda: kept.append(1))
    quitting.close_window(stage.window, False)
    await answer(stage, "Keep running")
    await eventually("the minimised window", lambda: kept)
    ended: list[int] = []
    quitting.ended.connect(lambda: ended.append(1))
    quitting.close_window(stage.window, False)
    await answer(stage, "Quit")
    await eventually("the end", lambda: ended)


async def test_quitting_while_something_runs_can_wait_for_it(stage: Stage, quitting: Quitting) -> None:
    gate = asyncio.Event()
    stage.kata.scheduling.register(slow_handler(gate))
    task = await stage.add("Slow")
    await stage.kata.scheduling.run_now(task.id)
    await eventually("the run", lambda: stage.overview.status.running == 1)
    ended: list[int] = []
    quitting.ended.connect(lambda: ended.append(1))
    quitting.quit(stage.window)
    await answer(stage, "Cancel")
    await asyncio.sleep(0.05)
    assert not ended
    quitting.quit(stage.window)
    await answer(stage, "Wait, then quit")
    await asyncio.sleep(0.05)
    assert not ended
    gate.set()
    await eventually("the end", lambda: ended)


async def test_quitting_can_stop_what_runs(stage: Stage, quitting: Quitting) -> None:
    gate = asyncio.Event()
    stage.kata.scheduling.register(slow_handler(gate))
    task = await stage.add("Slow")
    await stage.kata.scheduling.run_now(task.id)
    await eventually("the run", lambda: stage.overview.status.running == 1)
    ended: list[int] = []
    quitting.ended.connect(lambda: ended.append(1))
    quitting.quit(stage.window)
    await answer(stage, "Stop and quit")
    await eventually("the end", lambda: ended)
    gate.set()


async def test_the_window_asks_instead_of_closing(stage: Stage) -> None:
    asked: list[int] = []
    stage.window.close_wanted.connect(lambda: asked.append(1))
    stage.window.close()
    assert asked == [1]
    assert stage.window.isVisible()


async def test_nothing_new_starts_while_quitting_waits(stage: Stage, quitting: Quitting) -> None:
    gate = asyncio.Event()
    stage.kata.scheduling.register(slow_handler(gate))
    slow, other = await stage.add("Slow"), await stage.add("Other")
    await stage.kata.scheduling.run_now(slow.id)
    await eventually("the run", lambda: stage.overview.status.running == 1)
    ended: list[int] = []
    quitting.ended.connect(lambda: ended.append(1))
    quitting.quit(stage.window)
    await answer(stage, "Wait, then quit")
    await eventually("the waiting", lambda: stage.kata.engine._draining)
    queued = await stage.kata.scheduling.run_now(other.id)
    await eventually("the queue", lambda: stage.overview.status.queued == 1)
    gate.set()
    await eventually("the end", lambda: ended)
    assert (await stage.kata.scheduling.run(queued.id)).state is RunState.QUEUED


async def test_who_thinks_better_of_quitting_goes_on_working(stage: Stage, quitting: Quitting) -> None:
    gate = asyncio.Event()
    stage.kata.scheduling.register(slow_handler(gate))
    slow, other = await stage.add("Slow"), await stage.add("Other")
    await stage.kata.scheduling.run_now(slow.id)
    await eventually("the run", lambda: stage.overview.status.running == 1)
    ended: list[int] = []
    quitting.ended.connect(lambda: ended.append(1))
    quitting.quit(stage.window)
    await answer(stage, "Wait, then quit")
    await eventually("the waiting", lambda: stage.kata.engine._draining)
    quitting.quit(stage.window)
    await answer(stage, "Cancel")
    await stage.kata.scheduling.run_now(other.id)
    await eventually("both runs", lambda: stage.overview.status.running == 2)
    gate.set()
    await eventually("their ends", lambda: stage.overview.status.running == 0)
    assert not ended
