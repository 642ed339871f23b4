"""The task dialog over the whole program, on a clock that stands still on a Saturday in Berlin."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
import pytest_asyncio

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.domain.task import Task
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.ui.dialogs.task_dialog.dialog import TaskDialog
from kata_desktop.ui.theme.theme import Theme
from tests.support.built_kata import built_kata
from tests.support.hand_clock import HandClock
from tests.support.input_table import NOW
from tests.ui.dialog.driving import opened

OpenDialog = Callable[..., AbstractAsyncContextManager[TaskDialog]]


@pytest.fixture
def clock() -> HandClock:
    return HandClock(NOW)


@pytest_asyncio.fixture
async def kata(tmp_path: Path, clock: HandClock) -> AsyncIterator[Kata]:
    async with built_kata(tmp_path / "data", clock) as made:
        yield made


@pytest.fixture
def open_dialog(kata: Kata, theme: Theme) -> OpenDialog:
    """Shows a dialog with its choices loaded; it is gone at the end of the block, while the loop still runs."""

    def shown(task: Task | None = None, raw: TaskInput | None = None) -> AbstractAsyncContextManager[TaskDialog]:
        return opened(kata, theme, task, raw)

    return shown
