"""When something happens."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from kata_desktop.domain.trigger import EventType
from kata_desktop.ui.dialogs.task_dialog.when_form import WhenForm
from kata_desktop.ui.widgets.fields import Choice
from kata_desktop.ui.widgets.form_row import FormRow
from kata_desktop.ui.widgets.layout import boxed, column, row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtWidgets import QWidget

    from kata_desktop.domain.task_input import TaskInput
    from kata_desktop.ui.theme.theme import Theme

_BARE = (EventType.APP_STARTED, EventType.COMPUTER_WOKE)
_STATUSES = ("any", "succeeded", "failed")


class EventForm(WhenForm):
    """An event, and whose or which.

    Signals:
        tasks_wanted: the end of another task was chosen for the first time.
    """

    tasks_wanted = Signal()
    zoned = False

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.type = Choice({
            EventType.FILE_CHANGED.value: self.tr("a file in the workspace folder changes"),
            EventType.TASK_FINISHED.value: self.tr("another task ends"),
            EventType.APP_STARTED.value: self.tr("Kata starts"),
            EventType.COMPUTER_WOKE.value: self.tr("the computer wakes up"),
        }, self.tr("Event type"))  # fmt: skip
        self.pattern = QLineEdit()
        self.pattern.setPlaceholderText("notes/*.md")
        self.task = Choice({"": self.tr("any task")}, self.tr("Task"))
        self.status = Choice(dict(zip(_STATUSES, (self.tr("in any way"), self.tr("successfully"), self.tr("failed")),
                                      strict=True)), self.tr("Ended"))  # fmt: skip
        self._files = FormRow(theme, self.tr("Files"), self.pattern,
                              hint=self.tr("A pattern beneath the workspace folder; empty: every file."))  # fmt: skip
        self._other = boxed(row((FormRow(theme, self.tr("Task"), self.task), 3),
                                (FormRow(theme, self.tr("Ended"), self.status), 2), spacing=12))  # fmt: skip
        first = FormRow(theme, self.tr("Each time"), self.type)
        self.side = boxed(column(first, self._files, self._other, spacing=10))
        self._rows = {"on": first}
        self._asked = False
        self._follow()
        for choice in (self.type, self.task, self.status):
            choice.currentIndexChanged.connect(self._changed)
        self.pattern.textChanged.connect(self._tell)

    def set_tasks(self, names: Mapping[str, str]) -> None:
        """Offer the tasks there are, name by id."""
        chosen = self.task.current
        unknown = {chosen: chosen} if chosen and chosen not in names else {}
        self.task.set_options({"": self.tr("any task"), **names, **unknown})

    def show_input(self, raw: TaskInput) -> None:
        """Show the event, if there is one."""
        if raw.on is None:
            return
        kind, _, rest = raw.on.partition(":")
        if self.type.findData(kind) < 0 or (rest and kind in _BARE):
            kind, rest = raw.on, ""  # of a plugin, or wrong: kept as it is
            self.type.addItem(kind, kind)
        self.type.set_current(kind)
        if kind == EventType.FILE_CHANGED:
            self.pattern.setText(rest)
        if kind == EventType.TASK_FINISHED:
            self._show_task(rest)
        self._follow()

    def collect(self, raw: TaskInput) -> TaskInput:
        """Return the event."""
        kind, rest = self.type.current, ""
        if kind == EventType.FILE_CHANGED:
            rest = self.pattern.text()
        elif kind == EventType.TASK_FINISHED:
            rest = self._task_text()
        return replace(raw, on=f"{kind}:{rest}" if rest else kind)

    def _show_task(self, rest: str) -> None:
        task, _, status = rest.rpartition(":")
        if status not in _STATUSES:
            task, status = rest, "any"
        if self.task.findData(task) < 0:
            self.task.addItem(task, task)
        self.task.set_current(task)
        self.status.set_current(status)

    def _task_text(self) -> str:
        task, status = self.task.current, self.status.current
        if status == "any":
            return task
        return f"{task}:{status}"

    def _changed(self) -> None:
        self._follow()
        self._tell()

    def _follow(self) -> None:
        self._files.setVisible(self.type.current == EventType.FILE_CHANGED)
        of_task = self.type.current == EventType.TASK_FINISHED
        self._other.setVisible(of_task)
        if of_task and not self._asked:
            self._asked = True
            self.tasks_wanted.emit()
