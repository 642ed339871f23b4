"""The days of a month as buttons; one stop for Tab, arrow keys between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from kata_desktop.scheduler.occurrences.cron_fields import LAST
from kata_desktop.ui.widgets.buttons import Button, ButtonKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QFocusEvent, QKeyEvent

    from kata_desktop.ui.theme.theme import Theme

_COLUMNS = 8
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -_COLUMNS, Qt.Key.Key_Down: _COLUMNS}


class MonthDays(QWidget):
    """Days 1 to 31 and the last day, each on or off.

    Signals:
        edited: a person switched a day.
    """

    edited = Signal()

    def __init__(self, theme: Theme, name: str, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(5)
        self._days: dict[int, _Day] = {}
        for place, day in enumerate([*range(1, 32), LAST]):
            text = self.tr("Last") if day == LAST else str(day)
            full = self.tr("Last day") if day == LAST else self.tr("Day {number}").format(number=day)
            button = _Day(theme, text, full, self)
            button.clicked.connect(self._tell)
            grid.addWidget(button, place // _COLUMNS, place % _COLUMNS)
            self._days[day] = button
        grid.setColumnStretch(_COLUMNS, 1)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.set_chosen([1])

    @property
    def chosen(self) -> frozenset[int]:
        """The days that are on; `LAST` is the last one, whatever its number."""
        return frozenset(day for day, button in self._days.items() if button.isChecked())

    def set_chosen(self, days: Iterable[int]) -> None:
        """Switch days on and the others off, without a signal."""
        wanted = set(days)
        for day, button in self._days.items():
            button.setChecked(day in wanted)
        first = min((day for day in wanted if day in self._days), default=1, key=lambda day: day if day > 0 else 99)
        self.stop_at(self._days[first])

    @property
    def stop(self) -> Button:
        """The day that Tab leads to."""
        return next(button for button in self._days.values() if button.focusPolicy() == Qt.FocusPolicy.StrongFocus)

    def move_from(self, origin: _Day, key: int) -> bool:
        """Bring the keyboard to the neighbour that an arrow key means; return whether it was an arrow key."""
        step = _STEPS.get(Qt.Key(key))
        if step is None:
            return False
        if self.isRightToLeft() and abs(step) == 1:
            step = -step
        buttons = list(self._days.values())
        place = buttons.index(origin) + step
        if 0 <= place < len(buttons):
            buttons[place].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def stop_at(self, chosen: Button) -> None:
        """Let Tab lead to this day."""
        for button in self._days.values():
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if button is chosen else Qt.FocusPolicy.ClickFocus)

    def _tell(self) -> None:
        self.edited.emit()


class _Day(Button):
    """One day of the month."""

    def __init__(self, theme: Theme, text: str, name: str, month: MonthDays) -> None:
        super().__init__(theme, text, ButtonKind.DAY, name=name, parent=month)
        self._month = month

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Become the stop of Tab: it comes back to where one was."""
        self._month.stop_at(self)
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with the arrow keys."""
        if not self._month.move_from(self, event.key()):
            super().keyPressEvent(event)
