"""The page of messages on a real store with a message in every state, at 10:42 in Berlin."""

from __future__ import annotations

import pytest
import pytest_asyncio
from pytestqt.qtbot import QtBot

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.store.connection import Connection
from kata_desktop.ui.bridge import Bridge
from kata_desktop.ui.pages.outbox.page import OutboxPage
from kata_desktop.ui.theme.theme import Theme
from tests.support.eventually import eventually
from tests.support.history_rows import WORKSPACE
from tests.support.talk_rows import a_mixed_inbox, a_mixed_outbox, a_talkative_morning


@pytest.fixture
def bare(kata: Kata, bridge: Bridge, theme: Theme, qtbot: QtBot) -> OutboxPage:
    """The page, not shown yet."""
    made = OutboxPage(kata, theme, bridge)
    qtbot.addWidget(made)
    made.resize(944, 780)
    return made


def furnish(db: Connection) -> None:
    a_talkative_morning(db)
    a_mixed_outbox(db)
    a_mixed_inbox(db)


@pytest_asyncio.fixture
async def page(kata: Kata, bare: OutboxPage) -> OutboxPage:
    """The page with its messages in sight and the first one beside them."""
    await kata.database.write(furnish)
    bare.set_workspace(WORKSPACE)
    bare.show()
    await eventually("the first message", lambda: bare.outgoing.detail.item is not None and not bare.busy)
    return bare
