"""A test run is a real run of what is typed, marked as a test; nothing is saved."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.domain.handler import HandlerError, HandlerSpec, Result, RunContext
from kata_desktop.domain.run import Reason, RunState, Source
from kata_desktop.domain.task import PROMPT_HANDLER
from tests.ui.dialog.conftest import OpenDialog
from tests.ui.dialog.driving import named, press, until, write


class Answering:
    """Stands in for the model: repeats the prompt in two pieces, waits in between when asked to."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.error = ""

    async def __call__(self, ctx: RunContext) -> Result:
        ctx.emit("First part. ")
        await self.go_on.wait()
        if self.error:
            raise HandlerError(self.error, retryable=False)
        ctx.emit("Second part.")
        return Result(output=f"Answer to: {ctx.spec.prompt}")


@asynccontextmanager
async def working(kata: Kata, handler: Answering) -> AsyncIterator[None]:
    """The engine at work with a handler for prompts."""
    kata.scheduling.register(HandlerSpec(name=PROMPT_HANDLER, run=handler))
    await kata.engine.start()
    try:
        yield
    finally:
        await kata.engine.stop(limit=2)


async def test_the_result_is_shown_and_nothing_is_saved(kata: Kata, open_dialog: OpenDialog) -> None:
    async with working(kata, Answering()), open_dialog() as dialog:
        write(dialog, "Prompt", "Say hello")
        QTest.keyClick(named(dialog, "Prompt", QPlainTextEdit), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await until(lambda: dialog._card.text == "Answer to: Say hello")
        assert "succeeded" in dialog._card.title
        run = await kata.scheduling.run(dialog.tests.run_id)
        assert (run.test, run.source, run.reason) == (True, Source.TEST, Reason.COMPLETED)
        assert await kata.scheduling.tasks() == []
        assert dialog.review.dirty
        press(dialog, "Close test run")
        assert not dialog._card.isVisible()


async def test_what_it_says_is_shown_live_and_it_can_be_stopped(kata: Kata, open_dialog: OpenDialog) -> None:
    handler = Answering()
    handler.go_on.clear()
    async with working(kata, handler), open_dialog() as dialog:
        write(dialog, "Prompt", "Take your time")
        press(dialog, "Test run")
        await until(lambda: dialog._card.text.strip() == "First part.")
        press(dialog, "Stop")
        await until(lambda: dialog._card.title == "Test run stopped")
        run = await kata.scheduling.run(dialog.tests.run_id)
        assert (run.state, run.reason) == (RunState.DONE, Reason.CANCELLED)


async def test_a_failure_is_told_with_its_reason(kata: Kata, open_dialog: OpenDialog) -> None:
    handler = Answering()
    handler.error = "The model refused the key; replace it in Settings."
    async with working(kata, handler), open_dialog() as dialog:
        write(dialog, "Prompt", "Say hello")
        press(dialog, "Test run")
        await until(lambda: dialog._card.title == "Test run failed")
        assert "replace it in Settings" in dialog._card._detail.text()


async def test_what_is_wrong_is_told_instead_of_run(kata: Kata, open_dialog: OpenDialog) -> None:
    async with working(kata, Answering()), open_dialog() as dialog:
        press(dialog, "Test run")
        await until(dialog._footer.links.isVisible)
        assert not dialog._card.isVisible()
        assert await kata.scheduling.runs() == []


async def test_a_second_press_starts_no_second_run(kata: Kata, open_dialog: OpenDialog) -> None:
    handler = Answering()
    handler.go_on.clear()
    async with working(kata, handler), open_dialog() as dialog:
        write(dialog, "Prompt", "Take your time")
        press(dialog, "Test run")
        press(dialog, "Test run")
        await until(lambda: dialog._card.text)
        handler.go_on.set()
        await until(lambda: "succeeded" in dialog._card.title)
        assert len(await kata.scheduling.runs()) == 1
