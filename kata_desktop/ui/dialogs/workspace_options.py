"""What holds for every task of a workspace unless the task says otherwise: the model, how much it thinks, the limit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QWidget

from kata_desktop.ui.widgets.fields import Choice
from kata_desktop.ui.widgets.form_row import FormRow
from kata_desktop.ui.widgets.layout import boxed, column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kata_desktop.domain.workspace import Workspace
    from kata_desktop.ui.theme.theme import Theme

_COST = "quota-cost-per-day"


class WorkspaceOptions(QWidget):
    """Rows of a form, filled with what the workspace has.

    Attributes:
        rows: By the key under which the workspace keeps what they hold.
    """

    def __init__(self, theme: Theme, workspace: Workspace, models: Sequence[str]) -> None:
        super().__init__()
        automatic = self.tr("Automatic")
        gone = [workspace.model] if workspace.model and workspace.model not in models else []
        self._model = Choice({"": automatic, **{name: name for name in (*models, *gone)}}, self.tr("Model"))
        self._thinking = Choice(
            {"": automatic, "low": self.tr("Low"), "medium": self.tr("Medium"), "high": self.tr("High")},
            self.tr("Thinking"),
        )
        self._cost = QLineEdit()
        self._cost.setPlaceholderText(self.tr("No limit"))
        self._model.set_current(workspace.model)
        self._thinking.set_current(workspace.thinking)
        self._cost.setText(_dollars(workspace.quotas.cost_per_day_microdollars))
        self.rows = {
            "model": FormRow(theme, self.tr("Model"), self._model,
                             hint=self.tr("For tasks that name none. Automatic is the default in Settings, Models.")),
            "thinking": FormRow(theme, self.tr("Thinking"), self._thinking,
                                hint=self.tr("For tasks that name no level. More is slower and costs more.")),
            _COST: FormRow(theme, self.tr("Daily limit in US dollars"), self._cost,
                           hint=self.tr("Once it is spent, runs are skipped until the next day, and you are told.")),
        }  # fmt: skip
        boxed(column(*self.rows.values(), spacing=14), self)

    def changes(self, workspace: Workspace) -> dict[str, str]:
        """What differs from the workspace, by key, as `Workspaces.set` takes it."""
        wanted = {
            "model": self._model.current,
            "thinking": self._thinking.current,
            _COST: _typed(self._cost.text()) or "none",
        }
        there = {
            "model": workspace.model,
            "thinking": workspace.thinking,
            _COST: _dollars(workspace.quotas.cost_per_day_microdollars) or "none",
        }
        return {key: value for key, value in wanted.items() if value != there[key]}


def _typed(amount: str) -> str:
    """An amount as people write it, $2.50 or 2,50, as the workspace reads it."""
    return re.sub(r"^(\d+),(\d\d?)$", r"\1.\2", amount.strip().removeprefix("$").strip())


def _dollars(microdollars: int | None) -> str:
    return "" if microdollars is None else f"{microdollars / 1_000_000:.2f}"
