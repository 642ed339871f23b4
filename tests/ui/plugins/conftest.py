"""The page of plugins on a real store, with plugins and a keyring that do as a test says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest_asyncio
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.credentials.vault import Vault
from kata_desktop.ui.bridge import Bridge
from kata_desktop.ui.models.plugin_list import PluginList
from kata_desktop.ui.pages.plugins.page import PluginsPage
from kata_desktop.ui.pages.plugins.plugin_row import PluginRowWidget
from kata_desktop.ui.theme.theme import Theme
from tests.support.built_kata import built_kata
from tests.support.eventually import eventually
from tests.support.fake_plugins import FakeChannels, FakePlugins, morning_rows
from tests.support.hand_clock import HandClock
from tests.support.history_rows import NOW
from tests.support.locked_keyring import AskingKeyring, Shelf

D = TypeVar("D", bound=QDialog)


def gone(dialog: QDialog) -> bool:
    """Whether a dialog has ended; it is deleted then."""
    return not isValid(dialog) or not dialog.isVisible()


@dataclass(frozen=True, kw_only=True)
class Scene:
    """The page and everything behind it."""

    kata: Kata
    clock: HandClock
    plugins: FakePlugins
    channels: FakeChannels
    keyring: AskingKeyring
    bridge: Bridge
    shown: PluginList
    page: PluginsPage
    told: list[str]

    def row(self, plugin_id: str) -> PluginRowWidget:
        """The row of a plugin."""
        found = self.page.groups.row(plugin_id)
        assert found is not None, f"{plugin_id} is not there"
        return found

    async def settled(self) -> None:
        """Wait until nothing is read, switched or made."""
        await eventually("rest", lambda: not self.bridge.busy and not self.page.busy)

    async def dialog(self, kind: type[D]) -> D:
        """The open dialog of a kind."""

        def found() -> D | None:
            return next((each for each in self.page.window().findChildren(kind) if each.isVisible()), None)

        return await eventually(f"a {kind.__name__}", found)

    async def start(self, plugin_id: str, verb: str, kind: type[D]) -> D:
        """Begin something with a plugin, as its row would, and return the dialog that comes up."""
        self.page.actions_.start(plugin_id, verb)
        return await self.dialog(kind)

    def switches(self, plugin_id: str) -> list[bool]:
        """What the engine was told about a plugin's switch, in order."""
        return [bool(call[3]) for call in self.plugins.calls if call[0] == "switch" and call[2] == plugin_id]


@pytest_asyncio.fixture
async def scene(tmp_path: Path, theme: Theme, qtbot: QtBot) -> AsyncIterator[Scene]:
    clock = HandClock(NOW)
    async with built_kata(tmp_path / "data", clock) as kata:
        plugins = FakePlugins(kata.bus, morning_rows(), tmp_path, ("ws_acme", "ws_home"))
        channels = FakeChannels(kata.bus, [])
        kata.plugins = plugins  # type: ignore[assignment]
        kata.channels = channels  # type: ignore[assignment]
        shelf, keyring = Shelf(), AskingKeyring()
        keyring.open = True
        kata.vault = Vault(load_names=shelf.load, save_names=shelf.save, on_secret=kata.redactor.add, environ={},
                           find=lambda: keyring, tell=kata.bus.publish)  # fmt: skip
        bridge = Bridge(kata.bus, kata.clock)
        told: list[str] = []
        bridge.told.connect(told.append)
        shown = PluginList(kata, bridge)
        page = PluginsPage(kata, theme, bridge, shown)
        qtbot.addWidget(page)
        page.resize(944, 760)
        page.show()
        shown.set_watched(watched=True)
        shown.set_workspace(next(each for each in await kata.workspaces.all() if each.id == "ws_acme"))
        made = Scene(kata=kata, clock=clock, plugins=plugins, channels=channels, keyring=keyring, bridge=bridge,
                     shown=shown, page=page, told=told)  # fmt: skip
        await eventually("the rows", lambda: page.groups.rows)
        await made.settled()
        yield made
        bridge.close()
        await kata.spawner.close()
