"""Buttons by kind, with icons that follow the theme and a focus ring for the keyboard."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QMenu, QPushButton

from kata_desktop.ui.widgets.labels import plain_tip

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent
    from PySide6.QtWidgets import QLayout, QWidget

    from kata_desktop.ui.theme.theme import Theme
    from kata_desktop.ui.theme.tokens import ColorRole


class ButtonKind(enum.StrEnum):
    """What a button is for; the style sheet gives each its look."""

    PLAIN = "plain"
    """An ordinary action."""
    PRIMARY = "primary"
    """The one main action of a screen."""
    GHOST = "ghost"
    """An action without a frame, often only an icon."""
    LINK = "link"
    """An action that reads like a link."""
    DANGER = "danger"
    """Deletes, stops or refuses."""
    NAV = "nav"
    """A page in the sidebar; stays down while its page is shown."""
    CHIP = "chip"
    """One of several filters."""
    DAY = "day"
    """One of several days, each on or off."""
    SEGMENT = "segment"
    """One part of a segmented control."""
    AREA = "area"
    """A whole area with a layout of its own that can be pressed."""


_CHECKABLE = {ButtonKind.NAV, ButtonKind.CHIP, ButtonKind.DAY, ButtonKind.SEGMENT}
_ON_ACCENT = {ButtonKind.PRIMARY, ButtonKind.DAY}
_INK: dict[ButtonKind, ColorRole] = {
    ButtonKind.PRIMARY: "on_accent",
    ButtonKind.LINK: "accent_text",
    ButtonKind.DANGER: "bad",
}
_KEYBOARD = {
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
    Qt.FocusReason.OtherFocusReason,
}
_RADIUS = {ButtonKind.CHIP: 12.0, ButtonKind.DAY: 9.0}


class Button(QPushButton):
    """A push button of one kind.

    Attributes:
        kind: what it is for.
    """

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        kind: ButtonKind = ButtonKind.PLAIN,
        *,
        icon: str = "",
        icon_role: ColorRole | None = None,
        name: str = "",
        tip: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """Make a button.

        Args:
            theme: what it is drawn with.
            text: what it says; empty for an icon alone.
            kind: what it is for.
            icon: the name of an icon.
            icon_role: the colour of the icon when not the one of the kind.
            name: what a screen reader calls it when that is not the text; needed for an icon alone.
            tip: shown under the pointer; the name when empty and there is no text.
            parent: the widget it is shown in.
        """
        super().__init__(text, parent)
        self.kind = kind
        self._theme = theme
        self._icon, self._icon_role = icon, icon_role
        self._ring = False
        self.setProperty("kind", kind.value)
        self.setAutoDefault(False)
        self.setCheckable(kind in _CHECKABLE)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(name or text.replace("&", ""))
        self.setToolTip(plain_tip(tip or ("" if text else name)))
        self.toggled.connect(self._tint)
        theme.changed.connect(self._tint)
        self._tint()

    def set_icon(self, icon: str, role: ColorRole | None = None, *, name: str | None = None) -> None:
        """Show another icon; `name` renames the button for a screen reader and in its tip."""
        self._icon, self._icon_role = icon, role
        if name is not None:
            self.setAccessibleName(name)
            self.setToolTip(plain_tip(name))
        self._tint()

    def set_text(self, text: str) -> None:
        """Change what it says and what a screen reader calls it."""
        self.setText(text)
        self.setAccessibleName(text.replace("&", ""))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring to those who came by keyboard."""
        self._ring = event.reason() in _KEYBOARD
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press on Enter as well as on Space."""
        self._ring = True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.kind is not ButtonKind.SEGMENT:
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the button, then its focus ring."""
        super().paintEvent(event)
        if not (self._ring and self.hasFocus()):
            return
        painter = QPainter(self)
        filled = self.kind in _ON_ACCENT and (self.isChecked() or not self.isCheckable())
        paint_ring(painter, QRectF(self.rect()), self._theme, radius=_RADIUS.get(self.kind, 7.0), filled=filled)

    def _tint(self) -> None:
        if not self._icon:
            return
        size = 17 if self.kind is ButtonKind.NAV else 16
        role = self._icon_role or _INK.get(self.kind, "text_2")
        if self.kind is ButtonKind.NAV and self.isChecked():
            role = "accent_text"
        gap = (5 if self.kind is ButtonKind.NAV else 3) if self.text() else 0
        self.setIcon(self._theme.icon(self._icon, role, size, gap=gap))
        self.setIconSize(QSize(self._theme.px(size) + 2 * self._theme.px(gap), self._theme.px(size)))


class AreaButton(Button):
    """A button that holds a layout, such as the workspace switcher or a whole row; its contents are one target."""

    def __init__(self, theme: Theme, layout: QLayout, name: str, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, "", ButtonKind.AREA, name=name, parent=parent)
        self.setToolTip("")
        self.setLayout(layout)

    def sizeHint(self) -> QSize:
        """Return the room the layout wants."""
        inner = self.layout()
        return super().sizeHint() if inner is None else inner.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Return the room the layout needs."""
        inner = self.layout()
        return super().minimumSizeHint() if inner is None else inner.minimumSize()


class MenuButton(Button):
    """A button that opens one menu, filled anew each time.

    Signals:
        about_to_show: the menu opens; fill it now.
    """

    about_to_show = Signal(QMenu)

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        kind: ButtonKind = ButtonKind.GHOST,
        *,
        icon: str = "ellipsis-vertical",
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, text, kind, icon=icon, name=name, parent=parent)
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.setMenu(self._menu)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open on Enter, Space and Down."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_Down):
            self.showMenu()
            return
        super().keyPressEvent(event)

    def _fill(self) -> None:
        self._menu.clear()
        self.about_to_show.emit(self._menu)


def paint_ring(painter: QPainter, area: QRectF, theme: Theme, *, radius: float = 7.0, filled: bool = False) -> None:
    """Draw the focus ring just inside an area; on a filled ground it is drawn in the colour of its text."""
    width = 2.0
    inset = width / 2 + (theme.px(2) if filled else 0)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.color("on_accent" if filled else "accent_text"), width))
    ring = area.adjusted(inset, inset, -inset, -inset)
    corner = max(radius * theme.scale - inset, 2.0)
    painter.drawRoundedRect(ring, corner, corner)
    painter.restore()
