"""Row widgets that are in use, and those that wait for a task."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from kata_desktop.ui.pages.tasks.row_widget import TaskRowWidget


class RowPool:
    """Hands widgets on from task to task; a task that stays in sight keeps its widget.

    Attributes:
        orphaned: a widget that had the keyboard lost its task since this was last set to False.
    """

    def __init__(self, make: Callable[[], TaskRowWidget]) -> None:
        """Start empty; `make` makes a widget when none waits."""
        self._make = make
        self._used: dict[str, TaskRowWidget] = {}
        self._spare: list[TaskRowWidget] = []
        self.orphaned = False

    def __iter__(self) -> Iterator[TaskRowWidget]:
        return iter((*self._used.values(), *self._spare))

    def get(self, task_id: str) -> TaskRowWidget | None:
        """The widget of a task, None while it has none."""
        return self._used.get(task_id)

    def take(self, task_id: str) -> TaskRowWidget:
        """The widget of a task; it gets one when it has none."""
        if task_id not in self._used:
            self._used[task_id] = self._spare.pop() if self._spare else self._make()
        return self._used[task_id]

    def keep(self, wanted: Collection[str]) -> None:
        """Take their widgets from all other tasks."""
        for task_id in [each for each in self._used if each not in wanted]:
            widget = self._used.pop(task_id)
            self.orphaned |= any(part.hasFocus() for part in (widget, *widget.controls))
            widget.hide()
            self._spare.append(widget)
