"""The menu of a row."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence

from kata_desktop.domain.task import TaskState
from kata_desktop.ui.pages.tasks.results import RowAction

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from kata_desktop.domain.listing import TaskRow
    from kata_desktop.ui.pages.tasks.actions import TaskActions
    from kata_desktop.ui.theme.theme import Theme

translate = QCoreApplication.translate


def fill_row_menu(menu: QMenu, theme: Theme, row: TaskRow, actions: TaskActions) -> None:
    """Fill a menu with what can be done with a task; keys are shown, the list itself listens to them."""
    task_id = row.task.id

    def add(verb: str, text: str, icon: str, keys: str = "") -> None:
        # Shown only: a real shortcut of a button's menu would work in the whole window.
        shown = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
        action = menu.addAction(theme.icon(icon), f"{text}\t{shown}" if keys else text)
        action.triggered.connect(partial(_start, actions, verb, task_id))

    if row.task.unreadable:
        if row.last_run is not None or row.active_run is not None:
            add("results", translate("RowMenu", "Show its runs"), "history")
        add("delete", translate("RowMenu", "Delete"), "trash-2", "Del")
        return
    if row.active_run is None:
        add("run", translate("RowMenu", "Run now"), "play", "Ctrl+R")
    else:
        stop = menu.addAction(theme.icon("square"), translate("RowMenu", "Stop this run"))
        stop.triggered.connect(partial(_act, actions, RowAction.STOP, task_id))
    add("edit", translate("RowMenu", "Edit…"), "pencil", "Return")
    if row.task.state is TaskState.PAUSED:
        add("switch", translate("RowMenu", "Switch on"), "circle-play", "Space")
    elif row.task.state is TaskState.ACTIVE:
        add("switch", translate("RowMenu", "Pause"), "pause", "Space")
    add("duplicate", translate("RowMenu", "Duplicate"), "copy", "Ctrl+D")
    menu.addSeparator()
    if row.last_run is not None or row.active_run is not None:
        add("results", translate("RowMenu", "Show its runs"), "history")
    add("export", translate("RowMenu", "Export…"), "download")
    menu.addSeparator()
    add("delete", translate("RowMenu", "Delete"), "trash-2", "Del")


def _start(actions: TaskActions, verb: str, task_id: str, _checked: bool = False) -> None:
    actions.start(verb, [task_id])


def _act(actions: TaskActions, action: RowAction, task_id: str, _checked: bool = False) -> None:
    actions.act(task_id, action)
