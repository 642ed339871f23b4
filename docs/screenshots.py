"""Draws the pictures of the window and the tray: ``python -m docs.screenshots [FOLDER]``, from the project's folder."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import delete

from docs.drawing import run
from docs.tray_sheet import tray_sheet
from kata_desktop.bootstrap.kata import Kata
from kata_desktop.ui.bridge import Bridge
from kata_desktop.ui.main_window import MainWindow
from kata_desktop.ui.overview import Overview
from kata_desktop.ui.theme.theme import Theme, ThemeMode
from kata_desktop.ui.tray_menu import TrayMenu
from kata_desktop.ui.workspace_switching import WorkspaceSwitching
from tests.support.acme_tasks import NOW, fill
from tests.support.built_kata import built_kata
from tests.support.hand_clock import HandClock

SIZE = (1180, 800)
_SETTLE = 0.5


class Stage:
    """The window with everything it needs, on a morning in March in Berlin."""

    def __init__(self, kata: Kata, theme: Theme) -> None:
        self.bridge = Bridge(kata.bus, kata.clock)
        self.overview = Overview(kata, self.bridge)
        self.switching = WorkspaceSwitching(kata, theme, self.bridge)
        self.window = MainWindow(kata, theme, self.bridge, self.overview, self.switching)
        self.menu = TrayMenu(kata, theme, self.bridge, self.overview, self.switching)
        self.window.resize(theme.px(SIZE[0]), theme.px(SIZE[1]))

    def end(self) -> None:
        """Delete it all."""
        self.bridge.close()
        for thing in (self.window, self.menu.menu, self.menu):
            delete(thing)


@asynccontextmanager
async def staged(theme: Theme, *, empty: bool = False) -> AsyncIterator[Stage]:
    """The window on a store with the tasks of the morning, or with none."""
    with tempfile.TemporaryDirectory() as folder:
        async with built_kata(Path(folder), HandClock(NOW)) as kata:
            if not empty:
                kata.database.write_now(fill)
            await kata.settings.change("quiet_hours", value=True)
            os.environ["HOME"] = folder  # so that the workspace's folder is shown as ~/work/acme
            await kata.workspaces.set("ws_acme", "folder", str(Path(folder) / "work" / "acme"))
            stage = Stage(kata, theme)
            await stage.switching.read()
            await stage.overview.read()
            stage.window.show()
            await asyncio.sleep(_SETTLE)  # pictures are not tests: long enough for every reading
            yield stage
            stage.end()


def save(widget: QWidget, folder: Path, name: str) -> None:
    """Save what a widget looks like."""
    widget.grab().save(str(folder / f"{name}.png"))


async def draw(theme: Theme, folder: Path) -> None:
    """Draw every picture."""
    for mode in (ThemeMode.LIGHT, ThemeMode.DARK):
        theme.set_mode(mode)
        async with staged(theme) as stage:
            save(stage.window, folder, f"main_{mode.value}")
            save_tray(stage, theme, folder, mode.value)
        async with staged(theme, empty=True) as stage:
            save(stage.window, folder, f"empty_{mode.value}")
    theme.set_mode(ThemeMode.LIGHT)
    QApplication.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    async with staged(theme) as stage:
        save(stage.window, folder, "main_light_rtl")
    QApplication.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    theme.set_text_scale(150)
    async with staged(theme) as stage:
        save(stage.window, folder, "main_light_text150")


def save_tray(stage: Stage, theme: Theme, folder: Path, name: str) -> None:
    """Save the states of the icon beside the menu."""
    sheet = tray_sheet(theme)
    sheet.show()
    menu = stage.menu.menu
    menu.ensurePolished()
    menu.aboutToShow.emit()
    menu.resize(menu.sizeHint())
    left, right = sheet.grab(), menu.grab()
    height = max(left.height(), right.height() + theme.px(52))
    whole = QPixmap(left.width() + right.width() + theme.px(30), height)
    whole.fill(theme.color("bg"))
    painter = QPainter(whole)
    painter.drawPixmap(QPoint(0, 0), left)
    painter.drawPixmap(QPoint(left.width(), theme.px(26)), right)
    painter.end()
    whole.save(str(folder / f"tray_{name}.png"))
    delete(sheet)


if __name__ == "__main__":
    run(draw)
