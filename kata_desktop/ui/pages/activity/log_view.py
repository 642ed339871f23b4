"""The log of a run, folded away until somebody wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kata_desktop.ui.pages.activity.output_view import LiveText
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kata_desktop.domain.journal import LogLine
    from kata_desktop.ui.pages.activity.local_time import LocalTime
    from kata_desktop.ui.theme.theme import Theme


class LogView(QWidget):
    """Lines as they were logged; it takes only those that are new.

    Attributes:
        last: the number of the last line that is shown.

    Signals:
        wanted: somebody opened the log: give it the lines above `last`.
    """

    wanted = Signal()

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.last = 0
        self._text = LiveText(theme, self.tr("Log"))
        self._text.setProperty("mono", "true")
        self._none = Label(self.tr("Nothing was logged."), TextRole.MUTED)
        boxed(column(Label(self.tr("Log"), TextRole.SECTION), self._none, self._text, spacing=5), self)
        self._text.hide()
        self.hide()

    def reset(self) -> None:
        """Forget the lines of another run; it stays open or closed."""
        self.last = 0
        self._text.clear()
        self._text.hide()
        self._none.show()
        if not self.isHidden():
            self.wanted.emit()

    def set_open(self, shown: bool) -> None:
        """Open or close it."""
        self.setVisible(shown)
        if shown:
            self.wanted.emit()

    def add_lines(self, lines: Sequence[LogLine], when: LocalTime) -> None:
        """Add lines at the end."""
        fresh = [line for line in lines if line.number > self.last]
        if not fresh:
            return
        start = "\n" if self.last else ""
        self._text.add(start + "\n".join(f"{when.precise(each.at)} {each.level:<7} {each.text}" for each in fresh))
        self.last = fresh[-1].number
        self._none.hide()
        self._text.show()
