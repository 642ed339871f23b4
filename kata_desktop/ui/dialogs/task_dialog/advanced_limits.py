"""Options about money and order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit

from kata_desktop.ui.dialogs.task_dialog.option_row import OptionRow
from kata_desktop.ui.dialogs.task_dialog.section import Section

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from kata_desktop.domain.task_input import TaskInput
    from kata_desktop.ui.theme.theme import Theme


class LimitRows(Section):
    """What it may use in a day, and its tags."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()  # its rows are shown, in a list of the section
        self._theme = theme
        self.tokens, self.cost, self.tags = QLineEdit(), QLineEdit(), QLineEdit()
        names = (self.tr("Tokens a day"), self.tr("Cost a day"), self.tr("Tags"))
        hints = (self.tr("Runs beyond it are skipped and said once. Empty: no limit."),
                 self.tr("In US dollars. Empty: no limit."),
                 self.tr("Several with commas; the search finds them."))  # fmt: skip
        samples = (self.tr("no limit"), self.tr("no limit"), self.tr("none"))
        fields = (self.tokens, self.cost, self.tags)
        self._options = [
            OptionRow(theme, name, hint, field) for name, hint, field in zip(names, hints, fields, strict=True)
        ]
        for field, name, sample in zip(fields, names, samples, strict=True):
            field.setAccessibleName(name)
            field.setPlaceholderText(sample)
            field.textChanged.connect(self._tell)
        tokens, cost, tags = self._options
        self._rows = {"max_tokens_per_day": tokens, "max_cost_per_day": cost, "tags": tags}
        theme.changed.connect(self._rescale)
        self._rescale()

    def option_rows(self) -> list[OptionRow]:
        """Return the rows from top to bottom."""
        return self._options

    def show_input(self, raw: TaskInput) -> None:
        """Show these options."""
        self.blockSignals(True)
        self.tokens.setText(raw.max_tokens_per_day or "")
        self.cost.setText(raw.max_cost_per_day or "")
        self.tags.setText(", ".join(raw.tags or ()))
        self.blockSignals(False)

    def collect(self, raw: TaskInput) -> TaskInput:
        """Return these options."""
        tags = tuple(part.strip() for part in self.tags.text().split(",") if part.strip())
        return replace(raw, max_tokens_per_day=self.tokens.text(), max_cost_per_day=self.cost.text(), tags=tags)

    def _rescale(self) -> None:
        for field in (self.tokens, self.cost):
            field.setFixedWidth(self._theme.px(120))
        self.tags.setFixedWidth(self._theme.px(200))
