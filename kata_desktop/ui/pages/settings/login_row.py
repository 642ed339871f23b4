"""Starting with the session, as the session itself knows it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from kata_desktop.desktop.autostart import autostart
from kata_desktop.domain.errors import KataError
from kata_desktop.ui.pages.settings.login_command import login_command
from kata_desktop.ui.pages.settings.setting_row import SettingRow
from kata_desktop.ui.slots import async_slot
from kata_desktop.ui.widgets.switch import Switch

if TYPE_CHECKING:
    from kata_desktop.desktop.autostart import Autostart
    from kata_desktop.settings.service import SettingsService
    from kata_desktop.ui.slots import Slots
    from kata_desktop.ui.theme.theme import Theme


class LoginRow(SettingRow):
    """A switch that goes back and says why when the session refuses.

    Attributes:
        slots: starts what takes time.
    """

    def __init__(self, theme: Theme, settings: SettingsService, slots: Slots, login: Autostart | None = None) -> None:
        """`login` is the platform's way to start with the session unless another is given."""
        title = QCoreApplication.translate("GeneralSection", "Start at login")
        hint = QCoreApplication.translate(
            "GeneralSection", "Kata starts hidden with your session, so that schedules are kept."
        )
        words = QCoreApplication.translate("GeneralSection", "autostart boot background")
        self._start = Switch(theme, title)
        super().__init__(theme, title, hint, self._start, words=words)
        self.slots = slots
        self._settings, self._login = settings, login or autostart(login_command())
        self._start.clicked.connect(self._switch)

    @async_slot
    async def read(self) -> None:
        """Ask the session: somebody may have changed it there."""
        self._start.setChecked(await asyncio.to_thread(self._login.enabled))

    @async_slot
    async def _switch(self) -> None:
        wanted = self._start.isChecked()
        try:
            await asyncio.to_thread(self._login.enable if wanted else self._login.disable)
            await self._settings.change("start_at_login", wanted)
        except KataError as error:
            self._start.setChecked(not wanted)
            self.set_error(error.sentence)
        else:
            self.set_error("")
