"""What happened in a run, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from kata_desktop.domain.journal import Step, StepKind
from kata_desktop.ui.widgets.labels import IconLabel, Label, TextRole
from kata_desktop.ui.widgets.layout import boxed, clear, row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kata_desktop.ui.pages.activity.local_time import LocalTime
    from kata_desktop.ui.theme.theme import Theme
    from kata_desktop.ui.theme.tokens import ColorRole

_MOST = 200
"""Lines shown; of longer runs the last ones."""


class StepsView(QWidget):
    """An icon, a sentence and a time for each step; a new step is one line more, not a new list."""

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: tuple[Step, ...] = ()
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(6)
        self.setAccessibleName(self.tr("What happened"))

    def set_steps(self, steps: Sequence[Step], when: LocalTime) -> None:
        """Show the steps of a run."""
        wanted = tuple(steps[-_MOST:])
        if wanted == self._shown:
            return
        if wanted[: len(self._shown)] != self._shown or not self._shown:
            clear(self._lines)
            self._shown = ()
        for step in wanted[len(self._shown) :]:
            self._lines.addWidget(self._line(step, when))
        self._shown = wanted

    def _line(self, step: Step, when: LocalTime) -> QWidget:
        icon, ink, word = self._sign(step)
        sign = IconLabel(self._theme, icon, ink, 15, name=word)
        text = Label(step.text, wrap=True, selectable=True)
        time = Label(when.precise(step.at), TextRole.MONO)
        line = boxed(row(sign, (text, 1), time, spacing=9))
        line.setAccessibleName(", ".join((word, step.text, when.precise(step.at))))
        return line

    def _sign(self, step: Step) -> tuple[str, ColorRole, str]:
        match step.ok, step.kind:
            case True, StepKind.EFFECT:
                return "check-check", "ok", self.tr("done")
            case True, _:
                return "circle-check", "ok", self.tr("good")
            case None, _:
                return "circle-dashed", "warn", self.tr("begun")
            case _:
                return "circle-x", "bad", self.tr("failed")
