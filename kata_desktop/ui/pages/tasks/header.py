"""The head of the page: its name, what is in it, the search and the way to a new task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.fields import SearchField
from kata_desktop.ui.widgets.labels import ElidedLabel, Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, row

if TYPE_CHECKING:
    from kata_desktop.domain.listing import TaskCounts
    from kata_desktop.ui.theme.theme import Theme

_TYPING_MS = 120


class TasksHeader(QWidget):
    """Name, summary, search and New task.

    Attributes:
        search: the field.

    Signals:
        searched: the words to search for changed, and typing has come to rest.
        new_wanted: New task was pressed.
    """

    searched = Signal()
    new_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._summary = ElidedLabel("", TextRole.MUTED)
        self.search = SearchField(theme, self.tr("Search tasks  (Ctrl+F)"))
        self.search.setAccessibleName(self.tr("Search tasks"))
        self.search.setMaxLength(200)
        self._new = Button(theme, self.tr("New task"), ButtonKind.PRIMARY, icon="plus")
        self._new.setToolTip(self.tr("New scheduled prompt (Ctrl+N)"))
        names = column(Label(self.tr("Tasks"), TextRole.H1), self._summary, spacing=2)
        boxed(row((names, 1), self.search, self._new, spacing=8), self)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_TYPING_MS)
        self._rest.timeout.connect(self.searched)
        self.search.textChanged.connect(self._typed)
        self._new.clicked.connect(self._press)
        theme.changed.connect(self._rescale)
        self._rescale()

    def set_counts(self, counts: TaskCounts, workspace: str) -> None:
        """Say how many tasks there are, and where."""
        if not counts.all:
            text = self.tr("Nothing scheduled yet · {workspace}")
        else:
            text = self.tr("{count} active · {workspace}")
        self._summary.set_text(text.format(count=counts.active, workspace=workspace))
        self.search.setVisible(bool(counts.all))

    def focus_search(self) -> None:
        """Bring the keyboard to the search."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _typed(self) -> None:
        self._rest.start()

    def _press(self) -> None:
        self.new_wanted.emit()

    def _rescale(self) -> None:
        self.search.setFixedWidth(self._theme.px(212))
