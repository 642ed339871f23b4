"""Creating the app in Slack: its manifest, ready to paste."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QApplication

from kata_desktop.ui.dialogs.first_start.step import Step
from kata_desktop.ui.slots import async_slot
from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.banner import Banner
from kata_desktop.ui.widgets.buttons import Button, ButtonKind
from kata_desktop.ui.widgets.labels import Label
from kata_desktop.ui.widgets.layout import column, flow, row
from kata_desktop.ui.widgets.long_text import LongText
from kata_desktop.ui.widgets.tile import Tile

if TYPE_CHECKING:
    from collections.abc import Callable

    from kata_desktop.ui.dialogs.slack_setup.link import PluginLink
    from kata_desktop.ui.slots import Slots
    from kata_desktop.ui.theme.theme import Theme

APPS = "https://api.slack.com/apps"


class ManifestStep(Step):
    """What to paste, and the ways to the place where it is pasted.

    Attributes:
        text: the manifest.
        switch_on: offered while the plugin is off here.
    """

    def __init__(self, theme: Theme, link: PluginLink, slots: Slots, open_url: Callable[[QUrl], object]) -> None:
        super().__init__(
            self.tr("Create the app in Slack"),
            self.tr("Kata talks to Slack as an app of your own. Nothing goes through anybody else’s server."),
        )
        self.slots = slots
        self._link, self._open_url = link, open_url
        self.switch_on = Banner(
            theme, Tone.INFO, self.tr("Slack is off in this workspace"),
            self.tr("It has to be on for its set-up; it connects only when it has its tokens."),
            icon="plug", action=self.tr("Switch on"), primary=True,
        )  # fmt: skip
        self.switch_on.hide()
        self.text = LongText(theme, self.tr("App manifest"), lines=9)
        self.text.setProperty("mono", "true")
        self._copy = Button(theme, self.tr("Copy manifest"), ButtonKind.PRIMARY, icon="copy")
        self._open = Button(theme, self.tr("Open api.slack.com/apps"), icon="external-link")
        self._filled = Button(theme, self.tr("Open it with everything filled in"), ButtonKind.LINK)
        hints = (
            self.tr("Copy the manifest and open api.slack.com/apps."),
            self.tr("Create New App → From a manifest → your Slack workspace; paste it as JSON."),
            self.tr("Install to Workspace, and allow it."),
        )
        lines = [
            row(Tile(theme, text=str(number), size=22), (Label(text, wrap=True), 1), spacing=9)
            for number, text in enumerate(hints, 1)
        ]
        buttons = flow(self._copy, self._open, self._filled, spacing=9)
        self.arrange(self.switch_on, column(*lines, spacing=7), 2, self.text, buttons)
        self.switch_on.acted.connect(self._switch_on)
        self._copy.clicked.connect(self._take)
        self._open.clicked.connect(self._open_apps)
        self._filled.clicked.connect(self._open_filled)

    def opened(self) -> None:
        """Fetch the manifest, if the plugin is on."""
        self._copy.setEnabled(bool(self.text.toPlainText()))
        self._fetch()

    @async_slot
    async def _fetch(self) -> None:
        on = (await self._link.row()).on
        self.switch_on.setVisible(not on)
        self._filled.setEnabled(on)
        if on and not self.text.toPlainText():
            self.text.setPlaceholderText(self.tr("Fetching the manifest…"))
            try:
                self.text.show_text(await self._link.act("app-manifest"))
            finally:
                self.text.setPlaceholderText(self.tr("The manifest could not be fetched; open this step again."))
            self._copy.setEnabled(True)

    @async_slot
    async def _switch_on(self) -> None:
        await self._link.switch_on()
        self._fetch()

    def _take(self) -> None:
        QApplication.clipboard().setText(self.text.toPlainText())
        self._copy.set_icon("check")

    def _open_apps(self) -> None:
        self._open_url(QUrl(APPS))

    @async_slot
    async def _open_filled(self) -> None:
        self._open_url(QUrl(await self._link.act("new-app")))
