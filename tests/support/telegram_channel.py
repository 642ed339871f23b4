"""The Telegram channel at work."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

import kata_desktop.builtin.telegram
from kata_desktop.builtin.telegram.adapter import TelegramAdapter
from kata_desktop.plugins.manifest_reader import read_manifest
from kata_desktop.plugins.settings import SettingsValues
from kata_desktop.runtime.clock import SystemClock
from kata_desktop.store.database import Database
from kata_desktop.store.inbox import Place
from tests.support.held_secrets import Secrets
from tests.support.kept_channel import KeptChannel
from tests.support.telegram_rules import TOKEN

MANIFEST = read_manifest(Path(kata_desktop.builtin.telegram.__file__).parent)
PLACE = Place(workspace_id="w1", channel="telegram")


def held(token: str | None = TOKEN) -> Secrets:
    """A keyring with the bot's token, or without one."""
    return Secrets() if token is None else Secrets(bot_token=token)


def telegram_adapter(settings: Mapping[str, object], secrets: Secrets) -> TelegramAdapter:
    """An adapter with these settings."""
    return TelegramAdapter(
        settings=SettingsValues.of(MANIFEST.settings, settings),
        credentials=secrets,
        clock=SystemClock(),
        log=logging.LoggerAdapter(logging.getLogger("tests.telegram")),
    )


class TelegramChannel(KeptChannel[TelegramAdapter]):
    """With the token that the local Telegram knows, unless it is given another."""

    def __init__(self, database: Database, base_url: str, *, token: str | None = TOKEN, **settings: object) -> None:
        super().__init__(database, PLACE, telegram_adapter({"base_url": base_url, **settings}, held(token)))
