"""Rows, columns and the flow layout, so that a screen reads like what it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLayout, QLayoutItem, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from PySide6.QtWidgets import QBoxLayout

Margins: TypeAlias = tuple[int, int, int, int]
Part: TypeAlias = "QWidget | QLayout | int | tuple[QWidget | QLayout, int] | None"
"""A widget, a layout, a gap in pixels, a widget or layout with its stretch factor, or None for a stretch."""


def row(*parts: Part, margins: Margins = (0, 0, 0, 0), spacing: int = 8) -> QHBoxLayout:
    """Return the parts beside each other, from the start of the line."""
    made = QHBoxLayout()
    _fill(made, parts, margins, spacing)
    return made


def column(*parts: Part, margins: Margins = (0, 0, 0, 0), spacing: int = 8) -> QVBoxLayout:
    """Return the parts below each other."""
    made = QVBoxLayout()
    _fill(made, parts, margins, spacing)
    return made


def boxed(layout: QLayout, widget: QWidget | None = None) -> QWidget:
    """Give a layout to a widget, a new one if none is named, and return the widget."""
    holder = QWidget() if widget is None else widget
    holder.setLayout(layout)
    return holder


def flow(*widgets: QWidget, spacing: int = 8) -> QWidget:
    """Return widgets beside each other that wrap where there is no room."""
    holder = QWidget()
    line = FlowLayout(holder, spacing=spacing)
    for widget in widgets:
        line.addWidget(widget)
    return holder


def clear(layout: QLayout) -> None:
    """Take everything out of a layout; its widgets are deleted."""
    while (item := layout.takeAt(0)) is not None:
        if (inner := item.layout()) is not None:
            clear(inner)
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()


def _fill(layout: QBoxLayout, parts: tuple[Part, ...], margins: Margins, spacing: int) -> None:
    layout.setContentsMargins(*margins)
    layout.setSpacing(spacing)
    for part in parts:
        match part:
            case None:
                layout.addStretch(1)
            case int():
                layout.addSpacing(part)
            case (QWidget() as widget, int() as stretch):
                layout.addWidget(widget, stretch)
            case (QLayout() as inner, int() as stretch):
                layout.addLayout(inner, stretch)
            case QLayout():
                layout.addLayout(part)
            case QWidget():
                layout.addWidget(part)


class FlowLayout(QLayout):
    """Widgets beside each other that wrap to the next line, from the right in right-to-left languages."""

    def __init__(self, parent: QWidget | None = None, *, spacing: int = 6) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)

    def addItem(self, item: QLayoutItem) -> None:
        """Take one more item."""
        self._items.append(item)

    def count(self) -> int:
        """Return how many items there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Return an item, None past the end."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Remove and return an item, None past the end."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """A flow claims no room that its items do not need."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """A narrower flow is a taller one."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all lines at a width."""
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        """Place every item."""
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def sizeHint(self) -> QSize:
        """Return the size of the largest item."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """Return the size of the largest item."""
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        lines = self._lines(rect.width())
        height = sum(line.height for line in lines) + self.spacing() * max(len(lines) - 1, 0)
        if move:
            top = rect.y() + (max(rect.height() - height, 0) // 2 if len(lines) == 1 else 0)
            for line in lines:
                self._place(line, rect, top)
                top += line.height + self.spacing()
        return height

    def _lines(self, width: int) -> list[_Line]:
        lines: list[_Line] = []
        for item in (item for item in self._items if not item.isEmpty()):
            hint = item.sizeHint()
            if not lines or lines[-1].width + self.spacing() + hint.width() > width:
                lines.append(_Line())
            line = lines[-1]
            line.width += hint.width() + (self.spacing() if line.items else 0)
            line.height = max(line.height, hint.height())
            line.items.append(item)
        return lines

    def _place(self, line: _Line, rect: QRect, top: int) -> None:
        """Put the items of a line beside each other, at half its height."""
        parent = self.parentWidget()
        mirrored = parent is not None and parent.layoutDirection() == Qt.LayoutDirection.RightToLeft
        x = rect.x()
        for item in line.items:
            hint = item.sizeHint()
            left = rect.right() + 1 - (x - rect.x()) - hint.width() if mirrored else x
            item.setGeometry(QRect(left, top + (line.height - hint.height()) // 2, hint.width(), hint.height()))
            x += hint.width() + self.spacing()


class _Line:
    """Items of a flow that stand beside each other."""

    def __init__(self) -> None:
        self.items: list[QLayoutItem] = []
        self.width = self.height = 0
