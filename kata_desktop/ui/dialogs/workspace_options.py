"""What holds for every task of a workspace unless the task says otherwise: the model, its thinking, the limits."""

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
_RUNS = "quota-runs-per-hour"


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
        self._cost, self._runs = QLineEdit(), QLineEdit()
        for limit in (self._cost, self._runs):
            limit.setPlaceholderText(self.tr("No limit"))
        self._model.set_current(workspace.model)
        self._thinking.set_current(workspace.thinking)
        self._cost.setText(_dollars(workspace.quotas.cost_per_day_microdollars))
        self._runs.setText(_number(workspace.quotas.runs_per_hour))
        self.rows = {
            "model": FormRow(theme, self.tr("Model"), self._model,
                             hint=self.tr("For tasks that name none. Automatic is the default in Settings, Models.")),
            "thinking": FormRow(theme, self.tr("Thinking"), self._thinking,
                                hint=self.tr("For tasks that name no level. More is slower and costs more.")),
            _COST: FormRow(theme, self.tr("Daily limit in US dollars"), self._cost,
                           hint=self.tr("Once it is spent, runs are skipped until the next day, and you are told.")),
            _RUNS: FormRow(theme, self.tr("Runs an hour at most"), self._runs,
                           hint=self.tr("Scheduled runs and answers in channels together.")),
        }  # fmt: skip
        boxed(column(*self.rows.values(), spacing=14), self)

    def changes(self, workspace: Workspace) -> dict[str, str]:
        """What differs from the workspace, by key, as `Workspaces.set` takes it."""
        wanted = {
            "model": self._model.current,
            "thinking": self._thinking.current,
            _COST: _typed(self._cost.text()) or "none",
            _RUNS: self._runs.text().strip() or "none",
        }
        there = {
            "model": workspace.model,
            "thinking": workspace.thinking,
            _COST: _dollars(workspace.quotas.cost_per_day_microdollars) or "none",
            _RUNS: _number(workspace.quotas.runs_per_hour) or "none",
        }
        return {key: value for key, value in wanted.items() if value != there[key]}


def _typed(amount: str) -> str:
    """An amount as people write it, $2.50 or 2,50, as the workspace reads it."""
    return re.sub(r"^(\d+),(\d\d?)$", r"\1.\2", amount.strip().removeprefix("$").strip())


def _number(count: int | None) -> str:
    return "" if count is None else str(count)


def _dollars(microdollars: int | None) -> str:
    return "" if microdollars is None else f"{microdollars / 1_000_000:.2f}"
