"""What stands where the list is: the rows, or why there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from kata_desktop.ui.widgets.empty_state import EmptyState
from kata_desktop.ui.widgets.layout import boxed, column
from kata_desktop.ui.widgets.skeleton import Skeleton

if TYPE_CHECKING:
    from kata_desktop.ui.theme.theme import Theme

_SKELETON_AFTER_MS = 200


class ListStates(QStackedWidget):
    """Rows, a skeleton while the first reading takes long, no match, or an error.

    Signals:
        all_wanted: show every task instead of none.
        again_wanted: try to read again.
    """

    all_wanted = Signal()
    again_wanted = Signal()

    def __init__(self, theme: Theme, rows: QWidget) -> None:
        """Make the states of a list whose `rows` are shown when there are some."""
        super().__init__()
        self._rows = rows
        self._skeleton = boxed(column(Skeleton(theme, self.tr("Loading tasks")), None))
        self._nothing = EmptyState(theme, "search", self.tr("No task matches"), "", action=self.tr("Show all tasks"))
        self._trouble = EmptyState(
            theme, "triangle-alert", self.tr("The tasks cannot be shown"), "", action=self.tr("Try again")
        )
        for page in (rows, self._skeleton, self._nothing, self._trouble):
            self.addWidget(page)
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(_SKELETON_AFTER_MS)
        self._slow.timeout.connect(self._show_skeleton)
        self._nothing.acted.connect(self.all_wanted)
        self._trouble.acted.connect(self.again_wanted)

    def begin(self) -> None:
        """The first reading begins; when it takes long a skeleton is shown."""
        self._slow.start()

    def end(self) -> None:
        """The reading has ended."""
        self._slow.stop()

    def show_rows(self) -> None:
        """Show the rows; what is read besides them needs no skeleton any more."""
        self._slow.stop()
        self.setCurrentWidget(self._rows)

    def show_nothing(self, search: str) -> None:
        """Say that nothing matches what was searched for, or that no task is in the state that was asked for."""
        text = self.tr("No task is in this state now.")
        if search:
            text = self.tr("Nothing here has “{words}” in its name, prompt or tags.").format(words=search[:80])
        self._nothing.set_message(self.tr("No task matches"), text)
        self._slow.stop()
        self.setCurrentWidget(self._nothing)

    def show_trouble(self, sentence: str) -> None:
        """Say why the tasks cannot be read."""
        self._trouble.set_message(self.tr("The tasks cannot be shown"), sentence)
        self._slow.stop()
        self.setCurrentWidget(self._trouble)

    def _show_skeleton(self) -> None:
        self.setCurrentWidget(self._skeleton)
