"""The strip above the tasks that says which runs wait for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.banner import Banner

if TYPE_CHECKING:
    from kata_desktop.domain.run import Run
    from kata_desktop.ui.theme.theme import Theme


class WaitingBanner(Banner):
    """Absent while nothing waits.

    Signals:
        review_wanted: the run that is named is to be looked at; carries its id.
    """

    review_wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, Tone.WARN, icon="shield-alert")
        self._run_id = ""
        self.acted.connect(self._review)
        self.hide()

    def show_runs(self, count: int, first: Run | None) -> None:
        """So many wait; the first of them is named."""
        self.setVisible(first is not None)
        if first is None:
            return
        one, many = self.tr("1 run waits for you"), self.tr("%n runs wait for you", "", count)
        why = first.detail or self.tr("It goes on when you have answered.")
        text = self.tr("“{task}”: {why}").format(task=first.task_name, why=why)
        self.set_message(one if count == 1 else many, text, action=self.tr("Review…"))
        self._run_id = first.id

    def _review(self) -> None:
        self.review_wanted.emit(self._run_id)
