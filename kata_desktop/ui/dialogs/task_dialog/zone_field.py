"""A time zone, searched by any part of its name; the computer's own comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit

from kata_desktop.domain.trigger import SYSTEM_ZONE
from kata_desktop.ui.dialogs.task_dialog.moments import utc_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QFocusEvent, QWheelEvent
    from PySide6.QtWidgets import QWidget

    from kata_desktop.runtime.clock import Clock


class ZoneField(QComboBox):
    """Keeps whatever is typed; a click or Tab marks it all, so that typing searches.

    Signals:
        edited: a person changed it.
    """

    edited = Signal()

    def __init__(self, clock: Clock, name: str, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._line = QLineEdit()
        self.setLineEdit(self._line)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        self.setMaxVisibleItems(14)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self._line.setAccessibleName(name)
        self._own = ""
        self.follow_system()
        self.setEditText(self._own)
        self._search()
        self.editTextChanged.connect(self._changed)

    @property
    def raw(self) -> str:
        """The zone as it is checked: ``system``, or what is typed."""
        text = self.currentText()
        return SYSTEM_ZONE if text == self._own else text

    def set_raw(self, zone: str) -> None:
        """Show a zone without a signal."""
        self.blockSignals(True)
        self.setEditText(self._own if zone == SYSTEM_ZONE else zone)
        self.blockSignals(False)
        self._line.setCursorPosition(0)

    def set_names(self, names: Iterable[str]) -> None:
        """Offer these zones after the computer's own."""
        before = self.raw
        self.blockSignals(True)
        self.clear()
        self.addItems([self._own, *names])
        self.blockSignals(False)
        self.set_raw(before)
        self._search()

    def follow_system(self) -> None:
        """Name the computer's own zone as it is now."""
        was, zone = self._own, self._clock.zone_name()
        offset = utc_name(self._clock.now().astimezone(ZoneInfo(zone)).utcoffset())
        self._own = self.tr("{zone}  (system, {offset})").format(zone=zone, offset=offset)
        if self.count():
            self.setItemText(0, self._own)
        else:
            self.addItem(self._own)
        if self.currentText() == was:
            self.setEditText(self._own)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Mark everything."""
        super().focusInEvent(event)
        QTimer.singleShot(0, self._line, self._line.selectAll)  # after the click has set the cursor

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show the name from its beginning again; the list that opens while one types is no leaving."""
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self._line.setCursorPosition(0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the page instead, unless the keyboard is here."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def _search(self) -> None:
        completer = QCompleter(self.model(), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(completer)

    def _changed(self, _text: str) -> None:
        self.edited.emit()
