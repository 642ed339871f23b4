"""The steps that try the connection: both tokens, and a message that arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Signal

from kata_desktop.ui.dialogs.first_start.step import Step
from kata_desktop.ui.dialogs.slack_setup.trial import Trial
from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import row

if TYPE_CHECKING:
    from kata_desktop.ui.dialogs.slack_setup.link import PluginLink
    from kata_desktop.ui.slots import Slots
    from kata_desktop.ui.theme.theme import Theme


class ConnectionStep(Step):
    """Tries both tokens as soon as it is shown.

    Attributes:
        trial: the try and its answer.
    """

    def __init__(self, theme: Theme, link: PluginLink, slots: Slots) -> None:
        super().__init__(
            self.tr("Try the connection"),
            self.tr("Kata asks Slack who it is, which permissions it has, and for a line on which messages come in."),
        )
        self.trial = Trial(theme, link, slots, "test", self.tr("Test again"), self.tr("Asking Slack…"))
        self.arrange(self.trial)

    def opened(self) -> None:
        """Try it."""
        self.trial.start()


class MessageStep(Step):
    """Sends a message to the channel that was chosen.

    Attributes:
        trial: the try and its answer.

    Signals:
        people_wanted: who may write is to be decided.
    """

    people_wanted = Signal()

    def __init__(self, theme: Theme, link: PluginLink, slots: Slots) -> None:
        super().__init__(
            self.tr("Send a test message"),
            self.tr("Look into Slack: it should be there a moment later."),
        )
        self.trial = Trial(theme, link, slots, "test-message", self.tr("Send test message"), self.tr("Sending…"))
        note = Label(
            self.tr(
                "Nobody may write to Kata yet unless you say so: name people in Configure…, or let strangers ask and "
                "decide in People…"
            ),
            TextRole.MUTED, wrap=True,
        )  # fmt: skip
        people = Button(theme, self.tr("People who wrote…"), ButtonKind.LINK)
        self.arrange(self.trial, 8, note, row(people, None))
        people.clicked.connect(self._ask_people)

    @property
    def words(self) -> str:
        """The last step ends the set-up."""
        return QCoreApplication.translate("SlackSetup", "Finish")

    def _ask_people(self) -> None:
        self.people_wanted.emit()
