"""The page of conversations on a real store with a talkative morning, at 10:42 in Berlin."""

from __future__ import annotations

import pytest
import pytest_asyncio
from pytestqt.qtbot import QtBot

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.ui.bridge import Bridge
from kata_desktop.ui.pages.sessions.page import SessionsPage
from kata_desktop.ui.theme.theme import Theme
from tests.support.eventually import eventually
from tests.support.history_rows import WORKSPACE
from tests.support.talk_rows import a_talkative_morning


@pytest.fixture
def bare(kata: Kata, bridge: Bridge, theme: Theme, qtbot: QtBot) -> SessionsPage:
    """The page, not shown yet."""
    made = SessionsPage(kata, theme, bridge)
    qtbot.addWidget(made)
    made.resize(944, 780)
    return made


@pytest_asyncio.fixture
async def page(kata: Kata, bare: SessionsPage) -> SessionsPage:
    """The page with its conversations in sight and the first one beside them."""
    await kata.database.write(a_talkative_morning)
    bare.set_workspace(WORKSPACE)
    bare.show()
    await eventually("the first conversation", lambda: bare.talk.isVisible() and not bare.busy)
    return bare
