"""A first task: one of the templates, tried out before it is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kata_desktop.ui.dialogs.first_start.option import OptionList, OptionRow
from kata_desktop.ui.dialogs.first_start.step import Step
from kata_desktop.ui.dialogs.task_dialog.test_run_card import TestRunCard
from kata_desktop.ui.dialogs.task_dialog.test_runs import TestRuns
from kata_desktop.ui.pages.tasks.first_task import templates
from kata_desktop.ui.slots import async_slot
from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.banner import Banner
from kata_desktop.ui.widgets.buttons import Button
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import row

if TYPE_CHECKING:
    from collections.abc import Callable

    from kata_desktop.domain.task_input import TaskInput
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.slots import Slots
    from kata_desktop.ui.theme.theme import Theme


class TemplateStep(Step):
    """Three templates, a test run, and the task that comes of it.

    Attributes:
        slots: starts what takes time.
        options: the templates.
        card: the test run.
    """

    def __init__(
        self, services: Services, theme: Theme, bridge: Bridge, slots: Slots, workspace: Callable[[], str]
    ) -> None:
        """`workspace` gives the id of the workspace that the task is for; empty for the first."""
        super().__init__(
            self.tr("What should happen by itself?"),
            self.tr("Choose a task to begin with and try it now. You can change every word and the time afterwards."),
        )
        self.slots = slots
        self._services, self._workspace = services, workspace
        self._made = ""
        self._templates = {template.name: template for template in templates()}
        self.options = OptionList(self.tr("Templates"))
        self.options.set_options(
            [OptionRow(theme, each.name, each.icon, each.name, each.text, each.when) for each in templates()], ""
        )
        self._test = Button(theme, self.tr("Test run"), icon="play")
        hint = Label(self.tr("Runs it once, now, without keeping it."), TextRole.SMALL, wrap=True)
        self.card = TestRunCard(theme)
        self.tests = TestRuns(services.scheduling, bridge, slots, self.card)
        self._done = Banner(theme, Tone.OK, icon="circle-check")
        self._done.hide()
        self.arrange(self.options, row(self._test, (hint, 1), spacing=9), self.card, self._done)
        self._test.clicked.connect(self._try)

    @property
    def words(self) -> str:
        """Say what going on does."""
        return super().words if self._made else self.tr("Create task")

    async def apply(self) -> bool:
        """Keep the chosen template as a task; going back and forth makes no second one."""
        if not self._made:
            task = await self._services.scheduling.create(self._raw())
            self._made = task.spec.name
            self.options.setEnabled(False)
            text = self.tr("“{name}” is scheduled; you find it on the page Tasks.").format(name=task.spec.name)
            self._done.set_message("", text)
            self._done.show()
            self.changed.emit()
        return True

    def _raw(self) -> TaskInput:
        raw = self._templates[self.options.current].raw
        return replace(raw, workspace=self._workspace() or raw.workspace)

    @async_slot
    async def _try(self) -> None:
        await self.tests.start(self._raw(), None)
