"""Fields to type and choose in; what Qt's own lack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDateTimeEdit,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QStyledItemDelegate,
    QTimeEdit,
    QToolButton,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QAction, QKeyEvent, QWheelEvent
    from PySide6.QtWidgets import QAbstractSpinBox, QWidget

    from kata_desktop.ui.theme.theme import Theme


class SearchField(QLineEdit):
    """A line to search with; Escape empties it.

    Attributes:
        magnifier: the icon at the start.
    """

    def __init__(self, theme: Theme, placeholder: str, *, icon: str = "search", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._icon = theme, icon
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setClearButtonEnabled(True)
        self.magnifier: QAction = self.addAction(theme.icon(icon, "text_3"), QLineEdit.ActionPosition.LeadingPosition)
        for button in self.findChildren(QToolButton):
            shows = button.defaultAction() is self.magnifier
            button.setAccessibleName(placeholder if shows else self.tr("Clear"))
        theme.changed.connect(self._tint)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Empty the line on Escape; an empty one leaves the key to the window."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)

    def _tint(self) -> None:
        self.magnifier.setIcon(self._theme.icon(self._icon, "text_3"))


class Choice(QComboBox):
    """One of several, known by a key; the wheel turns it only while it has the keyboard."""

    def __init__(self, options: Mapping[str, str], name: str, *, parent: QWidget | None = None) -> None:
        """Make a choice from texts by key; `name` is what a screen reader calls it."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setItemDelegate(QStyledItemDelegate(self))  # the usual one does not know the style sheet's row height
        self.set_options(options)

    @property
    def current(self) -> str:
        """The key of the chosen option; empty when there is none."""
        return str(self.currentData() or "")

    def set_current(self, key: str) -> None:
        """Choose an option; an unknown key changes nothing."""
        index = self.findData(key)
        if index >= 0:
            self.setCurrentIndex(index)

    def set_options(self, options: Mapping[str, str]) -> None:
        """Offer other options; the chosen one stays if it is still there."""
        before = self.current
        self.blockSignals(True)
        self.clear()
        for key, text in options.items():
            self.addItem(text, key)
        self.blockSignals(False)
        self.set_current(before)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the page instead, unless the keyboard is here."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class NumberField(QSpinBox):
    """A whole number with steps."""

    def __init__(
        self,
        theme: Theme,
        name: str,
        *,
        low: int = 0,
        high: int = 999,
        suffix: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setRange(low, high)
        self.setSuffix(suffix)
        _prepare(self, name)
        theme.changed.connect(self._pad)
        self._pad()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the page instead, unless the keyboard is here."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def _pad(self) -> None:
        self.lineEdit().setTextMargins(self._theme.px(8), 0, self._theme.px(8), 0)


class TimeField(QTimeEdit):
    """A time of day in hours and minutes, written the local way.

    It stays left to right everywhere: mirrored, Qt would write minutes before hours.
    """

    def __init__(self, theme: Theme, name: str, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setDisplayFormat(self.locale().timeFormat(QLocale.FormatType.ShortFormat))
        _prepare(self, name)
        theme.changed.connect(self._pad)
        self._pad()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the page instead, unless the keyboard is here."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def _pad(self) -> None:
        self.lineEdit().setTextMargins(self._theme.px(8), 0, self._theme.px(8), 0)


class MomentField(QDateTimeEdit):
    """A date and a time, written the local way, with a calendar to pick from."""

    def __init__(self, name: str, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCalendarPopup(True)
        self.setProperty("popup", "true")
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setDisplayFormat(self.locale().dateTimeFormat(QLocale.FormatType.ShortFormat))
        _prepare(self, name)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the page instead, unless the keyboard is here."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ProseField(QPlainTextEdit):
    """Several lines of plain text; Tab leaves it."""

    def __init__(self, theme: Theme, name: str, *, lines: int = 4, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._lines = theme, lines
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        theme.changed.connect(self._rescale)
        self._rescale()

    def set_lines(self, lines: int) -> None:
        """Show so many lines at once."""
        if lines != self._lines:
            self._lines = lines
            self._rescale()

    def _rescale(self) -> None:
        self.setFixedHeight(self.fontMetrics().lineSpacing() * self._lines + self._theme.px(26))


def _prepare(field: QAbstractSpinBox, name: str) -> None:
    """Name a field and keep a passing wheel from changing it."""
    field.setAccessibleName(name)
    field.lineEdit().setAccessibleName(name)
    field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
