"""The plugin's settings and tokens, read and checked once for every connection."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from kata_desktop.domain.errors import Unavailable
from kata_desktop.plugins.sdk import ChannelError, CredentialsView, SettingsView

SLACK = "https://slack.com/api/"
BASE_URL_VARIABLE = "KATA_SLACK_BASE_URL"


class Working(StrEnum):
    """How Kata shows in Slack that an answer is on its way."""

    REACTION = "reaction"
    """Eyes on the message, taken away with the answer."""
    STATUS = "status"
    """"Kata is working on it…" under the thread."""
    NOTHING = "nothing"
    """Not at all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SlackSettings:
    """What a connection needs."""

    bot_token: str = field(repr=False)
    app_token: str = field(repr=False)
    base_url: str = SLACK
    working: Working = Working.REACTION
    follow_threads: bool = True
    """Replies in a thread where Kata has answered count as spoken to it."""


async def read_settings(settings: SettingsView, credentials: CredentialsView) -> SlackSettings:
    """Read everything.

    Raises:
        ChannelError: a token is missing, of the wrong kind, or in a keyring that does not answer; the address is none.
    """
    try:
        bot_token, app_token = await credentials.get("bot_token") or "", await credentials.get("app_token") or ""
    except Unavailable as error:
        raise ChannelError(error.sentence, needs="keyring") from error
    _check_token(bot_token, "bot token", "xoxb-")
    _check_token(app_token, "app token", "xapp-")
    return SlackSettings(
        bot_token=bot_token.strip(),
        app_token=app_token.strip(),
        base_url=_base_url(settings.text("base_url")),
        working=Working(settings.text("working")),
        follow_threads=settings.switch("follow_threads"),
    )


def _check_token(token: str, label: str, prefix: str) -> None:
    if not token.strip():
        raise ChannelError(f"The {label} is missing; enter it in the plugin's set-up.", needs="set-up")
    if not token.strip().startswith(prefix):
        raise ChannelError(
            f"What is kept as {label} does not begin with {prefix}; the two tokens may be swapped. Enter it again.",
            final=True,
        )


def _base_url(setting: str) -> str:
    address = os.environ.get(BASE_URL_VARIABLE, "").strip() or setting.strip() or SLACK
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ChannelError(f"The address of Slack's API, {address}, is no web address; correct it.", needs="set-up")
    local = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if parts.scheme == "http" and not local:  # the tokens would travel in the open
        raise ChannelError("The address of Slack's API must begin with https://; correct it.", needs="set-up")
    return address if address.endswith("/") else f"{address}/"
