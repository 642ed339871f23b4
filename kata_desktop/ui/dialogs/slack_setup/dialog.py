"""Setting Slack up in five steps, each of which can be left out and repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QStackedWidget

from kata_desktop.domain.errors import KataError
from kata_desktop.ui.dialogs.discard_question import ask_discard
from kata_desktop.ui.dialogs.first_start.rail import StepRail
from kata_desktop.ui.dialogs.slack_setup.channels_step import ChannelsStep
from kata_desktop.ui.dialogs.slack_setup.link import PluginLink
from kata_desktop.ui.dialogs.slack_setup.manifest_step import ManifestStep
from kata_desktop.ui.dialogs.slack_setup.tokens_step import TokensStep
from kata_desktop.ui.dialogs.slack_setup.trial_steps import ConnectionStep, MessageStep
from kata_desktop.ui.slots import Slots, async_slot
from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.banner import Banner
from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.frames import Panel
from kata_desktop.ui.widgets.layout import boxed, column, row
from kata_desktop.ui.widgets.screen_room import fit_on_screen

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from kata_desktop.domain.plugin import PluginRow
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.dialogs.first_start.step import Step
    from kata_desktop.ui.dialogs.question import Question
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.theme.theme import Theme

_SIZE, _LEAST = (820, 560), (560, 420)


class SlackSetup(QDialog):
    """Shown with `show`; the browser beside it is needed, so no other window is blocked.

    Attributes:
        steps: the steps in their order.

    Signals:
        people_wanted: the id of the channel; who may write is to be decided.
    """

    people_wanted = Signal(str)

    def __init__(
        self, services: Services, theme: Theme, bridge: Bridge, plugin: PluginRow, parent: QWidget | None = None, *,
        open_url: Callable[[QUrl], object] = QDesktopServices.openUrl,
    ) -> None:  # fmt: skip
        """Make the dialog; `open_url` opens a web page."""
        super().__init__(parent)
        self._theme, self._plugin = theme, plugin
        self.slots = Slots(services.spawner, self._say)
        self._busy = False
        self._question: Question | None = None
        self.setWindowTitle(self.tr("Set up {name}").format(name=plugin.name))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        link = PluginLink(services, plugin)
        self.manifest = ManifestStep(theme, link, self.slots, open_url)
        self.tokens = TokensStep(theme, link, self.slots, plugin)
        self.connection = ConnectionStep(theme, link, self.slots)
        self.channels = ChannelsStep(theme, link, self.slots)
        self.message = MessageStep(theme, link, self.slots)
        self.steps: tuple[Step, ...] = (self.manifest, self.tokens, self.connection, self.channels, self.message)
        titles = (
            self.tr("App in Slack"), self.tr("Tokens"), self.tr("Connection"), self.tr("Channel"),
            self.tr("Test message"),
        )  # fmt: skip
        foot = self.tr("What you have entered is kept when you close this.")
        self._rail = StepRail(theme, titles, head=self.windowTitle(), foot=foot)
        self._stack = QStackedWidget()
        self._arrange()
        self._go(1 if all(each.present for each in plugin.credentials) else 0)

    @property
    def place(self) -> int:
        """Which step is shown, from 0."""
        return self._stack.currentIndex()

    @property
    def trouble(self) -> str:
        """What could not be done; empty when all is well."""
        return self._banner.accessibleName() if self._trouble.isVisibleTo(self) else ""

    def _arrange(self) -> None:
        theme = self._theme
        close = Button(theme, self.tr("Close"), ButtonKind.LINK)
        self._back = Button(theme, self.tr("Back"))
        self._skip = Button(theme, self.tr("Skip this step"))
        self._next = Button(theme, "", ButtonKind.PRIMARY)
        self._next.setDefault(True)
        self._banner = Banner(theme, Tone.BAD)
        self._trouble = boxed(column(self._banner, margins=(28, 0, 28, 12)))
        self._trouble.hide()
        for step in self.steps:
            self._stack.addWidget(step)
        line = row(close, None, self._back, self._skip, self._next, margins=(20, 11, 20, 11), spacing=9)
        page = Panel(column((self._stack, 1), self._trouble, spacing=0), "page")
        boxed(column((row(self._rail, (page, 1), spacing=0), 1), Panel(line, "footer"), spacing=0), self)
        close.clicked.connect(self.reject)
        self._back.clicked.connect(self._go_back)
        self._skip.clicked.connect(self._leave_out)
        self._next.clicked.connect(self._go_on)
        self.message.people_wanted.connect(self._ask_people)
        theme.changed.connect(self._fit)
        self._fit()

    def _go(self, index: int) -> None:
        self._say("")
        self._stack.setCurrentIndex(index)
        self._rail.set_place(index)
        self._back.setVisible(index > 0)
        self._skip.setVisible(index < len(self.steps) - 1)
        self._next.set_text(self.steps[index].words)
        self._next.setFocus(Qt.FocusReason.OtherFocusReason)
        self.steps[index].opened()

    def _move(self, index: int) -> None:
        if index < len(self.steps):
            self._go(index)
        else:
            self.accept()

    @async_slot
    async def _go_on(self) -> None:
        if self._busy:
            return
        self._busy = True
        try:
            self._say("")
            if await self.steps[self.place].apply():
                self._move(self.place + 1)
        except KataError as error:
            self._say(error.sentence)
        finally:
            self._busy = False

    def _go_back(self) -> None:
        self._go(self.place - 1)

    def _leave_out(self) -> None:
        self._move(self.place + 1)

    def reject(self) -> None:
        """Close; tokens that were typed and not kept yet are asked about first."""
        if not any(field.typed for field in self.tokens.fields.values()):
            super().reject()
        elif self._question is None:
            self._question = ask_discard(self._theme, self, self._discard)
            self._question.destroyed.connect(self._question_gone)

    def _discard(self) -> None:
        super().reject()

    def _question_gone(self) -> None:
        self._question = None

    def _ask_people(self) -> None:
        self.people_wanted.emit(self._plugin.id)

    def _say(self, sentence: str) -> None:
        self._banner.set_message("", sentence)
        self._trouble.setVisible(bool(sentence))

    def _fit(self) -> None:
        fit_on_screen(self, self._theme, _SIZE, _LEAST)
