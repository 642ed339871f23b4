"""Picking a channel by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from kata_desktop.domain.errors import KataError
from kata_desktop.ui.dialogs.first_start.step import Step
from kata_desktop.ui.slots import async_slot
from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.banner import Banner
from kata_desktop.ui.widgets.buttons import Button
from kata_desktop.ui.widgets.fields import SearchField
from kata_desktop.ui.widgets.frames import Card
from kata_desktop.ui.widgets.labels import Label, TextRole
from kata_desktop.ui.widgets.layout import column, row
from kata_desktop.ui.widgets.spinner import Spinner

if TYPE_CHECKING:
    from kata_desktop.ui.dialogs.slack_setup.link import PluginLink
    from kata_desktop.ui.slots import Slots
    from kata_desktop.ui.theme.theme import Theme

_PLACE = "test_channel"
_LTR = "\N{LEFT-TO-RIGHT MARK}"
"""Keeps the # of a channel in front of its name where the rest is read from right to left."""
_ROW, _ROWS = 27, 8
"""The height of a row in lengths of the design, and how many are seen."""


class ChannelsStep(Step):
    """The channels that the app can see; those it is in come first.

    Attributes:
        search: narrows them down.
        list: the channels.
    """

    def __init__(self, theme: Theme, link: PluginLink, slots: Slots) -> None:
        super().__init__(
            self.tr("Choose a channel"),
            self.tr(
                "Test messages go there. Tasks can deliver to any channel that Kata was invited to: "
                "type /invite @kata there in Slack."
            ),
        )
        self.slots = slots
        self._theme, self._link = theme, link
        self.search = SearchField(theme, self.tr("Search channels"))
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Channels"))
        self.list.setUniformItemSizes(True)
        self._spinner = Spinner(theme, self.tr("Asking Slack for its channels"))
        self._again = Button(theme, self.tr("Fetch again"), icon="refresh-cw")
        self._trouble = Banner(theme, Tone.WARN)
        self._chosen = Label("", TextRole.MUTED, wrap=True)
        self._card = Card(column(self.list, margins=(4, 4, 4, 4)))
        self.arrange(row((self.search, 1), self._spinner, self._again), self._trouble, self._card, self._chosen)
        self._spinner.hide()
        self._trouble.hide()
        self.search.textChanged.connect(self._narrow)
        self.list.currentItemChanged.connect(self._tell)
        self._again.clicked.connect(self._fetch)
        theme.changed.connect(self._rescale)
        self._rescale()

    @property
    def current(self) -> str:
        """The channel that is chosen, such as #general; empty for none."""
        if self.list.currentRow() < 0 or self.list.currentItem().isHidden():
            return ""
        return str(self.list.currentItem().data(Qt.ItemDataRole.UserRole))

    def choose(self, name: str) -> None:
        """Choose a channel by its name."""
        for place in range(self.list.count()):
            if self.list.item(place).data(Qt.ItemDataRole.UserRole) == name:
                self.list.setCurrentRow(place)

    def opened(self) -> None:
        """Fetch them once; the keyboard searches."""
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.list.count():
            self._fetch()

    async def apply(self) -> bool:
        """Keep the choice; without one everything stays as it is."""
        if self.current:
            await self._link.change({_PLACE: self.current})
        return True

    @async_slot
    async def _fetch(self) -> None:
        self._again.setEnabled(False)
        self._spinner.show()
        self._trouble.hide()
        try:
            found = (await self._link.act("channels")).splitlines()
            values = await self._link.services.plugins.settings(self._link.workspace_id, self._link.plugin_id)
        except KataError as error:
            self._trouble.set_message("", error.sentence)
            self._trouble.show()
            return
        finally:
            self._again.setEnabled(True)
            self._spinner.hide()
        self._fill([line for line in found if line.startswith("#")], str(values.get(_PLACE, "")))
        if not self.list.count():
            self._trouble.set_message("", " ".join(found))
            self._trouble.show()

    def _fill(self, lines: list[str], chosen: str) -> None:
        self.list.clear()
        for line in lines:
            item = QListWidgetItem(f"{_LTR}{line}")
            item.setSizeHint(QSize(0, self._theme.px(_ROW)))
            item.setData(Qt.ItemDataRole.UserRole, line.partition(" ")[0])
            self.list.addItem(item)
        self.choose(chosen)

    def _narrow(self, words: str) -> None:
        wanted = words.strip().lstrip("#").casefold()
        for place in range(self.list.count()):
            item = self.list.item(place)
            item.setHidden(wanted not in item.text().casefold())

    def _tell(self) -> None:
        text = ""
        if self.current and self.list.currentItem().text().removeprefix(_LTR) != self.current:
            text = self.tr("Kata is not in {channel} yet: type /invite @kata there first.")
        elif self.current:
            text = self.tr("Test messages go to {channel}.")
        self._chosen.setText(text.format(channel=self.current))

    def _rescale(self) -> None:
        self.list.setFixedHeight(self._theme.px(_ROW) * _ROWS)
