"""Above the list: filters with counts and the order, or what to do with several chosen tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from kata_desktop.domain.listing import TaskFilter, TaskSort
from kata_desktop.ui.widgets.buttons import Button, ButtonKind, MenuButton
from kata_desktop.ui.widgets.chips import ChipBar
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, row

if TYPE_CHECKING:
    from kata_desktop.domain.listing import TaskCounts
    from kata_desktop.ui.theme.theme import Theme


class TaskTools(QWidget):
    """Filters and order while at most one task is chosen, verbs for all of them when there are more.

    Attributes:
        filter: which tasks are wanted.
        sort: in which order.

    Signals:
        changed: another filter or order.
        verb: a verb for the chosen tasks: pause, resume, export, delete or clear.
    """

    changed = Signal()
    verb = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.filter, self.sort = TaskFilter.ALL, TaskSort.NEXT_RUN
        self._names = {
            TaskFilter.ALL: self.tr("All"),
            TaskFilter.ACTIVE: self.tr("Active"),
            TaskFilter.ATTENTION: self.tr("Needs attention"),
            TaskFilter.PAUSED: self.tr("Paused"),
            TaskFilter.FINISHED: self.tr("Finished"),
        }
        self._orders = {
            TaskSort.NEXT_RUN: self.tr("Next run"),
            TaskSort.NAME: self.tr("Name"),
            TaskSort.LAST_RUN: self.tr("Last run"),
            TaskSort.CREATED: self.tr("Newest"),
        }
        self._chips = ChipBar(theme, {key.value: text for key, text in self._names.items()}, self.tr("Filter tasks"))
        self._chips.set_offered(TaskFilter.FINISHED.value, offered=False)
        self._order = MenuButton(theme, self._orders[self.sort], icon="arrow-down-narrow-wide")
        self._name_order()
        self._several = Label("", TextRole.TITLE)
        self._filters, self._verb_row = boxed(row((self._chips, 1), self._order)), self._make_verbs()
        boxed(column(self._filters, self._verb_row, spacing=0), self)
        self.set_chosen(0)
        self._chips.chosen.connect(self._choose)
        self._order.about_to_show.connect(self._fill_orders)

    def set_filter(self, wanted: TaskFilter) -> None:
        """Choose a filter without a signal."""
        self.filter = wanted
        self._chips.set_current(wanted.value)

    def set_counts(self, counts: TaskCounts) -> None:
        """Show how many tasks each filter has; one that was never needed is left out."""
        for key, text in self._names.items():
            self._chips.set_text(key.value, f"{text}  {getattr(counts, key.value)}")
        offered = bool(counts.finished) or self.filter is TaskFilter.FINISHED
        self._chips.set_offered(TaskFilter.FINISHED.value, offered=offered)

    def set_chosen(self, count: int) -> None:
        """Offer verbs for several chosen tasks, or the filters again."""
        if count > 1:
            self._several.setText(self.tr("%n tasks chosen", "", count))
        self._filters.setVisible(count <= 1)
        self._verb_row.setVisible(count > 1)

    def _make_verbs(self) -> QWidget:
        offers = (
            ("resume", self.tr("Switch on"), "play", ButtonKind.PLAIN),
            ("pause", self.tr("Pause"), "pause", ButtonKind.PLAIN),
            ("export", self.tr("Export…"), "download", ButtonKind.PLAIN),
            ("delete", self.tr("Delete"), "trash-2", ButtonKind.DANGER),
            ("clear", self.tr("Clear"), "x", ButtonKind.GHOST),
        )
        self._verbs: dict[Button, str] = {}
        for verb, text, icon, kind in offers:
            button = Button(self._theme, text, kind, icon=icon)
            button.clicked.connect(self._press)
            self._verbs[button] = verb
        return boxed(row(self._several, 8, *self._verbs, None))

    def _press(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self.verb.emit(self._verbs[button])

    def _choose(self, key: str) -> None:
        self.filter = TaskFilter(key)
        self.changed.emit()

    def _fill_orders(self, menu: QMenu) -> None:
        group = QActionGroup(menu)
        for key, text in self._orders.items():
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(key is self.sort)
            action.setData(key.value)
            group.addAction(action)
        group.triggered.connect(self._reorder)

    def _reorder(self, action: QAction) -> None:
        self.sort = TaskSort(action.data())
        self._order.set_text(self._orders[self.sort])
        self._name_order()
        self.changed.emit()

    def _name_order(self) -> None:
        self._order.setAccessibleName(self.tr("Sort by: {order}").format(order=self._orders[self.sort]))
