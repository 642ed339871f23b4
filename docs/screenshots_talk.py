"""Draws the pictures of conversations and messages: ``python -m docs.screenshots_talk [FOLDER]``."""

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
from docs.screenshots_activity import with_keyring
from kata_desktop.store.connection import Connection
from kata_desktop.ui.pages.outbox.page import INCOMING, OutboxPage
from kata_desktop.ui.theme.theme import Theme, ThemeMode
from tests.support.built_kata import built_kata
from tests.support.hand_clock import HandClock
from tests.support.history_rows import NOW
from tests.support.talk_rows import a_mixed_inbox, a_mixed_outbox, a_talkative_morning, add_going

_SETTLE = 0.9


def furnish(db: Connection) -> None:
    """Everything that the pictures show."""
    a_talkative_morning(db)
    a_mixed_outbox(db)
    a_mixed_inbox(db)


@asynccontextmanager
async def staged(theme: Theme, *, empty: bool = False, going: bool = False) -> AsyncIterator[Stage]:
    """The window over a morning's conversations, in one of which an answer goes on if asked."""
    with tempfile.TemporaryDirectory() as folder:
        async with built_kata(Path(folder), HandClock(NOW)) as kata:
            with_keyring(kata)
            if not empty:
                kata.database.write_now(furnish)
            if going:
                kata.database.write_now(add_going)
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


async def draw_page(stage: Stage, folder: Path, page: str, detail: str, name: str) -> None:
    """Save a page with one conversation or message."""
    stage.window.open_page(page, detail)
    await asyncio.sleep(_SETTLE)
    stage.window.setFocus()
    save(stage.window, folder, name)


async def draw_incoming(stage: Stage, folder: Path, item_id: str, name: str) -> None:
    """Save the second tab of the outbox."""
    stage.window.open_page("outbox")
    page = stage.window.findChild(OutboxPage)
    if isinstance(page, OutboxPage):
        page.show_tab(INCOMING)
        await asyncio.sleep(_SETTLE)
        page.incoming.body.choose(item_id)
        await asyncio.sleep(_SETTLE)
        save(stage.window, folder, name)


async def draw(theme: Theme, folder: Path) -> None:
    """Draw every picture."""
    for mode in (ThemeMode.LIGHT, ThemeMode.DARK):
        theme.set_mode(mode)
        async with staged(theme) as stage:
            await draw_page(stage, folder, "sessions", "s-group", f"sessions_{mode.value}")
            await draw_page(stage, folder, "sessions", "s-weekly", f"sessions_failed_{mode.value}")
            await draw_page(stage, folder, "outbox", "o-unknown", f"outbox_{mode.value}")
            await draw_page(stage, folder, "outbox", "o-failed", f"outbox_failed_{mode.value}")
            await draw_incoming(stage, folder, "i-stranger", f"outbox_incoming_{mode.value}")
        async with staged(theme, empty=True) as stage:
            await draw_page(stage, folder, "sessions", "", f"sessions_empty_{mode.value}")
    theme.set_mode(ThemeMode.LIGHT)
    QApplication.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    async with staged(theme, going=True) as stage:
        await draw_page(stage, folder, "sessions", "s-group", "sessions_light_rtl")
    QApplication.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    theme.set_text_scale(150)
    async with staged(theme) as stage:
        await draw_page(stage, folder, "outbox", "o-waits", "outbox_light_text150")


if __name__ == "__main__":
    run(draw)
