"""Working the dialog as a person does: fields by their names, keys, waiting for what shows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QTimeEdit, QWidget
from shiboken6 import delete, isValid

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.domain.task import Task
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.ui.bridge import Bridge
from kata_desktop.ui.dialogs.task_dialog.dialog import TaskDialog
from kata_desktop.ui.theme.theme import Theme

W = TypeVar("W", bound=QWidget)


@asynccontextmanager
async def opened(
    kata: Kata, theme: Theme, task: Task | None = None, raw: TaskInput | None = None
) -> AsyncIterator[TaskDialog]:
    """A dialog with its choices loaded; it is gone at the end of the block, while the loop still runs."""
    bridge = Bridge(kata.bus, kata.clock)
    dialog = TaskDialog(kata, theme, bridge, "ws_acme", task, raw)
    loaded = asyncio.Event()
    dialog.choices.loaded.connect(loaded.set)
    dialog.resize(theme.px(980), theme.px(800))
    dialog.show()
    try:
        await asyncio.wait_for(loaded.wait(), 30)
        yield dialog
    finally:
        if isValid(dialog):
            delete(dialog)
        bridge.close()


def named(dialog: QWidget, name: str, kind: type[W]) -> W:
    """Return the visible widget of a kind with that accessible name."""
    found = [each for each in dialog.findChildren(kind) if _name(each) == name and each.isVisible()]
    outer = [each for each in found if each.parentWidget() not in found]
    assert outer, f"no visible {kind.__name__} is called {name!r}"
    return outer[0]


def _name(widget: QWidget) -> str:
    """Return what a screen reader says: the given name, else the text of a button."""
    return widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")


def press(dialog: QWidget, name: str) -> None:
    """Press a button with the keyboard."""
    button = named(dialog, name, QAbstractButton)
    button.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(button, Qt.Key.Key_Space)


def write(dialog: QWidget, name: str, text: str) -> None:
    """Replace what a field holds by typing."""
    field = named(dialog, name, QWidget)
    field.setFocus(Qt.FocusReason.TabFocusReason)
    if isinstance(field, QTimeEdit):
        QTest.keyClicks(field, text)
        return
    target = field.findChild(QLineEdit) or field
    QTest.keySequence(target, "Ctrl+A")
    QTest.keyClick(target, Qt.Key.Key_Delete)
    QTest.keyClicks(target, text)


def choose(dialog: QWidget, name: str, text: str) -> None:
    """Choose an option by its first letters."""
    box = named(dialog, name, QComboBox)
    box.setFocus(Qt.FocusReason.TabFocusReason)
    index = box.findText(text, Qt.MatchFlag.MatchStartsWith)
    assert index >= 0, f"{name} does not offer {text!r}"
    while box.currentIndex() != index:
        QTest.keyClick(box, Qt.Key.Key_Down if box.currentIndex() < index else Qt.Key.Key_Up)


async def until(what: Callable[[], object], limit: float = 30.0) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(limit):
        while not what():  # noqa: ASYNC110 - what a person sees rings no bell
            await asyncio.sleep(0.01)


async def saved_id(dialog: TaskDialog, button: str = "Create task") -> str:
    """Press the main button and return the id of what was stored."""
    ids: asyncio.Queue[str] = asyncio.Queue()
    dialog.saved.connect(ids.put_nowait)
    press(dialog, button)
    return await asyncio.wait_for(ids.get(), 30)
