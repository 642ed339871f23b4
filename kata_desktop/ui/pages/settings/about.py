"""About: which version this is, under which terms, and on whose work it stands."""

from __future__ import annotations

import asyncio
import platform
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl, qVersion
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPlainTextEdit

from kata_desktop.ui.pages.settings.licences import own_licence, third_party
from kata_desktop.ui.pages.settings.section import Section
from kata_desktop.ui.pages.settings.setting_row import SettingRow
from kata_desktop.ui.slots import async_slot
from kata_desktop.ui.widgets.buttons import Button
from kata_desktop.version import __version__

if TYPE_CHECKING:
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.slots import Slots
    from kata_desktop.ui.theme.theme import Theme


class AboutSection(Section):
    """Version, licences and the data folder."""

    def __init__(self, services: Services, theme: Theme, slots: Slots) -> None:
        super().__init__(theme, "about", self.tr("About"), "info")
        self.slots = slots
        self._services = services
        self._licence = Button(theme, self.tr("Show"), name=self.tr("Show the licence"))
        self._third = Button(theme, self.tr("Show"), name=self.tr("Show third-party licences"))
        folder = Button(theme, self.tr("Open folder"), icon="folder-open")
        on = self.tr("Python {python}, Qt {qt}, {system}").format(
            python=platform.python_version(), qt=qVersion(), system=platform.system()
        )
        title = self.tr("Kata Desktop {version}").format(version=__version__)
        self.add_group(
            "",
            SettingRow(theme, title, on, words=self.tr("version")),
            SettingRow(theme, self.tr("Licence"), self.tr("MIT: free to use, change and hand on."), self._licence),
            SettingRow(theme, self.tr("Third-party licences"),
                       self.tr("The libraries and icons that Kata stands on."), self._third),
            SettingRow(theme, self.tr("Data folder"), str(services.paths.data_dir), folder),
        )  # fmt: skip
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self._text.setMinimumHeight(theme.px(260))
        self._text.setProperty("absent", True)
        self._text.hide()
        self.add_widget(self._text)
        self._licence.clicked.connect(self._show_licence)
        self._third.clicked.connect(self._show_others)
        folder.clicked.connect(self._open_folder)

    @async_slot
    async def _show_licence(self) -> None:
        self._show(await asyncio.to_thread(own_licence), self.tr("Licence"))

    @async_slot
    async def _show_others(self) -> None:
        self._show(await asyncio.to_thread(third_party), self.tr("Third-party licences"))

    def _show(self, text: str, name: str) -> None:
        self._text.setAccessibleName(name)
        self._text.setPlainText(text)
        self._text.setProperty("absent", False)
        self._text.show()

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._services.paths.data_dir)))
