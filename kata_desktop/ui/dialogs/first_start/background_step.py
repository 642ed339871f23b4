"""Staying in the background: starting with the session, and telling what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kata_desktop.ui.dialogs.first_start.step import Step
from kata_desktop.ui.pages.settings.bound import Binder
from kata_desktop.ui.pages.settings.login_row import LoginRow
from kata_desktop.ui.pages.settings.note_test_row import NoteTestRow
from kata_desktop.ui.widgets.frames import RowList
from kata_desktop.ui.widgets.labels import Label, TextRole

if TYPE_CHECKING:
    from kata_desktop.desktop.autostart import Autostart
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.slots import Slots
    from kata_desktop.ui.theme.theme import Theme


class BackgroundStep(Step):
    """The few settings that decide whether schedules are kept and results are seen."""

    def __init__(
        self, services: Services, theme: Theme, bridge: Bridge, slots: Slots, login: Autostart | None = None
    ) -> None:
        super().__init__(
            self.tr("Keep working in the background"),
            self.tr(
                "Schedules are kept only while Kata runs. Closing the window leaves it in the tray; “Quit” in the "
                "tray’s menu ends it."
            ),
        )
        bind = Binder(theme, services.settings, bridge, slots)
        self._login = LoginRow(theme, services.settings, slots, login)
        results = bind.switch("notify_result", self.tr("Results"), self.tr("What a task brought, when it is done."))
        attention = bind.switch(
            "notify_attention", self.tr("Something waits for you"), self.tr("An approval, a review, a limit.")
        )
        notes = RowList([results, attention, NoteTestRow(theme, services, bridge, slots)],
                        name=self.tr("Notifications"))  # fmt: skip
        start = RowList([self._login], name=self.tr("Background"))
        heading = Label(self.tr("Tell me about"), TextRole.SECTION)
        self.arrange(start, 8, heading, notes)

    @property
    def words(self) -> str:
        """Say that this is the last step."""
        return self.tr("Finish")

    def opened(self) -> None:
        """Ask the session how it is."""
        self._login.read()
