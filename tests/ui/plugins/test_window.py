"""Plugins around their page: the mark in the sidebar, the command palette, and reading only while somebody looks."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from PySide6.QtWidgets import QAbstractButton
from shiboken6 import delete

from kata_desktop.domain.plugin import PluginState
from kata_desktop.ui.dialogs.command_palette import CommandPalette
from kata_desktop.ui.dialogs.plugin_setup.dialog import PluginSetup
from kata_desktop.ui.main_window import MainWindow
from kata_desktop.ui.overview import Overview
from kata_desktop.ui.theme.theme import Theme
from kata_desktop.ui.widgets.pill import Pill
from kata_desktop.ui.workspace_switching import WorkspaceSwitching
from tests.support.eventually import eventually
from tests.ui.plugins.conftest import Scene
from tests.ui.plugins.test_rows import unnamed


@pytest_asyncio.fixture
async def window(scene: Scene, theme: Theme) -> AsyncIterator[MainWindow]:
    scene.shown.set_watched(watched=False)
    overview = Overview(scene.kata, scene.bridge)
    switching = WorkspaceSwitching(scene.kata, theme, scene.bridge)
    await switching.read()
    made = MainWindow(scene.kata, theme, scene.bridge, overview, switching)
    switching.choose("ws_acme")
    made.resize(1180, 800)
    made.show()
    await eventually("the plugins", lambda: made.plugins.loaded)
    yield made
    made.finish()
    made.close()
    for thing in (made, overview, switching):
        delete(thing)


def entry(window: MainWindow) -> QAbstractButton:
    """The page's button in the sidebar."""
    return next(
        each for each in window.sidebar.findChildren(QAbstractButton) if each.accessibleName().startswith("Plugins")
    )


def mark(window: MainWindow) -> str:
    return next((each.text() for each in entry(window).findChildren(Pill) if each.isVisible()), "")


async def test_the_sidebar_marks_what_needs_care_and_forgets_it(scene: Scene, window: MainWindow) -> None:
    await eventually("the mark", lambda: mark(window) == "!")
    assert entry(window).accessibleName() == "Plugins. 3 plugins need care"
    for ident in ("whatsapp", "github", "service"):
        scene.plugins.put(ident, state=PluginState.READY)
    await eventually("its end", lambda: not mark(window))
    assert entry(window).accessibleName() == "Plugins"


async def test_nothing_is_read_while_nobody_looks(scene: Scene, window: MainWindow) -> None:
    await eventually("the mark", lambda: mark(window) == "!")
    window.hide()
    for ident in ("whatsapp", "github", "service"):
        scene.plugins.put(ident, state=PluginState.READY)
    await eventually("the telling", lambda: not scene.bridge.busy)
    assert len(window.plugins.needs_care) == 3
    window.show()
    await eventually("the reading", lambda: not mark(window))


async def test_the_page_opens_by_its_name_and_shows_a_plugin(scene: Scene, window: MainWindow) -> None:
    scene.bridge.page_wanted.emit("plugins", "service")
    row = await eventually("the row", lambda: window.plugins_page().groups.row("service"))
    await eventually("the keyboard", lambda: window.focusWidget() is row)
    assert window.page == "plugins"
    assert unnamed(window) == []


async def test_the_palette_configures_and_switches(scene: Scene, window: MainWindow) -> None:
    window._open_palette()
    palette = await eventually("the palette", lambda: window.findChild(CommandPalette))
    commands = {each.text: each for each in palette._model._all}
    assert {"Go to Plugins", "Configure Slack…", "Switch off: Slack", "Log of Slack"} <= set(commands)
    assert "Switch on: Browser history" in commands
    commands["Switch on: Browser history"].do()
    await eventually("the switch", lambda: scene.switches("history") == [True])
    commands["Configure Slack…"].do()
    await eventually("the form", lambda: window.findChild(PluginSetup))
    assert window.page == "plugins"
    palette.close()
