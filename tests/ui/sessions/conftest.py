"""The page of conversations on a real store with a talkative morning, at 10:42 in Berlin."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from pytestqt.qtbot import QtBot

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.ui.bridge import Bridge
from kata_desktop.ui.pages.sessions.page import SessionsPage
from kata_desktop.ui.theme.theme import Theme
from tests.support.built_kata import built_kata
from tests.support.eventually import eventually
from tests.support.hand_clock import HandClock
from tests.support.history_rows import NOW, WORKSPACE
from tests.support.talk_rows import a_talkative_morning


@pytest_asyncio.fixture
async def kata(tmp_path: Path) -> AsyncIterator[Kata]:
    async with built_kata(tmp_path, HandClock(NOW)) as made:
        yield made


@pytest_asyncio.fixture
async def bridge(kata: Kata) -> AsyncIterator[Bridge]:
    made = Bridge(kata.bus, kata.clock)
    yield made
    made.close()


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
