"""The settings page on a real store; keys are kept in memory, starting at login in a folder of the test's own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from pytestqt.qtbot import QtBot

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.desktop.autostart import XdgAutostart
from kata_desktop.ui.bridge import Bridge
from kata_desktop.ui.pages.settings.page import SettingsPage
from kata_desktop.ui.theme.theme import Theme
from tests.support.built_kata import built_kata
from tests.support.eventually import eventually
from tests.support.hand_clock import HandClock
from tests.support.history_rows import NOW


@pytest_asyncio.fixture
async def kata(tmp_path: Path) -> AsyncIterator[Kata]:
    async with built_kata(tmp_path / "data", HandClock(NOW)) as made:
        made.vault.use_memory_only()
        yield made


@pytest.fixture
def login(tmp_path: Path) -> XdgAutostart:
    return XdgAutostart(("/usr/bin/kata-desktop", "--hidden"), tmp_path / "config")


@pytest_asyncio.fixture
async def page(kata: Kata, bridge: Bridge, theme: Theme, login: XdgAutostart, qtbot: QtBot) -> SettingsPage:
    made = SettingsPage(kata, theme, bridge, login=login)
    qtbot.addWidget(made)
    made.resize(944, 760)
    made.show()
    await eventually("the models", lambda: made.sections["models"].rows)  # type: ignore[attr-defined]
    return made
