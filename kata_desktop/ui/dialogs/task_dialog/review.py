"""Looks at the form after every change: the panel at the side, the errors at the fields."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from kata_desktop.domain.task import TaskState
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.ui.dialogs.task_dialog.attention import Attention
from kata_desktop.ui.dialogs.task_dialog.costs import Costs
from kata_desktop.ui.dialogs.task_dialog.drafts import TRIGGER_FIELDS, only_changes
from kata_desktop.ui.dialogs.task_dialog.outlook import Forecast, Outlook, Question, look_ahead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kata_desktop.domain.errors import FieldError
    from kata_desktop.domain.preview import Preview
    from kata_desktop.domain.task import Task, TaskSpec
    from kata_desktop.ui.dialogs.task_dialog.form import Form
    from kata_desktop.ui.dialogs.task_dialog.preview_panel import Fact, PreviewPanel
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.slots import Slots
    from kata_desktop.ui.widgets.form_row import ErrorLinks


class Review(QObject):
    """Knows what was there before, what is typed now, and what is wrong with it.

    Attributes:
        initial: what the form held before a person changed it.
        task: the task that is changed; None for a new one.
    """

    def __init__(self, services: Services, slots: Slots, form: Form, panel: PreviewPanel, links: ErrorLinks) -> None:
        super().__init__(form)
        self._services, self._form, self._panel = services, form, panel
        self.initial = TaskInput()
        self.task: Task | None = None
        self._tried = False
        self._attention = Attention(form.sections, links, self)
        self._forecast = Forecast(slots, self._question, self)
        self._forecast.answered.connect(self._answered)
        self._costs = Costs(services, slots, self)
        self._costs.changed.connect(self._forecast.want)
        form.edited.connect(self._forecast.want)

    @property
    def dirty(self) -> bool:
        """Whether something would be lost."""
        return self._form.collect() != self.initial

    @property
    def spec(self) -> TaskSpec | None:
        """What is stored of the task now."""
        return self.task.spec if self.task else None

    def raw(self) -> TaskInput:
        """Return what is to be checked: of a stored task the changes, so that the rest stays exactly as it is."""
        now = self._form.collect()
        if self.task is not None:
            return only_changes(now, self.initial)
        return now if now.name else replace(now, name=None)

    def look(self) -> None:
        """Look again soon."""
        self._forecast.want()

    def stop(self) -> None:
        """Look no more: the dialog closes."""
        self._forecast.stop()

    def begin(self, task: Task | None) -> None:
        """Take what the form holds now as the beginning."""
        self.task = task
        self.initial = self._form.collect()
        self._tried = False
        self._attention.show(())

    def insist(self) -> tuple[FieldError, ...]:
        """Return what is wrong now, show all of it and keep showing; the first one gets the keyboard."""
        self._tried = True
        errors = look_ahead(self._question()).errors
        self.refuse(errors)
        return errors

    def refuse(self, errors: Sequence[FieldError]) -> tuple[FieldError, ...]:
        """Show errors and go to the first; returns those that no field can show."""
        self._tried = True
        left = self._attention.show(errors)
        if any(row.error for row in self._form.advanced.rows()):
            self._form.advanced.set_expanded(True)
        self._attention.focus_first()
        return left

    def _question(self) -> Question:
        scheduling, spec = self._services.scheduling, self.spec
        task_id = self.task.id if self.task else ""
        self._costs.follow(self._form.collect(), self.task)
        cost = self._costs.figure

        def look(raw: TaskInput) -> Preview:
            return scheduling.preview(raw, spec, task_id, cost)

        return Question(raw=self.raw(), problems=self._form.problems(), look=look)

    def _answered(self, outlook: Outlook) -> None:
        paused = self.task is not None and self.task.state is TaskState.PAUSED
        facts, now = self._facts(outlook.preview), self._services.clock.now()
        self._panel.show_preview(outlook.preview, facts, now, paused=paused)
        self._attention.expect(outlook.errors, self._touched(), all_of_them=self._tried)

    def _touched(self) -> set[str]:
        now = self._form.collect()
        names = {field.name for field in fields(TaskInput)}
        touched = {name for name in names if getattr(now, name) != getattr(self.initial, name)}
        return touched | {"when"} if touched.intersection(TRIGGER_FIELDS) else touched

    def _facts(self, preview: Preview) -> list[Fact]:
        facts = [("send", self._form.delivery.words()), ("shield-check", self._form.permission.words())]
        if preview.cost_note:
            facts.append(("coins", preview.cost_note))
        elif preview.runs_per_month is not None:
            count = round(preview.runs_per_month)
            one = self.tr("About 1 run a month")
            facts.append(
                ("history", one if count == 1 else self.tr("About {count} runs a month").format(count=f"{count:,}"))
            )
        return [*facts, *(("info", hint) for hint in preview.hints)]
