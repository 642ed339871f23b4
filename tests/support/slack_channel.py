"""The Slack channel at work."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from pathlib import Path

import kata_desktop.builtin.slack
from kata_desktop.builtin.slack.adapter import SlackAdapter
from kata_desktop.builtin.slack.patience import Patience
from kata_desktop.domain.channel import InboxItem, Message
from kata_desktop.plugins.manifest_reader import read_manifest
from kata_desktop.plugins.memory import BoundMemory
from kata_desktop.plugins.settings import SettingsValues
from kata_desktop.runtime.clock import SystemClock
from kata_desktop.store import inbox
from kata_desktop.store.database import Database
from kata_desktop.store.inbox import Place
from tests.support.held_secrets import Secrets
from tests.support.kept_channel import KeptChannel
from tests.support.slack_server.access import APP_TOKEN, BOT_TOKEN

MANIFEST = read_manifest(Path(kata_desktop.builtin.slack.__file__).parent)
PLACE = Place(workspace_id="w1", channel="slack")
ALL_TOKENS = {"bot_token": BOT_TOKEN, "app_token": APP_TOKEN}


def slack_adapter(
    database: Database,
    settings: Mapping[str, object],
    *,
    tokens: Mapping[str, str] = ALL_TOKENS,
    workspace_id: str = "w1",
    patience: Patience | None = None,
) -> SlackAdapter:
    """An adapter with these settings."""
    return SlackAdapter(
        settings=SettingsValues.of(MANIFEST.settings, settings),
        credentials=Secrets(**tokens),
        memory=BoundMemory(database=database, workspace_id=workspace_id, plugin_id="slack"),
        clock=SystemClock(),
        log=logging.LoggerAdapter(logging.getLogger("tests.slack")),
        patience=patience or Patience(),
    )


class SlackChannel(KeptChannel[SlackAdapter]):
    """Storing may take its time, or fail."""

    def __init__(
        self,
        database: Database,
        base_url: str,
        *,
        tokens: Mapping[str, str] = ALL_TOKENS,
        pause: float = 0.05,
        heartbeat: float = 10.0,
        **settings: object,
    ) -> None:
        patience = Patience(heartbeat=heartbeat)
        adapter = slack_adapter(database, {"base_url": base_url} | settings, tokens=tokens, patience=patience)
        super().__init__(database, PLACE, adapter, pause=pause)
        self.before_storing: Callable[[Message], None] = lambda _message: None
        self.delay = 0.0
        """Seconds that storing takes."""

    async def stored(self) -> list[InboxItem]:
        """What the inbox holds, oldest first."""
        return await self.database.read(lambda db: inbox.open_in(db, self.place, SystemClock().now(), 10_000))

    async def take(self, message: Message) -> bool:
        """See `KeptChannel`."""
        if self.delay:
            await asyncio.sleep(self.delay)
        self.before_storing(message)
        return await super().take(message)
