"""One plugin on the page: what it is, how it fares, one button, its switch and its menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QPainter
from PySide6.QtWidgets import QBoxLayout, QMenu

from kata_desktop.ui.pages.plugins.repairs import Verb
from kata_desktop.ui.widgets.buttons import Button, ButtonKind, MenuButton, paint_ring
from kata_desktop.ui.widgets.frames import Row
from kata_desktop.ui.widgets.labels import ElidedLabel, IconLabel, Label, TextRole, plain_tip, repolish
from kata_desktop.ui.widgets.layout import boxed, column, row
from kata_desktop.ui.widgets.switch import Switch
from kata_desktop.ui.widgets.tile import Tile

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent, QResizeEvent

    from kata_desktop.ui.pages.plugins.plugin_view import PluginView
    from kata_desktop.ui.theme.theme import Theme

_NARROW_BELOW, _END = 700, 232
"""Lengths of the design: a row narrower than this puts the state below the name; the room for button and switch."""


class PluginRowWidget(Row):
    """Shows a view; a view that says the same as before costs nothing.

    Space switches, Enter configures, the arrow keys go from row to row.

    Attributes:
        plugin_id: what it shows.
        switch: on or off in the workspace that is shown.
        button: the one thing to do that fits.
        log: shows its log, after a crash.
        menu: everything else.

    Signals:
        switched: (plugin id, on) the switch was used.
        wanted: (plugin id, verb) something is to be done with it.
        menu_wanted: (plugin id, menu) the menu opens; fill it.
        moved: (plugin id, how many rows) the keyboard is to go on.
        reached: (this row) the keyboard came here.
    """

    switched = Signal(str, bool)
    wanted = Signal(str, str)
    menu_wanted = Signal(str, QMenu)
    moved = Signal(str, int)
    reached = Signal(object)

    def __init__(self, theme: Theme, view: PluginView) -> None:
        self._theme = theme
        self._view: PluginView | None = None
        self.plugin_id = view.id
        self._tile = Tile(theme, view.icon, size=40)
        self._name = ElidedLabel("", TextRole.TITLE)
        self._about = Label("", TextRole.SMALL, wrap=True)
        self._sign = IconLabel(theme, "circle-minus", size=16)
        self._state = Label("", TextRole.TITLE, wrap=True)
        self._detail_sign = IconLabel(theme, "lock-open", "text_3", 13)
        self._detail = Label("", TextRole.SMALL, wrap=True)
        self.switch = Switch(theme, "")
        self.log = Button(theme, kind=ButtonKind.GHOST, icon="scroll-text", name=" ")
        self.button = Button(theme, " ")
        self.menu = MenuButton(theme)
        names = column(None, self._name, self._about, None, spacing=3)
        state = row(_top(self._sign, 1), (self._state, 1), spacing=7)
        detail = row(_top(self._detail_sign, 1), (self._detail, 1), margins=(1, 0, 0, 0), spacing=9)
        self._middle = row((names, 7), (column(None, state, detail, None, spacing=3), 6), spacing=14)
        self._end = boxed(row(None, self.log, self.button, 6, self.switch, self.menu, spacing=6))
        line = row(self._tile, (self._middle, 1), self._end, margins=(15, 11, 8, 11), spacing=13)
        super().__init__(line, live=True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.switch.clicked.connect(self._switch)
        self.button.clicked.connect(self._act)
        self.log.clicked.connect(self._show_log)
        self.menu.about_to_show.connect(self._fill)
        theme.changed.connect(self._rescale)
        self._rescale()
        self.bind(view)

    @property
    def view(self) -> PluginView:
        """What it shows."""
        assert self._view is not None
        return self._view

    def bind(self, view: PluginView) -> None:
        """Show how the plugin fares now."""
        before, self._view = self._view, view
        if view == before:
            return
        self._name.set_text(view.name)
        self._about.setText(view.description)
        self._tile.set_look(view.icon, active=view.on)
        self._bind_state()
        self._bind_controls()
        self.setAccessibleName(view.spoken)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Switch, configure or go to another row."""
        match event.key():
            case Qt.Key.Key_Space if self.view.can_switch:
                self.switch.click()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                if self.view.at_enter is not Verb.NONE:
                    self.wanted.emit(self.plugin_id, self.view.at_enter.value)
            case Qt.Key.Key_Up:
                self.moved.emit(self.plugin_id, -1)
            case Qt.Key.Key_Down:
                self.moved.emit(self.plugin_id, 1)
            case _:
                super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open the menu for the right button and for the key that means the same."""
        if event.reason() is QContextMenuEvent.Reason.Mouse:
            self.menu.menu().popup(event.globalPos())
        else:
            self.menu.showMenu()
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell, so that the row can be brought into sight."""
        super().focusInEvent(event)
        self.reached.emit(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ring of the row that has the keyboard."""
        super().paintEvent(event)
        if self.hasFocus():
            paint_ring(QPainter(self), QRectF(self.rect()), self._theme, radius=9)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the state below the name where there is little room."""
        super().resizeEvent(event)
        self._arrange()

    def _bind_state(self) -> None:
        words = self.view.words
        self._sign.set_icon(words.icon, words.tone.ink)
        if self._state.property("tone") != words.tone.value:
            self._state.set_tone(words.tone)
        self._state.setText(words.text)
        self._detail_sign.set_icon(words.detail_icon)
        self._detail.setText(words.detail)

    def _bind_controls(self) -> None:
        view = self.view
        self.switch.show_state(on=view.on)
        self.switch.setEnabled(view.can_switch)
        self.switch.setAccessibleName(self.tr("{name} switch").format(name=view.name))
        self.button.setText(view.verb_text)
        self.button.setAccessibleName(self.tr("{action} {name}").format(action=view.verb_text, name=view.name))
        self.button.setVisible(view.verb is not Verb.NONE)
        log = self.tr("Show log of {name}").format(name=view.name)
        self.log.setAccessibleName(log)
        self.log.setToolTip(plain_tip(log))
        self.log.setVisible(view.has_log)
        kind = ButtonKind.PRIMARY if view.is_main else ButtonKind.PLAIN
        if self.button.kind is not kind:
            self.button.kind = kind
            self.button.setProperty("kind", kind.value)
            repolish(self.button)
        self.menu.setAccessibleName(self.tr("More about {name}").format(name=view.name))

    def _arrange(self) -> None:
        narrow = self.width() < self._theme.px(_NARROW_BELOW)
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._middle.direction() is not way:
            self._middle.setDirection(way)
            self._middle.setSpacing(6 if narrow else 14)

    def _rescale(self) -> None:
        self._end.setMinimumWidth(self._theme.px(_END))
        self._arrange()

    def _switch(self, on: bool) -> None:
        self.switched.emit(self.plugin_id, on)

    def _act(self, _down: bool) -> None:
        self.wanted.emit(self.plugin_id, self.view.verb.value)

    def _show_log(self) -> None:
        self.wanted.emit(self.plugin_id, Verb.LOG.value)

    def _fill(self, menu: QMenu) -> None:
        self.menu_wanted.emit(self.plugin_id, menu)


def _top(widget: IconLabel, down: int) -> QBoxLayout:
    """Keep an icon beside the first line of a text that wraps."""
    return column(widget, None, margins=(0, down, 0, 0))
