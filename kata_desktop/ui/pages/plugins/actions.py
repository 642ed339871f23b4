"""What is done with a plugin from its row, its menu and the command palette."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog

from kata_desktop.ui.open_dialogs import OpenDialogs
from kata_desktop.ui.pages.plugins.repairs import Verb
from kata_desktop.ui.slots import async_slot

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from kata_desktop.domain.plugin import PluginRow
    from kata_desktop.ui.bridge import Bridge
    from kata_desktop.ui.models.plugin_list import PluginList
    from kata_desktop.ui.services import Services
    from kata_desktop.ui.theme.theme import Theme


class PluginActions(QObject):
    """Opens one dialog of each sort at a time; asking again brings it to the front.

    Signals:
        unlock_wanted: the keyring is to be unlocked.
        said: (name, sentence) a plugin answered to one of its buttons.
    """

    unlock_wanted = Signal()
    said = Signal(str, str)

    def __init__(self, services: Services, theme: Theme, bridge: Bridge, plugins: PluginList, page: QWidget) -> None:
        super().__init__(page)
        self._services, self._theme, self._bridge = services, theme, bridge
        self._plugins, self._page = plugins, page
        self.slots = plugins.slots
        self._dialogs = OpenDialogs()

    def start(self, plugin_id: str, verb: str) -> None:
        """Begin something with a plugin that is shown."""
        row = self._plugins.row(plugin_id)
        if row is None:
            return
        known = Verb(verb)
        dialogs = {Verb.SET_UP: self._wizard, Verb.PAIR: self._pairing, Verb.LOG: self._log}
        if (make := dialogs.get(known)) is not None:
            self._dialogs.show((known.value, row.id), partial(make, row))
        elif known in (Verb.CONFIGURE, Verb.REPLACE):
            self._configure(row, known is Verb.REPLACE)
        elif known is Verb.PEOPLE:
            self.people(row.id)
        elif known is Verb.UNLOCK:
            self.unlock_wanted.emit()
        elif known is Verb.RESTART:
            self._restart(row)

    def people(self, channel: str = "") -> None:
        """Show who wrote, in one channel or in all."""
        self._dialogs.show(("people", channel), partial(self._people, channel))

    def run(self, plugin_id: str, command: str) -> None:
        """Run one of its commands where its output can be watched."""
        row = self._plugins.row(plugin_id)
        if row is not None:
            self._dialogs.show(("run", plugin_id, command), partial(self._running, row, command))

    @async_slot
    async def press(self, plugin_id: str, action: str) -> None:
        """Press one of its own buttons and tell what it says."""
        row = self._plugins.row(plugin_id)
        if row is not None:
            self.said.emit(row.name, await self._services.plugins.act(row.workspace_id, row.id, action))

    @async_slot
    async def _restart(self, row: PluginRow) -> None:
        await self._services.plugins.restart(row.workspace_id, row.id)

    @async_slot
    async def _configure(self, row: PluginRow, at_credentials: bool) -> None:
        from kata_desktop.ui.dialogs.plugin_setup.dialog import PluginSetup

        values = await self._services.plugins.settings(row.workspace_id, row.id)
        fresh = await self._services.plugins.row(row.workspace_id, row.id)

        def made() -> PluginSetup:
            dialog = PluginSetup(self._services, self._theme, self._bridge, fresh, values, self._page.window())
            dialog.wanted.connect(self.start)
            return dialog

        shown = self._dialogs.show(("configure", row.id), made)
        if at_credentials and isinstance(shown, PluginSetup):
            shown.go_to_credentials()

    def _wizard(self, row: PluginRow) -> QDialog:
        from kata_desktop.ui.dialogs.slack_setup.dialog import SlackSetup

        dialog = SlackSetup(self._services, self._theme, self._bridge, row, self._page.window())
        dialog.people_wanted.connect(self.people)
        return dialog

    def _pairing(self, row: PluginRow) -> QDialog:
        from kata_desktop.ui.dialogs.pairing.dialog import PairingDialog

        workspace = self._plugins.workspace
        name = workspace.name if workspace is not None else ""
        dialog = PairingDialog(self._services, self._theme, self._bridge, row, name, self._page.window())
        dialog.settings_wanted.connect(self._settings_for)
        return dialog

    def _log(self, row: PluginRow) -> QDialog:
        from kata_desktop.ui.dialogs.plugin_log.dialog import PluginLog

        return PluginLog(self._services, self._theme, self._bridge, row, self._page.window())

    def _running(self, row: PluginRow, command: str) -> QDialog:
        from kata_desktop.ui.dialogs.plugin_run.dialog import PluginRun

        return PluginRun(self._services, self._theme, self._bridge, row, command, self._page.window())

    def _people(self, channel: str) -> QDialog:
        from kata_desktop.ui.dialogs.senders.dialog import SendersDialog

        workspace = self._plugins.workspace
        assert workspace is not None
        names = {row.id: row.name for row in self._plugins.rows}
        dialog = SendersDialog(
            self._services, self._theme, self._bridge, workspace.id, channel, names, self._page.window()
        )
        dialog.settings_wanted.connect(self._settings_for)
        return dialog

    def _settings_for(self, channel: str) -> None:
        self.start(channel, Verb.CONFIGURE.value)
