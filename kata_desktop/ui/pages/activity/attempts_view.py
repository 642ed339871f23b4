"""The tries of a run that needed more than one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from kata_desktop.ui.pages.activity.local_time import span
from kata_desktop.ui.widgets.labels import IconLabel, Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, clear, column, row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kata_desktop.domain.journal import Attempt
    from kata_desktop.ui.pages.activity.local_time import LocalTime
    from kata_desktop.ui.theme.theme import Theme
    from kata_desktop.ui.theme.tokens import ColorRole


class AttemptsView(QWidget):
    """How each attempt ended, with its error."""

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: tuple[Attempt, ...] = ()
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(6)
        self.setAccessibleName(self.tr("Attempts"))

    def set_attempts(self, attempts: Sequence[Attempt], when: LocalTime) -> None:
        """Show the attempts of a run, oldest first."""
        if tuple(attempts) == self._shown:
            return
        self._shown = tuple(attempts)
        clear(self._lines)
        for attempt in self._shown:
            self._lines.addWidget(self._line(attempt, when))

    def _line(self, attempt: Attempt, when: LocalTime) -> QWidget:
        icon, ink = self._sign(attempt)
        words = self._words(attempt)
        text = column(Label(words, wrap=True), spacing=1)
        if attempt.error:
            text.addWidget(Label(attempt.error, TextRole.SMALL, wrap=True, selectable=True))
        time = Label(when.precise(attempt.started_at), TextRole.MONO)
        line = boxed(row(IconLabel(self._theme, icon, ink, 15), (text, 1), time, spacing=9))
        line.setAccessibleName(f"{words} {attempt.error}")
        return line

    def _words(self, attempt: Attempt) -> str:
        if attempt.finished_at is None:
            return self.tr("Attempt {number} goes on").format(number=attempt.number)
        took = span((attempt.finished_at - attempt.started_at).total_seconds())
        template = self.tr("Attempt {number}: {outcome} after {time}")
        return template.format(number=attempt.number, outcome=self._outcome(attempt), time=took)

    def _outcome(self, attempt: Attempt) -> str:
        return {
            "completed": self.tr("completed"),
            "failed": self.tr("failed"),
            "timed out": self.tr("timed out"),
            "cancelled by user": self.tr("stopped"),
            "interrupted": self.tr("interrupted"),
            "abandoned": self.tr("abandoned"),
        }.get(attempt.outcome, attempt.outcome)

    def _sign(self, attempt: Attempt) -> tuple[str, ColorRole]:
        match attempt.outcome:
            case "completed":
                return "circle-check", "ok"
            case "":
                return "circle-dashed", "run"
            case _:
                return "circle-x", "bad"
