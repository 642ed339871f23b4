"""Draws the pictures of the plugins and their dialogs: ``python -m docs.screenshots_plugins [FOLDER]``, from the
project's folder.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from PySide6.QtWidgets import QDialog
from shiboken6 import delete

from docs.drawing import run
from docs.screenshots import Stage, save
from kata_desktop import builtin
from kata_desktop.bootstrap.bundled import BUNDLED
from kata_desktop.builtin.slack import setting_up
from kata_desktop.credentials.vault import Vault
from kata_desktop.domain.channel import SenderState
from kata_desktop.domain.plugin import PairingStep, PluginRow, PluginState
from kata_desktop.plugins.manifest import Manifest
from kata_desktop.plugins.manifest_reader import read_manifest
from kata_desktop.ui.dialogs.slack_setup.dialog import SlackSetup
from kata_desktop.ui.theme.theme import Theme, ThemeMode
from tests.support.acme_tasks import NOW, fill
from tests.support.built_kata import built_kata
from tests.support.eventually import eventually
from tests.support.fake_plugins import FakeChannels, FakePlugins, asks, kept, morning_rows, plugin
from tests.support.hand_clock import HandClock
from tests.support.locked_keyring import AskingKeyring, Shelf

_SETTLE = 0.35
PEOPLE = [
    asks("U07ANN", "Ann Fischer", "K7Q2-9FMX", expires_at=NOW + timedelta(minutes=41)),
    asks("U05BEN", "Ben Okafor", "", state=SenderState.ALLOWED, group=True),
    asks("U02CARL", "Carl", "", state=SenderState.BLOCKED),
]
STATES = {"telegram": PluginState.OFF, "files": PluginState.OFF}
CHANNELS = ("#general", "#kata-tests", "#leadership", "#releases", "#random (invite Kata first)",
            "#support (invite Kata first)")  # fmt: skip


def bundled_rows() -> list[PluginRow]:
    """The plugins that come along, each with something to tell."""
    known = {row.id: row for row in morning_rows()}
    folder = Path(builtin.__file__).parent
    return [_row(read_manifest(folder / each.id), known.get(each.id)) for each in BUNDLED]


def _row(manifest: Manifest, known: PluginRow | None) -> PluginRow:
    state = STATES.get(manifest.id, PluginState.READY)
    wanted = kept(*manifest.credentials, present=False)
    row = known or plugin(
        manifest.id, manifest.name, manifest.kind, state, settings=manifest.settings, credentials=wanted
    )
    return replace(row, name=manifest.name, description=manifest.description, icon=manifest.icon)


class Plugins:
    """The window on a morning with a plugin in every state."""

    def __init__(self, stage: Stage, plugins: FakePlugins) -> None:
        self.stage, self.plugins = stage, plugins
        self.page = stage.window.plugins_page()

    async def dialog(self, verb: str, plugin_id: str) -> QDialog:
        """Open a dialog as a click would."""
        self.page.actions_.start(plugin_id, verb)
        await asyncio.sleep(_SETTLE)
        return next(each for each in reversed(self.stage.window.findChildren(QDialog)) if each.isVisible())


@asynccontextmanager
async def staged(theme: Theme, *, locked: bool = False) -> AsyncIterator[Plugins]:
    """The page, with an open keyring or a locked one."""
    with tempfile.TemporaryDirectory() as folder:
        async with built_kata(Path(folder), HandClock(NOW)) as kata:
            kata.database.write_now(fill)
            os.environ["HOME"] = folder  # so that the workspace's folder is shown as ~/work/acme
            await kata.workspaces.set("ws_acme", "folder", str(Path(folder) / "work" / "acme"))
            rows = bundled_rows()
            plugins = FakePlugins(kata.bus, rows, Path(folder))
            kata.plugins = plugins  # type: ignore[assignment]
            kata.channels = FakeChannels(kata.bus, [] if locked else list(PEOPLE))  # type: ignore[assignment]
            plugins.answers |= {
                "app-manifest": setting_up.app_manifest(),
                "channels": "\n".join(CHANNELS),
                "test": "Both tokens work: @kata in Acme. All permissions are there.",
                "test-message": "The test message is in #kata-tests.",
            }
            shelf, keyring = Shelf(), AskingKeyring()
            keyring.open = not locked
            kata.vault = Vault(load_names=shelf.load, save_names=shelf.save, on_secret=kata.redactor.add, environ={},
                               find=lambda: keyring)  # fmt: skip
            for row in rows if locked else []:
                if row.on and row.credentials and row.state is not PluginState.NEEDS_SETUP:
                    plugins.put(row.id, state=PluginState.WAITING_KEYRING, sentence="")
            stage = Stage(kata, theme)
            await stage.switching.read()
            stage.window.open_page("plugins")
            stage.window.show()
            page = stage.window.plugins_page()
            await eventually("the rows", lambda: not page.busy)
            await asyncio.sleep(_SETTLE)  # pictures are not tests: long enough for every reading
            yield Plugins(stage, plugins)
            stage.end()


async def draw(theme: Theme, folder: Path) -> None:
    """Draw every picture in both looks."""
    for mode in (ThemeMode.LIGHT, ThemeMode.DARK):
        theme.set_mode(mode)
        async with staged(theme) as there:
            save(there.stage.window, folder, f"plugins_{mode.value}")
            await draw_dialogs(there, folder, mode.value)
        async with staged(theme, locked=True) as there:
            save(there.stage.window, folder, f"plugins_locked_{mode.value}")
    theme.set_mode(ThemeMode.LIGHT)
    theme.set_text_scale(150)
    async with staged(theme) as there:
        there.stage.window.resize(1366, 768)
        await asyncio.sleep(_SETTLE)
        save(there.stage.window, folder, "plugins_light_text150")
    theme.set_text_scale(100)


async def draw_dialogs(there: Plugins, folder: Path, look: str) -> None:
    """Draw the dialogs of the page."""
    for verb, plugin_id, name in (("configure", "slack", "configure"), ("people", "slack", "people")):
        dialog = await there.dialog(verb, plugin_id)
        save(dialog, folder, f"plugins_{name}_{look}")
        delete(dialog)
    dialog = await there.dialog("pair", "whatsapp")
    until = NOW + timedelta(seconds=24)
    there.plugins.pair_to(PairingStep(state="waiting", code="2@kQ0Zr7b1y8d,Yc3vJw0q1S5,Lm8xT2pV9a4,Qz7", until=until))
    await asyncio.sleep(_SETTLE)
    save(dialog, folder, f"pair_{look}")
    delete(dialog)
    wizard = await there.dialog("set-up", "slack")
    assert isinstance(wizard, SlackSetup)
    for place, name in ((0, "manifest"), (3, "channel")):
        wizard._go(place)
        await asyncio.sleep(_SETTLE)
        wizard.channels.choose("#kata-tests")
        save(wizard, folder, f"slack_{name}_{look}")
    delete(wizard)


if __name__ == "__main__":
    run(draw)
