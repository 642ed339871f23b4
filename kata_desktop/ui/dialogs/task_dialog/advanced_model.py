"""Options about who answers and with what memory."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kata_desktop.ui.dialogs.task_dialog.option_row import OptionRow
from kata_desktop.ui.dialogs.task_dialog.section import Section
from kata_desktop.ui.widgets.fields import Choice
from kata_desktop.ui.widgets.switch import Switch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtWidgets import QWidget

    from kata_desktop.domain.task_input import TaskInput
    from kata_desktop.ui.theme.theme import Theme


class ModelRows(Section):
    """Model, thinking, session and whether a result equal to the last one is delivered."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()  # its rows are shown, in a list of the section
        automatic = self.tr("Automatic")
        self.model = Choice({"": automatic}, self.tr("Model"))
        self.thinking = Choice({"": automatic, "low": self.tr("Low"), "medium": self.tr("Medium"),
                                "high": self.tr("High")}, self.tr("Thinking"))  # fmt: skip
        self.session = Choice({"fresh": self.tr("Start fresh each time"),
                               "continue": self.tr("Go on in one conversation")}, self.tr("Session"))  # fmt: skip
        self.changed_only = Switch(theme, self.tr("Only when changed"))
        model = OptionRow(theme, self.tr("Model"), self.tr("Leave on automatic unless a task needs a special model."),
                          self.model)  # fmt: skip
        thinking = OptionRow(theme, self.tr("Thinking"), self.tr("More thinking is slower and costs more."),
                             self.thinking)  # fmt: skip
        session = OptionRow(theme, self.tr("Session"), self.tr("One conversation remembers the earlier runs."),
                            self.session)  # fmt: skip
        changed = OptionRow(theme, self.tr("Only when changed"),
                            self.tr("A result equal to the last one is not delivered."), self.changed_only)  # fmt: skip
        self._options = [model, thinking, session, changed]
        self._rows = {"model": model, "thinking": thinking, "session": session, "only_when_changed": changed}
        for choice in (self.model, self.thinking, self.session):
            choice.currentIndexChanged.connect(self._tell)
        self.changed_only.toggled.connect(self._tell)

    def option_rows(self) -> list[OptionRow]:
        """Return the rows from top to bottom."""
        return self._options

    def set_models(self, names: Mapping[str, str]) -> None:
        """Offer the models there are; one that is gone stays while it is chosen."""
        chosen = self.model.current
        gone = {chosen: chosen} if chosen and chosen not in names else {}
        self.model.set_options({"": self.tr("Automatic"), **names, **gone})

    def show_input(self, raw: TaskInput) -> None:
        """Show these options."""
        self.blockSignals(True)
        if raw.model and self.model.findData(raw.model) < 0:
            self.model.addItem(raw.model, raw.model)
        self.model.setCurrentIndex(max(self.model.findData(raw.model or ""), 0))
        self.thinking.setCurrentIndex(max(self.thinking.findData(raw.thinking or ""), 0))
        self.session.set_current(raw.session or "fresh")
        self.changed_only.setChecked(bool(raw.only_when_changed))
        self.blockSignals(False)

    def collect(self, raw: TaskInput) -> TaskInput:
        """Return these options."""
        return replace(
            raw, model=self.model.current, thinking=self.thinking.current, session=self.session.current,
            only_when_changed=self.changed_only.isChecked(),
        )  # fmt: skip
