"""What a run says: live while it goes on, with headings and lists once it has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication, QWidget

from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, column, row
from kata_desktop.ui.widgets.long_text import LONGEST_LINE, LongText, is_cheap_markdown, with_short_lines
from kata_desktop.ui.widgets.markdown_view import MarkdownView

if TYPE_CHECKING:
    from kata_desktop.ui.theme.theme import Theme

_LIVE_BLOCKS = 5000
"""Lines of live output kept on the screen; the result has all of them."""
_LIVE_CHARACTERS = 60_000
_LONG_LINES = 24


class LiveText(LongText):
    """Grows at its end at the cost of what is added, and follows it while the end is in sight."""

    def __init__(self, theme: Theme, name: str, *, lines: int = 12, parent: QWidget | None = None) -> None:
        super().__init__(theme, name, lines=lines, parent=parent)
        self.setMaximumBlockCount(_LIVE_BLOCKS)

    def add(self, text: str) -> None:
        """Add text at the end; of very much at once only the end is shown, as later of everything."""
        text = text[-_LIVE_CHARACTERS:]
        bar = self.verticalScrollBar()
        following = bar.value() >= bar.maximum() - 2
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        if cursor.positionInBlock() + len(text.partition("\n")[0]) > LONGEST_LINE:
            cursor.insertText("\n")
        cursor.insertText(with_short_lines(text))
        if following:
            bar.setValue(bar.maximum())


class OutputView(QWidget):
    """The result of a run under its heading; while the run goes on, what it has said so far."""

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown, self._going, self._text = 0, False, ""
        self._heading = Label("", TextRole.SECTION)
        self._copy = Button(theme, kind=ButtonKind.GHOST, icon="copy", name=self.tr("Copy result"))
        self._live = LiveText(theme, self.tr("Live output"))
        self._result = MarkdownView(theme, self.tr("Result"), fit=True)
        self._long = LongText(theme, self.tr("Result"), lines=_LONG_LINES)
        boxed(column(row(self._heading, None, self._copy), self._live, self._result, self._long, spacing=4), self)
        self._copy.clicked.connect(self._take)

    @property
    def text(self) -> str:
        """What is shown, for copying."""
        return self._live.toPlainText() if self._going else self._text

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
        if text != self._text:
            self._text = text
            short = is_cheap_markdown(text)
            self._result.set_markdown(text if short else "")
            self._long.show_text("" if short else text)
        self._switch(live=False, heading=self.tr("Result"), shown=bool(text))

    def _switch(self, *, live: bool, heading: str, shown: bool) -> None:
        self._going = live
        self._heading.setText(heading)
        self._copy.set_icon("copy")
        self._live.setVisible(live)
        short = is_cheap_markdown(self._text)
        self._result.setVisible(not live and short)
        self._long.setVisible(not live and not short)
        self.setVisible(shown)

    def _take(self) -> None:
        QApplication.clipboard().setText(self.text)
        self._copy.set_icon("check", "ok")
