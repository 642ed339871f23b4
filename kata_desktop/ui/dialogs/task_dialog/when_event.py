"""When something happens."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from kata_desktop.domain.trigger import EventType
from kata_desktop.ui.dialogs.task_dialog.narrowing_fields import NarrowingFields
from kata_desktop.ui.dialogs.task_dialog.when_form import WhenForm
from kata_desktop.ui.widgets.fields import Choice
from kata_desktop.ui.widgets.form_row import FormRow
from kata_desktop.ui.widgets.layout import boxed, column, row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtWidgets import QWidget

    from kata_desktop.domain.task_input import TaskInput
    from kata_desktop.ui.dialogs.task_dialog.reach import Reach
    from kata_desktop.ui.theme.theme import Theme

_OWN = (EventType.FILE_CHANGED, EventType.TASK_FINISHED, EventType.APP_STARTED, EventType.COMPUTER_WOKE)
"""Events with forms of their own; all others have a source and a filter."""
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
            EventType.CHANNEL_MESSAGE.value: self.tr("somebody writes in a channel"),
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
        self.narrowing = NarrowingFields(theme)
        self.side = boxed(column(first, self._files, self._other, self.narrowing, spacing=10))
        self._rows = {"on": first}
        self._asked = False
        self._unread = ""
        self._follow()
        self.narrowing.edited.connect(self._tell)
        for choice in (self.type, self.task, self.status):
            choice.currentIndexChanged.connect(self._changed)
        self.pattern.textChanged.connect(self._tell)

    def offer_events(self, reach: Reach) -> None:
        """Offer the events of plugins; one that was kept as it is because it was not known is shown in its fields."""
        self.narrowing.set_channels(reach.channels)
        for kind in reach.events:
            if self.type.findData(kind.type) < 0:
                self.type.addItem(kind.words, kind.type)
        unread = self._unread
        if unread and self.type.findData(unread.partition(":")[0]) >= 0 and self.type.current == unread:
            self.type.removeItem(self.type.findData(unread))
            self._show(unread)

    def set_tasks(self, names: Mapping[str, str]) -> None:
        """Offer the tasks there are, name by id."""
        chosen = self.task.current
        unknown = {chosen: chosen} if chosen and chosen not in names else {}
        self.task.set_options({"": self.tr("any task"), **names, **unknown})

    def show_input(self, raw: TaskInput) -> None:
        """Show the event, if there is one."""
        if raw.on is not None:
            self._show(raw.on)

    def _show(self, text: str) -> None:
        kind, _, rest = text.partition(":")
        self._unread = ""
        if self.type.findData(kind) < 0 or (rest and kind in _BARE):
            self._unread, kind, rest = text, text, ""  # of a plugin that is not known (yet), or wrong: kept as it is
            self.type.addItem(self._kept_words(text), kind)
        self.type.set_current(kind)
        if kind == EventType.FILE_CHANGED:
            self.pattern.setText(rest)
        elif kind == EventType.TASK_FINISHED:
            self._show_task(rest)
        elif not self._unread:
            self.narrowing.show_text(rest)
        self._follow()

    def _kept_words(self, text: str) -> str:
        kind, _, channel = text.partition(":")
        if kind != EventType.CONVERSATION:
            return text
        return self.tr("a message in {channel} is to be answered").format(channel=channel.capitalize())

    def collect(self, raw: TaskInput) -> TaskInput:
        """Return the event."""
        kind, rest = self.type.current, ""
        if kind == EventType.FILE_CHANGED:
            rest = self.pattern.text()
        elif kind == EventType.TASK_FINISHED:
            rest = self._task_text()
        elif kind not in _OWN and kind != self._unread:
            rest = self.narrowing.text
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
        self.narrowing.set_event(self.type.current, shown=self.type.current not in (*_OWN, self._unread))
        if of_task and not self._asked:
            self._asked = True
            self.tasks_wanted.emit()
