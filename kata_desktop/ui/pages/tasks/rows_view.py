"""The task list: a few row widgets that are handed on from task to task while one scrolls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QMenu, QWidget

from kata_desktop.ui.pages.tasks.choosing import Choice
from kata_desktop.ui.pages.tasks.results import RowAction
from kata_desktop.ui.pages.tasks.row_keys import steps_of, verb_of
from kata_desktop.ui.pages.tasks.row_paint import RowPainter
from kata_desktop.ui.pages.tasks.row_places import ROW_HEIGHT
from kata_desktop.ui.pages.tasks.row_pool import RowPool
from kata_desktop.ui.pages.tasks.row_scroll import RowScroll
from kata_desktop.ui.pages.tasks.row_widget import TaskRowWidget

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QFocusEvent, QHideEvent, QResizeEvent, QShowEvent

    from kata_desktop.domain.listing import TaskRow
    from kata_desktop.ui.models.task_list import TaskListModel
    from kata_desktop.ui.pages.tasks.row_view import RowView
    from kata_desktop.ui.theme.theme import Theme

_NEAR_END = 20
_LIVE_MS, _CALM_MS = 1000, 20_000


class TaskRowsView(QAbstractScrollArea):
    """Shows the model's rows with as many widgets as fit the window, whatever the number of tasks.

    The row that the keyboard is on keeps its widget even when it is scrolled away, so that the focus is never lost.

    Attributes:
        choice: which rows are chosen and which one the keyboard is on.

    Signals:
        switched: (task id, on) a switch was used.
        acted: (task id, `RowAction`) the button of a row was pressed.
        verb: (name, task id) a key was pressed on a row or it was double-clicked: edit, switch, delete, run, duplicate.
        menu_wanted: (task id, menu) a row's menu opens; fill it.
        chosen: other rows are chosen.
        more_wanted: the end of what was read comes near.
        all_wanted: every row is to be chosen, also those that were not read yet.
    """

    switched = Signal(str, bool)
    acted = Signal(str, RowAction)
    verb = Signal(str, str)
    menu_wanted = Signal(str, QMenu)
    chosen = Signal()
    more_wanted = Signal()
    all_wanted = Signal()

    def __init__(
        self, theme: Theme, model: TaskListModel, describe: Callable[[TaskRow], RowView], parent: QWidget | None = None
    ) -> None:
        """Make a view; `describe` says what a row shows at this moment."""
        super().__init__(parent)
        self._theme, self._model, self._describe = theme, model, describe
        self._painter = RowPainter(theme)
        self._pool = RowPool(self._make)
        self._scroll = RowScroll(self, lambda: self.row_height)
        self._live = False
        self._place = -1
        self._by_keys = False
        self.choice = Choice()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(self.tr("Tasks"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.viewport().setAccessibleName(self.tr("Rows"))
        self._clock = QTimer(self)
        self._clock.timeout.connect(self.retell)
        model.rows_changed.connect(self._model_changed)
        theme.changed.connect(self._follow_theme)
        self.verticalScrollBar().setAccessibleName(self.tr("Scroll tasks"))

    @property
    def row_height(self) -> int:
        """Height of a row at the text size that is set."""
        return self._theme.px(ROW_HEIGHT)

    @property
    def contents_height(self) -> int:
        """Height of all rows that were read."""
        return self.row_height * self._model.rowCount()

    def row_widget(self, task_id: str) -> TaskRowWidget | None:
        """The widget that shows a task now, None while it is out of sight."""
        return self._pool.get(task_id)

    def show_task(self, task_id: str, *, focus: bool = True) -> None:
        """Scroll to a task and bring the keyboard to it; a task that is not listed changes nothing."""
        place = self._model.place(task_id)
        if place < 0:
            return
        self.choice.only(task_id)
        self._bring(place)
        self._arrange()
        if focus:
            self._focus_current()
        self.chosen.emit()

    def retell(self) -> None:
        """Say anew what depends on the time."""
        self._arrange()

    def choose_all(self) -> None:
        """Choose every row that was read."""
        self.choice.all([row.task.id for row in self._model.rows])
        self._arrange()
        self.chosen.emit()

    def clear_choice(self) -> None:
        """Choose none but the row of the keyboard."""
        self.choice.clear()
        self._arrange()
        self.chosen.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many rows as fit."""
        self._arrange()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Hand rows on to the tasks that come into sight."""
        del dx, dy  # where things are follows from the scroll bar alone
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:
        """Keep the times true while somebody looks."""
        self._arrange()
        self._clock.start(_LIVE_MS if self._live else _CALM_MS)

    def hideEvent(self, event: QHideEvent) -> None:
        """Cost nothing while nobody looks."""
        self._clock.stop()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Hand the keyboard to a row."""
        super().focusInEvent(event)
        self._focus_current()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move between rows, and act on the one that has the keyboard."""
        self._by_keys = True
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if (steps := steps_of(event.key(), page=self._scroll.page)) is not None:
            self.move_current(steps, extend=shift)
            return
        name = verb_of(event.key(), event.modifiers())
        if name and self.choice.current:
            self.verb.emit(name, self.choice.current)
        elif event.key() == Qt.Key.Key_A and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.all_wanted.emit()
        elif event.key() == Qt.Key.Key_Escape and len(self.choice.ids) > 1:
            self.clear_choice()
        elif event.key() == Qt.Key.Key_Menu:
            self._open_menu()
        else:
            event.ignore()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys leave a switch or button for the next row, and the mouse choose rows."""
        if event.type() == QEvent.Type.MouseButtonPress:
            self._by_keys = False
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            self._by_keys = True
            if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not event.modifiers():
                self.move_current(1 if event.key() == Qt.Key.Key_Down else -1)
                return True
        elif isinstance(watched, TaskRowWidget) and isinstance(event, QMouseEvent):
            self._mouse(watched, event)
        elif event.type() == QEvent.Type.FocusIn:
            row = watched if isinstance(watched, TaskRowWidget) else watched.parent()
            if isinstance(row, TaskRowWidget) and row.task_id != self.choice.current:
                self.choice.move(row.task_id)
                self._arrange()
        elif isinstance(watched, TaskRowWidget) and isinstance(event, QContextMenuEvent):
            self._context_menu(watched, event)
            return True
        return super().eventFilter(watched, event)

    def move_current(self, steps: int, *, extend: bool = False) -> None:
        """Bring the keyboard to a row further down, or up for a negative number."""
        count = self._model.rowCount()
        if not count:
            return
        place = min(max(self._model.place(self.choice.current) + steps, 0), count - 1)
        ids = [row.task.id for row in self._model.rows] if extend else []
        self.choice.go(self._model.rows[place].task.id, within=ids)
        self._bring(place)
        self._arrange()
        self._focus_current()
        self.chosen.emit()

    def _mouse(self, row: TaskRowWidget, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if event.type() == QEvent.Type.MouseButtonDblClick:
            self.verb.emit("edit", row.task_id)
        elif event.type() == QEvent.Type.MouseButtonPress:
            keys = event.modifiers()
            if keys & Qt.KeyboardModifier.ControlModifier:
                self.choice.toggle(row.task_id)
            elif keys & Qt.KeyboardModifier.ShiftModifier:
                self.choice.go(row.task_id, within=[each.task.id for each in self._model.rows])
            else:
                self.choice.only(row.task_id)
            self._arrange()
            self.chosen.emit()

    def _context_menu(self, row: TaskRowWidget, event: QContextMenuEvent) -> None:
        menu = QMenu(row)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.menu_wanted.emit(row.task_id, menu)
        menu.popup(event.globalPos())

    def _open_menu(self) -> None:
        row = self._pool.get(self.choice.current)
        if row is not None:
            row.menu_button.showMenu()

    def _model_changed(self) -> None:
        rows, before, seen = self._model.rows, self._place, self._scroll.has_in_sight(self._place)
        self.choice.keep({row.task.id for row in rows})
        if not self.choice.current and rows and self._place >= 0:
            self.choice.only(rows[min(self._place, len(rows) - 1)].task.id)
        self._pool.orphaned = False
        self._arrange()
        if self._by_keys and seen and self._place not in (-1, before):  # a pause moves a row: the keyboard goes with it
            self._bring(self._place)
            self._arrange()
        if self._pool.orphaned:
            self._focus_current()
        self.updateGeometry()
        self.chosen.emit()

    def _follow_theme(self) -> None:
        self._painter.follow()
        for row in self._pool:
            row.update()
        self._arrange()
        self.updateGeometry()

    def _bring(self, place: int) -> None:
        self._scroll.fit(len(self._model.rows))
        self._scroll.show(place)

    def _arrange(self) -> None:
        rows = self._model.rows
        self._scroll.fit(len(rows))
        first, last = self._scroll.span(len(rows))
        places = set(range(first, last))
        self._place = self._model.place(self.choice.current)
        if self._place >= 0:
            places.add(self._place)
        self._pool.keep({rows[place].task.id for place in places})
        live = [self._show_row(place, self._scroll.offset) for place in sorted(places)]
        self._set_live(live=any(live))
        if self._model.can_grow and last > len(rows) - _NEAR_END:
            self.more_wanted.emit()

    def _show_row(self, place: int, offset: int) -> bool:
        row = self._model.rows[place]
        widget = self._pool.take(row.task.id)
        view = self._describe(row)
        widget.bind(view, first=place == 0, last=place == self._model.rowCount() - 1)
        widget.set_chosen(chosen=row.task.id in self.choice.ids and len(self.choice.ids) > 1)
        if (row.task.id == self.choice.current) != (widget.focusPolicy() == Qt.FocusPolicy.StrongFocus):
            widget.set_current(current=row.task.id == self.choice.current)
        widget.setGeometry(0, place * self.row_height - offset, self.viewport().width(), self.row_height)
        widget.show()
        return view.live

    def _make(self) -> TaskRowWidget:
        widget = TaskRowWidget(self._theme, self._painter, self.viewport())
        widget.switched.connect(self.switched)
        widget.acted.connect(self.acted)
        widget.menu_wanted.connect(self.menu_wanted)
        for part in (widget, *widget.controls):
            part.installEventFilter(self)
        return widget

    def _set_live(self, *, live: bool) -> None:
        if live != self._live:
            self._live = live
            if self._clock.isActive():
                self._clock.start(_LIVE_MS if live else _CALM_MS)

    def _focus_current(self) -> None:
        if not self.choice.current and self._model.rowCount():
            self.choice.move(self._model.rows[0].task.id)
            self._arrange()
        if (row := self._pool.get(self.choice.current)) is not None:
            before: QWidget = self
            for control in (row, *row.controls):
                QWidget.setTabOrder(before, control)
                before = control
            row.setFocus(Qt.FocusReason.TabFocusReason)
