"""Choices in a row: filters, segments and days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QWidget

from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.layout import FlowLayout

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kata_desktop.ui.theme.theme import Theme


class _OneOf:
    """Buttons of which exactly one is down, known by a key; Qt moves between them with the arrow keys."""

    def __init__(self, theme: Theme, kind: ButtonKind, owner: QWidget, options: Mapping[str, str]) -> None:
        self.group = QButtonGroup(owner)
        self.group.setExclusive(True)
        self.keys = tuple(options)
        self.buttons = tuple(Button(theme, text, kind, parent=owner) for text in options.values())
        for index, button in enumerate(self.buttons):
            self.group.addButton(button, index)
        if self.buttons:
            self.buttons[0].setChecked(True)

    @property
    def current(self) -> str:
        """The key of the button that is down."""
        index = self.group.checkedId()
        return self.keys[index] if index >= 0 else ""

    def choose(self, key: str) -> None:
        """Press a button down without telling."""
        self.buttons[self.keys.index(key)].setChecked(True)


class ChipBar(QWidget):
    """Filters of which one is chosen; wraps to more lines where there is no room.

    Signals:
        chosen: a person chose the filter with this key.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, options: Mapping[str, str], name: str, *, parent: QWidget | None = None) -> None:
        """Make a bar.

        Args:
            theme: what it is drawn with.
            options: text by key; the first is chosen.
            name: what a screen reader calls the bar.
            parent: the widget it is shown in.
        """
        super().__init__(parent)
        self.setAccessibleName(name)
        self._parts = _OneOf(theme, ButtonKind.CHIP, self, options)
        flow = FlowLayout(self)
        for button in self._parts.buttons:
            flow.addWidget(button)
        self._parts.group.idClicked.connect(self._tell)

    @property
    def current(self) -> str:
        """The key of the chosen filter."""
        return self._parts.current

    def set_current(self, key: str) -> None:
        """Choose a filter without a signal."""
        self._parts.choose(key)

    def set_text(self, key: str, text: str) -> None:
        """Change what a filter says, such as its count."""
        self._parts.buttons[self._parts.keys.index(key)].set_text(text)

    def set_offered(self, key: str, *, offered: bool) -> None:
        """Show a filter or leave it out."""
        self._parts.buttons[self._parts.keys.index(key)].setVisible(offered)

    def _tell(self, _index: int) -> None:
        self.chosen.emit(self.current)


class Segmented(QFrame):
    """A few alternatives side by side, one chosen.

    Signals:
        chosen: a person chose the alternative with this key.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, options: Mapping[str, str], name: str, *, parent: QWidget | None = None) -> None:
        """Make a control.

        Args:
            theme: what it is drawn with.
            options: text by key; the first is chosen.
            name: what a screen reader calls the control.
            parent: the widget it is shown in.
        """
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("well", "true")
        self.setAccessibleName(name)
        self._parts = _OneOf(theme, ButtonKind.SEGMENT, self, options)
        line = QHBoxLayout(self)
        line.setContentsMargins(3, 3, 3, 3)
        line.setSpacing(2)
        for button in self._parts.buttons:
            line.addWidget(button, 1)
        self._parts.group.idClicked.connect(self._tell)

    @property
    def current(self) -> str:
        """The key of the chosen alternative."""
        return self._parts.current

    def set_current(self, key: str) -> None:
        """Choose an alternative without a signal."""
        self._parts.choose(key)

    def _tell(self, _index: int) -> None:
        self.chosen.emit(self.current)


class DayPicker(QWidget):
    """Days side by side, each on or off.

    Signals:
        changed: a person switched a day.
    """

    changed = Signal()

    def __init__(
        self, theme: Theme, days: Iterable[tuple[int, str, str]], name: str, *, parent: QWidget | None = None
    ) -> None:
        """Make a picker.

        Args:
            theme: what it is drawn with.
            days: key, short text and full name of each day in the order of the week, such as ``(0, "Mon", "Monday")``.
            name: what a screen reader calls the picker.
            parent: the widget it is shown in.
        """
        super().__init__(parent)
        self.setAccessibleName(name)
        self._buttons: dict[int, Button] = {}
        self._flow = FlowLayout(self)
        for key, short, full in days:
            button = Button(theme, short, ButtonKind.DAY, name=full, tip=full)
            button.clicked.connect(self._tell)
            self._flow.addWidget(button)
            self._buttons[key] = button

    @property
    def chosen(self) -> frozenset[int]:
        """The keys of the days that are on."""
        return frozenset(key for key, button in self._buttons.items() if button.isChecked())

    def set_chosen(self, keys: Iterable[int]) -> None:
        """Switch days on and the others off, without a signal."""
        wanted = set(keys)
        for key, button in self._buttons.items():
            button.setChecked(key in wanted)

    def append(self, *more: QWidget) -> None:
        """Put more behind the days, such as a link that chooses several."""
        for widget in more:
            self._flow.addWidget(widget)

    def _tell(self, _down: bool) -> None:
        self.changed.emit()
