"""The plugin's settings and credentials, read and checked once for every connection."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from kata_desktop.domain.errors import Unavailable
from kata_desktop.plugins.sdk import ChannelError, CredentialsView, SettingsView

_USER = re.compile(r"@[^\s:]{1,200}:[^\s/]{1,200}")
_SERVER = re.compile(r"[A-Za-z0-9.\-]{1,200}(:\d{1,5})?")
_LOCAL = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, kw_only=True, slots=True)
class MatrixSettings:
    """What a connection needs."""

    user_id: str
    """Empty when only a token is there."""
    homeserver: str
    """A web address, or a server name to be asked for its address; never empty."""
    access_token: str = field(repr=False)
    password: str = field(repr=False)
    """One of the two is there."""
    answer_in_threads: bool = True
    """In rooms, a mention begins a thread."""
    follow_threads: bool = True
    """Replies in a thread where Kata has answered count as spoken to it."""


async def read_settings(settings: SettingsView, credentials: CredentialsView) -> MatrixSettings:
    """Read everything.

    Raises:
        ChannelError: something is missing or is no user id or address, or the keyring does not answer.
    """
    try:
        token = (await credentials.get("access_token") or "").strip()
        password = (await credentials.get("password") or "") if not token else ""
    except Unavailable as error:
        raise ChannelError(error.sentence, needs="keyring") from error
    user = settings.text("user_id").strip()
    if not token and not password:
        raise _missing("There is neither an access token nor a password; enter one in the plugin's set-up.")
    if user and not _USER.fullmatch(user):
        raise _missing(f"“{user}” is no user id; one is written like @kata:example.org.")
    if not token and not user:
        raise _missing("With a password, the user id of Kata's account is needed; enter it in the plugin's set-up.")
    return MatrixSettings(
        user_id=user,
        homeserver=_homeserver(settings.text("homeserver").strip(), user),
        access_token=token,
        password=password,
        answer_in_threads=settings.switch("answer_in_threads"),
        follow_threads=settings.switch("follow_threads"),
    )


def is_safe_address(address: str) -> bool:
    """Whether credentials may be sent there: encrypted, or to this computer itself."""
    parts = urlsplit(address)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL))


def server_address(name: str) -> str:
    """The web address of a server name."""
    host = urlsplit(f"//{name}").hostname
    return f"{'http' if host in _LOCAL else 'https'}://{name}"


def _homeserver(setting: str, user: str) -> str:
    if not setting and not user:
        raise _missing("The homeserver is missing; enter its address or the user id in the plugin's set-up.")
    place = setting or user.partition(":")[2]
    if "://" not in place:
        if not _SERVER.fullmatch(place):
            raise _missing(f"“{place}” is no server; enter an address such as https://matrix.example.org.")
        return place
    if not is_safe_address(place):  # the token would travel in the open
        raise _missing(f"The homeserver's address, {place}, must begin with https://; correct it.")
    return place


def _missing(sentence: str) -> ChannelError:
    return ChannelError(sentence, needs="set-up")
