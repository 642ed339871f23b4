"""The main window in the hands of a test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.domain.task import Task
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.ui.bridge import Bridge
from kata_desktop.ui.main_window import MainWindow
from kata_desktop.ui.overview import Overview
from kata_desktop.ui.pages.tasks.row_widget import TaskRowWidget
from kata_desktop.ui.workspace_switching import WorkspaceSwitching
from tests.support.eventually import eventually


class Busy(Protocol):
    """Something that reads or has yet to tell."""

    @property
    def busy(self) -> bool: ...


async def quiet(*parts: Busy) -> None:
    """Return when nothing was busy for a while; between two steps of a test Qt goes on without the loop."""
    looks = 0

    def calm() -> bool:
        nonlocal looks
        looks = 0 if any(part.busy for part in parts) else looks + 1
        return looks > 8

    await eventually("rest", calm)


@dataclass(frozen=True, kw_only=True)
class Stage:
    """The window and what it stands on."""

    kata: Kata
    bridge: Bridge
    overview: Overview
    switching: WorkspaceSwitching
    window: MainWindow

    async def ready(self) -> None:
        """Wait until the list was read."""
        await eventually("the first reading", lambda: self.window.tasks.model.loaded)
        await quiet(self.bridge, self.window.tasks, self.overview)

    async def add(self, name: str, **fields: object) -> Task:
        """Make a task and wait until its row is there."""
        raw = {"prompt": f"Say {name}.", "cron": ("0 9 * * *",), **fields}
        task = await self.kata.scheduling.create(TaskInput(name=name, workspace="ws_acme", **raw))  # type: ignore[arg-type]
        view = self.window.tasks.table.view
        await eventually(f"the row of {name}", lambda: (row := view.row_widget(task.id)) and row.isVisible())
        return task

    def names(self) -> list[str]:
        """The names in the list, from top to bottom."""
        return [row.task.spec.name for row in self.window.tasks.model.rows]

    def row(self, task_id: str) -> TaskRowWidget:
        """The widget of a task's row."""
        widget = self.window.tasks.table.view.row_widget(task_id)
        assert widget is not None, f"{task_id} is not in sight"
        return widget

    def button(self, name: str) -> QAbstractButton:
        """The visible button or switch with this accessible name."""
        found = [
            each
            for each in self.window.findChildren(QAbstractButton)
            if each.accessibleName() == name and each.isVisible()
        ]
        assert len(found) == 1, f"{len(found)} buttons are called {name!r}"
        return found[0]

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the keyboard is."""
        target: QWidget | None = self.window.focusWidget()
        QTest.keyClick(target or self.window, key, keys)
