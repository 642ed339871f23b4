"""The plugin's settings and token, read and checked once for every connection."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from kata_desktop.domain.errors import Unavailable
from kata_desktop.plugins.sdk import ChannelError, CredentialsView, SettingsView

TELEGRAM = "https://api.telegram.org"
BASE_URL_VARIABLE = "KATA_TELEGRAM_BASE_URL"
_TOKEN = re.compile(r"\d{3,20}:[A-Za-z0-9_-]{20,100}")


class Working(StrEnum):
    """How Kata shows in Telegram that an answer is on its way."""

    REACTION = "reaction"
    """Eyes on the message, taken away with the answer."""
    TYPING = "typing"
    """The bot types; Telegram shows that for five seconds."""
    NOTHING = "nothing"
    """Not at all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TelegramSettings:
    """What a connection needs."""

    bot_token: str = field(repr=False)
    base_url: str = TELEGRAM
    working: Working = Working.REACTION


async def read_settings(settings: SettingsView, credentials: CredentialsView) -> TelegramSettings:
    """Read everything.

    Raises:
        ChannelError: the token is missing, is none, or is in a keyring that does not answer; the address is none.
    """
    try:
        token = (await credentials.get("bot_token") or "").strip()
    except Unavailable as error:
        raise ChannelError(error.sentence, needs="keyring") from error
    if not token:
        raise ChannelError("The bot token is missing; enter it in the plugin's set-up.", needs="set-up")
    if not _TOKEN.fullmatch(token):
        raise ChannelError(
            "What is kept as bot token is none; one is written like 123456789:AAF… Copy it from @BotFather again.",
            final=True,
        )
    return TelegramSettings(
        bot_token=token, base_url=_base_url(settings.text("base_url")), working=Working(settings.text("working"))
    )


def _base_url(setting: str) -> str:
    address = os.environ.get(BASE_URL_VARIABLE, "").strip() or setting.strip() or TELEGRAM
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ChannelError(f"The address of the Bot API, {address}, is no web address; correct it.", needs="set-up")
    local = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if parts.scheme == "http" and not local:  # the token would travel in the open
        raise ChannelError("The address of the Bot API must begin with https://; correct it.", needs="set-up")
    return address.rstrip("/")
