"""Cards, lists of rows, dividers and the grounds of a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from kata_desktop.ui.widgets.labels import repolish

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Literal

    from PySide6.QtWidgets import QLayout

    CardKind = Literal["plain", "soft", "raised", "ok", "warn", "bad", "info", "muted"]
    Ground = Literal["page", "sidebar", "aside", "footer"]


class Card(QFrame):
    """A rounded frame around a layout."""

    def __init__(self, layout: QLayout, kind: CardKind = "plain", *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("card", kind)
        self.setLayout(layout)

    def set_kind(self, kind: CardKind) -> None:
        """Change the ground."""
        self.setProperty("card", kind)
        repolish(self)


class Row(QFrame):
    """One row of a `RowList`; lights up under the pointer when it is live."""

    def __init__(self, layout: QLayout, *, live: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setProperty("row", "only")
        self.setProperty("live", "true" if live else "false")
        self.setLayout(layout)


class RowList(Card):
    """A card of rows with a line between each two."""

    def __init__(self, rows: Iterable[QWidget] = (), *, name: str = "", parent: QWidget | None = None) -> None:
        self._column = QVBoxLayout()
        self._column.setContentsMargins(1, 1, 1, 1)
        self._column.setSpacing(0)
        super().__init__(self._column, parent=parent)
        self.setAccessibleName(name)
        self._rows: list[QWidget] = []
        self.set_rows(rows)

    @property
    def rows(self) -> tuple[QWidget, ...]:
        """The rows from top to bottom."""
        return tuple(self._rows)

    def set_rows(self, rows: Iterable[QWidget]) -> None:
        """Show other rows; those that are not among them are deleted."""
        wanted = list(rows)
        for old in self._rows:
            self._column.removeWidget(old)
            if old not in wanted:
                old.hide()
                old.deleteLater()
        self._rows = wanted
        for index, widget in enumerate(wanted):
            self._column.addWidget(widget)
            _set_place(widget, index, len(wanted))

    def show_only(self, rows: Iterable[QWidget]) -> None:
        """Show some of the rows; the lines between them follow."""
        wanted = set(rows)
        for widget in self._rows:
            widget.setVisible(widget in wanted)
        shown = [widget for widget in self._rows if widget in wanted]
        for index, widget in enumerate(shown):
            _set_place(widget, index, len(shown))


class Divider(QFrame):
    """A thin line between two parts of a page."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("divider", "true")


class Panel(QFrame):
    """One of the grounds a window is made of: page, sidebar, aside (a panel at the end), footer."""

    def __init__(self, layout: QLayout, ground: Ground = "page", *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ground = ground
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setLayout(layout)
        self._follow_direction()

    def changeEvent(self, event: QEvent) -> None:
        """Keep the line on the side of the page."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._follow_direction()
            repolish(self)

    def _follow_direction(self) -> None:
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        sided = self._ground in ("sidebar", "aside")
        self.setProperty("ground", f"{self._ground}-rtl" if mirrored and sided else self._ground)


def _set_place(widget: QWidget, index: int, count: int) -> None:
    first, last = index == 0, index == count - 1
    place = "only" if first and last else "first" if first else "last" if last else "middle"
    if widget.property("row") != place:
        widget.setProperty("row", place)
        repolish(widget)
