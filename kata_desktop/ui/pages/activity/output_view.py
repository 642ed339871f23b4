"""What a run says: live while it goes on, with headings and lists once it has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget

from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, row
from kata_desktop.ui.widgets.markdown_view import MarkdownView

if TYPE_CHECKING:
    from kata_desktop.ui.theme.theme import Theme

_LIVE_BLOCKS = 5000
"""Lines of live output kept on the screen; the result has all of them."""


class LiveText(QPlainTextEdit):
    """Grows at its end at the cost of what is added, and follows it while the end is in sight."""

    def __init__(self, theme: Theme, name: str, *, lines: int = 12, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._lines = theme, lines
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setMaximumBlockCount(_LIVE_BLOCKS)
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        theme.changed.connect(self._rescale)
        self._rescale()

    def add(self, text: str) -> None:
        """Add text at the end."""
        bar = self.verticalScrollBar()
        following = bar.value() >= bar.maximum() - 2
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(text)
        if following:
            bar.setValue(bar.maximum())

    def _rescale(self) -> None:
        self.setFixedHeight(self.fontMetrics().lineSpacing() * self._lines + self._theme.px(20))


class OutputView(QWidget):
    """The result of a run under its heading; while the run goes on, what it has said so far."""

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown, self._going = 0, False
        self._heading = Label("", TextRole.SECTION)
        self._copy = Button(theme, kind=ButtonKind.GHOST, icon="copy", name=self.tr("Copy result"))
        self._live = LiveText(theme, self.tr("Live output"))
        self._result = MarkdownView(theme, self.tr("Result"), fit=True)
        boxed(column(row(self._heading, None, self._copy), self._live, self._result, spacing=4), self)
        self._copy.clicked.connect(self._take)

    @property
    def text(self) -> str:
        """What is shown, for copying."""
        return self._live.toPlainText() if self._going else self._result.text

    def show_live(self, so_far: str) -> None:
        """Show what a run has said so far; called again with more, only what is new is added."""
        if not self._going or len(so_far) < self._shown:
            self._live.clear()
            self._shown = 0
        if len(so_far) > self._shown:
            self._live.add(so_far[self._shown :])
            self._shown = len(so_far)
        self._switch(live=True, heading=self.tr("Output so far"), shown=bool(so_far))

    def add_live(self, text: str) -> None:
        """Add a piece at the end of what was shown, when the whole is no longer kept anywhere."""
        self._live.add(text)

    def show_result(self, text: str) -> None:
        """Show how it ended; empty hides the view."""
        self._shown = 0
        if text != self._result.text:
            self._result.set_markdown(text)
        self._switch(live=False, heading=self.tr("Result"), shown=bool(text))

    def _switch(self, *, live: bool, heading: str, shown: bool) -> None:
        self._going = live
        self._heading.setText(heading)
        self._copy.set_icon("copy")
        self._live.setVisible(live)
        self._result.setVisible(not live)
        self.setVisible(shown)

    def _take(self) -> None:
        QApplication.clipboard().setText(self.text)
        self._copy.set_icon("check", "ok")
