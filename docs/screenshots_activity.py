"""Draws the pictures of activity and settings: ``python -m docs.screenshots_activity [FOLDER]``."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from docs.drawing import run
from docs.screenshots import Stage, save
from kata_desktop.bootstrap.kata import Kata
from kata_desktop.credentials.credential import Names
from kata_desktop.credentials.vault import Vault
from kata_desktop.domain.model import ModelConfig, Provider
from kata_desktop.ui.pages.settings.model_dialog import ModelDialog
from kata_desktop.ui.pages.settings.models import ModelsSection
from kata_desktop.ui.theme.theme import Theme, ThemeMode
from kata_desktop.ui.widgets.labels import Label
from tests.support.built_kata import built_kata
from tests.support.hand_clock import HandClock
from tests.support.history_rows import NOW, a_workday

SECTIONS = ("general", "schedules", "models", "notifications", "storage", "about")
_SETTLE = 0.6


class OpenKeyring:
    """A keyring that is open and keeps what it is given while the pictures are drawn."""

    label = "Keyring"

    def __init__(self) -> None:
        self._values: dict[tuple[str, str], str] = {}

    def locked(self) -> bool:
        return False

    def get(self, plugin: str, name: str) -> str | None:
        return self._values.get((plugin, name))

    def set(self, plugin: str, name: str, value: str) -> None:
        self._values[plugin, name] = value

    def delete(self, plugin: str, name: str) -> bool:
        return self._values.pop((plugin, name), None) is not None


def with_keyring(kata: Kata) -> None:
    """Let the vault use a keyring of the pictures' own."""
    kept: list[Names] = [()]

    async def load() -> Names:
        return kept[0]

    async def save_names(names: Names) -> None:
        kept[0] = names

    keyring = OpenKeyring()
    kata.vault = Vault(load_names=load, save_names=save_names, on_secret=kata.redactor.add, find=lambda: keyring)


@asynccontextmanager
async def staged(theme: Theme) -> AsyncIterator[Stage]:
    """The window over the history of some days, with two models set up."""
    with tempfile.TemporaryDirectory() as folder:
        async with built_kata(Path(folder), HandClock(NOW)) as kata:
            with_keyring(kata)
            kata.database.write_now(a_workday)
            await kata.models.add(
                ModelConfig(name="Claude", provider=Provider.ANTHROPIC, model_id="claude-sonnet-4-5"), key="x" * 20
            )
            local = "http://127.0.0.1:11434/v1"
            await kata.models.add(
                ModelConfig(name="Llama", provider=Provider.OPENAI_COMPATIBLE, model_id="llama3.2", base_url=local)
            )
            os.environ["HOME"] = folder  # what lies in it is written with a ~
            await kata.workspaces.set("ws_acme", "folder", str(Path(folder) / "work/acme"))
            stage = Stage(kata, theme)
            await stage.switching.read()
            await stage.overview.read()
            stage.window.show()
            await asyncio.sleep(_SETTLE)  # pictures are not tests: long enough for every reading
            yield stage
            stage.end()
            kata.vault.close()


async def draw_activity(stage: Stage, folder: Path, run_id: str, name: str) -> None:
    """Save the activity page with one run."""
    stage.window.open_page("activity", run_id)
    await asyncio.sleep(_SETTLE)
    stage.window.setFocus()
    save(stage.window, folder, name)


def hide_place(stage: Stage) -> None:
    """Write the usual data folder where the pictures' own is named."""
    for label in stage.window.findChildren(Label):
        label.setText(label.text().replace(str(Path.home()), "~/.local/share/kata-desktop"))


async def draw_settings(stage: Stage, folder: Path, mode: str) -> None:
    """Save every section, a search and the dialog for a model."""
    for section in SECTIONS:
        stage.window.open_page("settings", section)
        await asyncio.sleep(_SETTLE)
        stage.window.setFocus()
        hide_place(stage)
        save(stage.window, folder, f"settings_{section}_{mode}")
    models = stage.window.findChild(ModelsSection)
    if isinstance(models, ModelsSection):
        models.add.click()
        await asyncio.sleep(_SETTLE)
        dialog = stage.window.findChild(ModelDialog)
        if isinstance(dialog, ModelDialog):
            save(dialog, folder, f"model_{mode}")
            dialog.reject()


async def draw(theme: Theme, folder: Path) -> None:
    """Draw every picture."""
    for mode in (ThemeMode.LIGHT, ThemeMode.DARK):
        theme.set_mode(mode)
        async with staged(theme) as stage:
            await draw_activity(stage, folder, "r-pulls0", f"activity_{mode.value}")
            await draw_activity(stage, folder, "r-test", f"activity_result_{mode.value}")
            await draw_settings(stage, folder, mode.value)
    theme.set_mode(ThemeMode.LIGHT)
    QApplication.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    async with staged(theme) as stage:
        await draw_activity(stage, folder, "r-missed", "activity_light_rtl")
    QApplication.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    theme.set_text_scale(150)
    async with staged(theme) as stage:
        await draw_activity(stage, folder, "r-news", "activity_light_text150")


if __name__ == "__main__":
    run(draw)
