"""The activity page on a real store with a morning's history, at 10:42 in Berlin."""

from __future__ import annotations

import pytest_asyncio
from pytestqt.qtbot import QtBot

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.ui.bridge import Bridge
from kata_desktop.ui.pages.activity.page import ActivityPage
from kata_desktop.ui.theme.theme import Theme
from tests.support.eventually import eventually
from tests.support.history_rows import WORKSPACE, a_workday


@pytest_asyncio.fixture
async def page(kata: Kata, bridge: Bridge, theme: Theme, qtbot: QtBot) -> ActivityPage:
    """The page with the history in sight."""
    await kata.database.write(a_workday)
    made = ActivityPage(kata, theme, bridge)
    qtbot.addWidget(made)
    made.resize(944, 780)
    made.set_workspace(WORKSPACE)
    made.show()
    await eventually("the runs", lambda: made.table.total == 37 and made.detail.isVisible())
    return made
