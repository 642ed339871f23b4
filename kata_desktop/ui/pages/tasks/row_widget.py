"""One visible row of the task list: painted words, and real controls for what can be pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QHelpEvent, QPainter
from PySide6.QtWidgets import QMenu, QToolTip, QWidget

from kata_desktop.ui.pages.tasks.results import RowAction
from kata_desktop.ui.pages.tasks.row_places import row_places
from kata_desktop.ui.widgets.buttons import Button, ButtonKind, MenuButton
from kata_desktop.ui.widgets.labels import plain_tip
from kata_desktop.ui.widgets.spinner import Spinner
from kata_desktop.ui.widgets.switch import Switch

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from kata_desktop.ui.pages.tasks.row_paint import RowPainter
    from kata_desktop.ui.pages.tasks.row_places import RowPlaces
    from kata_desktop.ui.pages.tasks.row_view import RowView
    from kata_desktop.ui.theme.theme import Theme


class TaskRowWidget(QWidget):
    """A row that can be given to another task at any time.

    Only the row that the keyboard is on is reached with Tab, with its controls; the arrow keys go from row to row.

    Attributes:
        task_id: the task that it shows now; empty for none.

    Signals:
        switched: (task id, on) the switch was used.
        acted: (task id, action) the button was pressed.
        menu_wanted: (task id, menu) the menu opens; fill it.
    """

    switched = Signal(str, bool)
    acted = Signal(str, RowAction)
    menu_wanted = Signal(str, QMenu)

    def __init__(self, theme: Theme, painter: RowPainter, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._painter = theme, painter
        self._view: RowView | None = None
        self._first = self._last = self._chosen = False
        self.task_id = ""
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.switch = Switch(theme, "", parent=self)
        self._icon_button = Button(theme, kind=ButtonKind.GHOST, icon="play", name=" ", parent=self)
        self._word_button = Button(theme, " ", parent=self)
        self.menu_button = MenuButton(theme, parent=self)
        self._spinner = Spinner(theme, self.tr("Running"), parent=self)
        self.switch.clicked.connect(self._switch)
        self._icon_button.clicked.connect(self._act)
        self._word_button.clicked.connect(self._act)
        self.menu_button.about_to_show.connect(self._fill)
        self.set_current(current=False)

    @property
    def controls(self) -> tuple[QWidget, ...]:
        """What can be pressed in it, in the order of Tab."""
        return (self.switch, self._icon_button, self._word_button, self.menu_button)

    def bind(self, view: RowView, *, first: bool, last: bool) -> None:
        """Show a task; costs nothing when it says what it said before."""
        if (view, first, last) == (self._view, self._first, self._last):
            return
        self._view, self._first, self._last = view, first, last
        self.task_id = view.task_id
        self.setAccessibleName(view.words)
        self._bind_switch(view)
        self._bind_action(view)
        self.menu_button.setAccessibleName(self.tr("More actions: {name}").format(name=view.name))
        self.menu_button.setToolTip(self.tr("More actions"))
        self._spinner.setVisible(view.result.icon == "loader-circle")
        self._arrange()
        self.update()

    def set_current(self, *, current: bool) -> None:
        """Take part in the Tab order, or not."""
        policy = Qt.FocusPolicy.StrongFocus if current else Qt.FocusPolicy.ClickFocus
        self.setFocusPolicy(policy)
        for control in self.controls:
            control.setFocusPolicy(policy)

    def set_chosen(self, *, chosen: bool) -> None:
        """Show it as one of the chosen rows."""
        if chosen != self._chosen:
            self._chosen = chosen
            self.update()

    def event(self, event: QEvent) -> bool:
        """Offer what was cut off, and the names of the delivery icons, as a tip."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), plain_tip(self._tip(event)), self)
            return True
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the direction of the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Divide the new width."""
        self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, words and marks."""
        if self._view is None:
            return
        painter = QPainter(self)
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)  # each text runs its own way
        self._painter.mirrored = self.isRightToLeft()
        area = self.rect()
        lit = self.underMouse()
        self._painter.ground(painter, area, first=self._first, last=self._last, lit=lit, chosen=self._chosen)
        spinning = not self._spinner.isHidden()
        self._painter.contents(painter, self._view, self._places(), spinning=spinning)
        if self.hasFocus():
            self._painter.ring(painter, area)

    def _bind_switch(self, view: RowView) -> None:
        self.switch.show_state(on=view.on)
        self.switch.setEnabled(view.can_switch)
        self.switch.setAccessibleName(self.tr("{name} enabled").format(name=view.name))

    def _bind_action(self, view: RowView) -> None:
        action = view.result.action
        word, spoken = self._action_words(action, view.name)
        self._word_button.setText(word)
        self._word_button.setAccessibleName(spoken)
        self._word_button.setVisible(bool(word))
        self._icon_button.setVisible(not word)
        self._icon_button.set_icon("square" if action is RowAction.STOP else "play", name=spoken)

    def _action_words(self, action: RowAction, name: str) -> tuple[str, str]:
        """What the button says, empty for an icon, and what a screen reader calls it."""
        match action:
            case RowAction.RUN:
                return "", self.tr("Run now: {name}").format(name=name)
            case RowAction.STOP:
                return "", self.tr("Stop: {name}").format(name=name)
            case RowAction.FIX:
                return self.tr("Fix…"), self.tr("Fix: {name}").format(name=name)
            case RowAction.REVIEW:
                return self.tr("Review"), self.tr("Review: {name}").format(name=name)
            case RowAction.RESEND:
                return self.tr("Retry"), self.tr("Deliver again: {name}").format(name=name)

    def _places(self) -> RowPlaces:
        return row_places(self.width(), self._theme.scale, mirrored=self.isRightToLeft())

    def _arrange(self) -> None:
        places = self._places()
        middle = self.height() // 2
        hint = self.switch.sizeHint()
        self.switch.setGeometry(
            places.switch.left(), middle - hint.height() // 2, max(hint.width(), places.switch.width()), hint.height()
        )
        self._painter.mirrored = self.isRightToLeft()
        self._spinner.setGeometry(self._painter.result_icon(places.result))
        self._arrange_actions(places.actions, middle)

    def _arrange_actions(self, area: QRect, middle: int) -> None:
        mirrored, gap = self.isRightToLeft(), self._theme.px(2)
        at = area.left() if mirrored else area.right() + 1
        for button in (self.menu_button, self._word_button, self._icon_button):
            if button.isHidden():
                continue
            size = button.sizeHint()
            left = at if mirrored else at - size.width()
            button.setGeometry(left, middle - size.height() // 2, size.width(), size.height())
            at = at + size.width() + gap if mirrored else at - size.width() - gap

    def _tip(self, event: QHelpEvent) -> str:
        if self._view is None:
            return ""
        places, x = self._places(), event.pos().x()
        if places.name.left() <= x <= places.name.right():
            lines = (self._view.name, self._view.sentence, *(name for _, name in self._view.deliveries))
            return "\n".join(lines)
        for area, lines in (
            (places.next, (self._view.next_head, self._view.next_sub)),
            (places.result, (self._view.result.head, self._view.result.sub)),
        ):
            if area.left() <= x <= area.right():
                return "\n".join(line for line in lines if line)
        return self.accessibleName().rpartition(". ")[2]

    def _switch(self, on: bool) -> None:
        self.switched.emit(self.task_id, on)

    def _act(self, _down: bool) -> None:
        if self._view is not None:
            self.acted.emit(self.task_id, self._view.result.action)

    def _fill(self, menu: QMenu) -> None:
        self.menu_wanted.emit(self.task_id, menu)
