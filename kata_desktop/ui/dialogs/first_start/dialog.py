"""The first steps in one window: at most four, each can be left out, and what was begun goes on the next time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QStackedWidget

from kata_desktop.domain.errors import KataError
from kata_desktop.ui.dialogs.first_start.background_step import BackgroundStep
from kata_desktop.ui.dialogs.first_start.model_step import ModelStep
from kata_desktop.ui.dialogs.first_start.rail import StepRail
from kata_desktop.ui.dialogs.first_start.template_step import TemplateStep
from kata_desktop.ui.dialogs.first_start.workspace_step import WorkspaceStep
from kata_desktop.ui.slots import Slots, async_slot
from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.banner import Banner
from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.frames import Panel
from kata_desktop.ui.widgets.layout import boxed, column, row
from kata_desktop.ui.widgets.screen_room import fit_on_screen

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from kata_desktop.desktop.autostart import Autostart
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.dialogs.first_start.step import Step
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.theme.theme import Theme

_SIZE, _LEAST = (800, 580), (560, 420)


class FirstStart(QDialog):
    """Shown with `show`; other windows stay usable. Closing it keeps the place, skipping it is for good.

    Attributes:
        slots: starts what takes time.
        steps: the steps in their order.
    """

    def __init__(
        self, services: Services, theme: Theme, bridge: Bridge, parent: QWidget | None = None, *,
        login: Autostart | None = None,
    ) -> None:  # fmt: skip
        """`login` is the platform's way to start with the session unless another is given."""
        super().__init__(parent)
        self._services, self._theme, self._bridge = services, theme, bridge
        self.slots = Slots(services.spawner, self._say)
        self._busy = False
        self.setWindowTitle(self.tr("First steps"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        first = WorkspaceStep(services, theme, self.slots)
        self.steps: tuple[Step, ...] = (
            first,
            ModelStep(services, theme, bridge, self.slots),
            TemplateStep(
                services, theme, bridge, self.slots, lambda: first.workspace.id if first.workspace is not None else ""
            ),
            BackgroundStep(services, theme, bridge, self.slots, login),
        )
        self._rail = StepRail(
            theme, (self.tr("Workspace"), self.tr("Model"), self.tr("First task"), self.tr("In the background"))
        )
        self._stack = QStackedWidget()
        self._make_foot()
        self._arrange()
        self._go(services.settings.current.onboarding_step)

    def _make_foot(self) -> None:
        theme = self._theme
        self._never = Button(theme, self.tr("Skip set-up"), ButtonKind.LINK)
        self._back = Button(theme, self.tr("Back"))
        self._skip = Button(theme, self.tr("Skip this step"))
        self._next = Button(theme, "", ButtonKind.PRIMARY)
        self._next.setDefault(True)
        self._never.clicked.connect(self._leave_out_all)
        self._back.clicked.connect(self._go_back)
        self._skip.clicked.connect(self._leave_out)
        self._next.clicked.connect(self._go_on)

    def _arrange(self) -> None:
        self._banner = Banner(self._theme, Tone.BAD)
        self._trouble = boxed(column(self._banner, margins=(28, 0, 28, 12)))
        self._trouble.hide()
        for step in self.steps:
            self._stack.addWidget(step)
            step.changed.connect(self._rename)
        line = row(self._never, None, self._back, self._skip, self._next, margins=(20, 11, 20, 11), spacing=9)
        page = Panel(column((self._stack, 1), self._trouble, spacing=0), "page")
        boxed(column((row(self._rail, (page, 1), spacing=0), 1), Panel(line, "footer"), spacing=0), self)
        self._theme.changed.connect(self._fit)
        self._fit()

    @property
    def place(self) -> int:
        """Which step is shown, from 0."""
        return self._stack.currentIndex()

    @property
    def trouble(self) -> str:
        """What could not be done; empty when all is well."""
        return self._banner.accessibleName() if self._trouble.isVisibleTo(self) else ""

    def _go(self, index: int) -> None:
        self._say("")
        self._stack.setCurrentIndex(index)
        self._rail.set_place(index)
        self._back.setVisible(index > 0)
        self._skip.setVisible(index < len(self.steps) - 1)
        self._rename()
        self.steps[index].opened()
        self._next.setFocus(Qt.FocusReason.OtherFocusReason)

    def _rename(self) -> None:
        self._next.set_text(self.steps[self.place].words)

    async def _move(self, index: int) -> None:
        if index < len(self.steps):
            await self._services.settings.change("onboarding_step", index)
            self._go(index)  # last: who presses the next button at once is not turned away as one who presses twice
        else:
            await self._end()

    async def _end(self) -> None:
        await self._services.settings.change("onboarding_done", value=True)
        await self._services.settings.change("onboarding_step", 0)
        self.accept()

    @async_slot
    async def _go_on(self) -> None:
        if self._busy:
            return
        self._busy = True
        try:
            self._say("")
            if await self.steps[self.place].apply():
                await self._move(self.place + 1)
        except KataError as error:
            self._say(error.sentence)
        finally:
            self._busy = False

    @async_slot
    async def _go_back(self) -> None:
        await self._move(self.place - 1)

    @async_slot
    async def _leave_out(self) -> None:
        await self._move(self.place + 1)

    @async_slot
    async def _leave_out_all(self) -> None:
        await self._end()
        self._bridge.told.emit(self.tr("The first steps are in the command palette (Ctrl+K) whenever you want them."))

    def _say(self, sentence: str) -> None:
        self._banner.set_message("", sentence)
        self._trouble.setVisible(bool(sentence))

    def _fit(self) -> None:
        fit_on_screen(self, self._theme, _SIZE, _LEAST)
