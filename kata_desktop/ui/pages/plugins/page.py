"""The plugins of a workspace: who works, who needs something, and the switches."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QMenu, QStackedWidget, QWidget

from kata_desktop.ui.pages.plugins.actions import PluginActions
from kata_desktop.ui.pages.plugins.groups import PluginGroups
from kata_desktop.ui.pages.plugins.header import PluginsHeader
from kata_desktop.ui.pages.plugins.keyring_banner import KeyringBanner
from kata_desktop.ui.pages.plugins.plugin_view import plugin_view
from kata_desktop.ui.pages.plugins.row_menu import fill_row_menu
from kata_desktop.ui.slots import async_slot
from kata_desktop.ui.theme.tokens import Tone
from kata_desktop.ui.widgets.banner import Banner
from kata_desktop.ui.widgets.empty_state import EmptyState
from kata_desktop.ui.widgets.layout import boxed, column
from kata_desktop.ui.widgets.scrolled import scrolled
from kata_desktop.ui.widgets.skeleton import Skeleton
from kata_desktop.ui.widgets.toast import Toaster

if TYPE_CHECKING:
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.models.plugin_list import PluginList
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.theme.theme import Theme

_SKELETON_AFTER_MS = 200
_NAMED = 3
"""How many tasks are named when a plugin they need is switched off."""


class PluginsPage(QWidget):
    """Shows the list of plugins and begins what is done with them.

    Attributes:
        actions_: what can be done with a plugin.
        groups: the rows.
        keyring: what is wrong with the keyring.
        people: somebody waits to be let in.
    """

    def __init__(self, services: Services, theme: Theme, bridge: Bridge, plugins: PluginList) -> None:
        super().__init__()
        self._services, self._theme, self._plugins = services, theme, plugins
        self.slots = plugins.slots
        self.header = PluginsHeader(theme)
        self.keyring = KeyringBanner(services, theme, self.slots)
        self.people = Banner(theme, Tone.WARN, icon="user-plus", action=" ")
        self.groups = PluginGroups(theme)
        self.actions_ = PluginActions(services, theme, bridge, plugins, self)
        self._toaster = Toaster(theme, self)
        self._wanted = ""
        self._skeleton = boxed(column(Skeleton(theme, self.tr("Loading plugins")), None))
        self._no_match = EmptyState(
            theme, "search", self.tr("No plugin matches"),
            self.tr("Names, what they do and how they fare are searched."), action=self.tr("Show all"),
        )  # fmt: skip
        self._none = EmptyState(
            theme, "plug", self.tr("No plugins"), self.tr("This version of Kata came without any plugin.")
        )
        self._trouble = EmptyState(
            theme, "triangle-alert", self.tr("The plugins cannot be shown"), "", action=self.tr("Try again")
        )
        self._states = QStackedWidget()
        self._scroll = scrolled(self.groups, self.tr("Plugins"))
        for part in (self._scroll, self._skeleton, self._none, self._no_match, self._trouble):
            self._states.addWidget(part)
        self.people.hide()
        body = column(
            self.header, 2, self.keyring, self.people, (self._states, 1), margins=(26, 20, 26, 18), spacing=10
        )
        boxed(body, self)
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(_SKELETON_AFTER_MS)
        self._wire()
        self._slow.start()
        self._show()

    @property
    def busy(self) -> bool:
        """Whether rows are being read, switched or made."""
        return self._plugins.busy or len(self.groups.rows) != len(self._plugins.rows)

    def focus_search(self) -> None:
        """Bring the keyboard to the search."""
        self.header.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.header.search.selectAll()

    def show_plugin(self, plugin_id: str) -> None:
        """Bring the keyboard to a plugin's row, now or as soon as it is there."""
        self._wanted = plugin_id
        self.header.search.clear()
        self._go_to_wanted()

    def _go_to_wanted(self) -> None:
        row = self.groups.row(self._wanted)
        if row is not None:
            self._wanted = ""
            row.setFocus(Qt.FocusReason.OtherFocusReason)

    def _bring_into_sight(self, row: QWidget) -> None:
        self._scroll.ensureWidgetVisible(row)

    def _wire(self) -> None:
        self._slow.timeout.connect(self._show_skeleton)
        self._plugins.changed.connect(self._show)
        self._plugins.switched_off.connect(self._tell_dependants)
        self.header.check_wanted.connect(self._check)
        self.header.search.textChanged.connect(self._narrow)
        self._no_match.acted.connect(self.header.search.clear)
        self.keyring.settled.connect(self._check)
        self.people.acted.connect(self._open_people)
        self.groups.switched.connect(self._switch)
        self.groups.wanted.connect(self.actions_.start)
        self.groups.menu_wanted.connect(self._fill_menu)
        self.groups.reached.connect(self._bring_into_sight)
        self.actions_.unlock_wanted.connect(self.keyring.act)
        self.actions_.said.connect(self._tell)
        self._trouble.acted.connect(self._plugins.refresh)

    @async_slot
    async def _show(self) -> None:
        plugins = self._plugins
        if plugins.trouble:
            self._trouble.set_message(self.tr("The plugins cannot be shown"), plugins.trouble)
            self._states.setCurrentWidget(self._trouble)
            return
        if not plugins.loaded:
            return
        self._slow.stop()
        rows, clock = plugins.rows, self._services.clock
        self.header.set_rows(rows, plugins.workspace.name if plugins.workspace is not None else "")
        self.keyring.set_rows(rows)
        self._show_people()
        now, zone = clock.now(), ZoneInfo(clock.zone_name())
        await self.groups.show_views([(row.kind, plugin_view(row, now, zone)) for row in rows])
        self._narrow()
        self._go_to_wanted()

    def _narrow(self) -> None:
        """Show the plugins with all of the words."""
        words = self.header.search.text().casefold().split()
        views = [row.view for row in self.groups.rows]
        found = {view.id for view in views if all(word in view.searched for word in words)}
        self.groups.show_only(found)
        if self._plugins.loaded and not self._plugins.trouble:
            nothing = self._no_match if views else self._none
            self._states.setCurrentWidget(self._scroll if found else nothing)

    def _show_people(self) -> None:
        waiting = self._plugins.waiting
        self.people.setVisible(bool(waiting))
        if not waiting:
            return
        first = waiting[0]
        known = self._plugins.row(first.channel)
        one = self.tr("{person} wants to write to Kata in {channel}")
        title = one.format(person=first.name or first.id, channel=known.name if known is not None else first.channel)
        if len(waiting) > 1:
            title = self.tr("%n people want to write to Kata", "", len(waiting))
        text = self.tr("They were told a code and wait for you. Nothing of what they wrote has been read by a model.")
        self.people.set_message(title, text, action=self.tr("Review…"))

    @async_slot
    async def _check(self) -> None:
        self.header.check.setEnabled(False)
        try:
            await self._plugins.check()
            self.keyring.look()
        finally:
            self.header.check.setEnabled(True)

    def _switch(self, plugin_id: str, on: bool) -> None:
        self._plugins.switch(plugin_id, on=on)

    def _tell_dependants(self, plugin_id: str, name: str, tasks: tuple[str, ...]) -> None:
        named = ", ".join(f"“{each}”" for each in tasks[:_NAMED])
        more = len(tasks) - _NAMED
        if more > 0:
            named = self.tr("{names} and {count} more").format(names=named, count=more)
        one = self.tr("{plugin} is off. 1 task uses it: {names}")
        text = one if len(tasks) == 1 else self.tr("{plugin} is off. %n tasks use it: {names}", "", len(tasks))
        toast = self._toaster.show_message(
            text.format(plugin=name, names=named), undo=self.tr("Switch on again"), icon="triangle-alert"
        )
        toast.setProperty("plugin", plugin_id)
        toast.undone.connect(self._switch_back)

    def _switch_back(self) -> None:
        self._plugins.switch(str(self.sender().property("plugin")), on=True)

    def _tell(self, name: str, sentence: str) -> None:
        self._toaster.show_message(self.tr("{plugin}: {sentence}").format(plugin=name, sentence=sentence), icon="info")

    def _open_people(self) -> None:
        self.actions_.people()

    def _fill_menu(self, plugin_id: str, menu: QMenu) -> None:
        row = self._plugins.row(plugin_id)
        if row is not None:
            fill_row_menu(menu, self._theme, row, self.actions_)

    def _show_skeleton(self) -> None:
        if not self._plugins.loaded and not self._plugins.trouble:
            self._states.setCurrentWidget(self._skeleton)
