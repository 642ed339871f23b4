"""Addresses in Matrix as people type them and as messages carry them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kata_desktop.domain.notification import DeliveryError

_ROOM = re.compile(r"![^\s/$]{1,254}")
_ALIAS = re.compile(r"#[^\s:]{1,200}:[^\s/$]{1,200}")
_USER = re.compile(r"@[^\s:]{1,200}:[^\s/$]{1,200}")
_EVENT = re.compile(r"\$\S{1,254}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """Where a message goes: one of the first three is set."""

    room: str = ""
    """Id."""
    alias: str = ""
    """``#team:example.org``."""
    person: str = ""
    """``@alice:example.org``: the direct room with that person."""
    thread: str = ""
    """Id of the thread's first event."""


def parse_address(text: str) -> Address:
    """Read ``!room:server``, ``#alias:server``, ``@user:server``, each perhaps with ``/$event`` for a thread.

    Raises:
        DeliveryError: it is none of these.
    """
    place, slash, event = text.strip().partition("/$")
    thread = f"${event}" if slash else ""
    if not slash or _EVENT.fullmatch(thread):
        if _ROOM.fullmatch(place):
            return Address(room=place, thread=thread)
        if _ALIAS.fullmatch(place):
            return Address(alias=place, thread=thread)
        if _USER.fullmatch(place):
            return Address(person=place, thread=thread)
    raise DeliveryError(
        f"“{text}” is no address in Matrix; use #room:server, @person:server or a room's id such as !abc:server.",
        retryable=False,
    )


def thread_address(room: str, thread: str) -> str:
    """The address of a thread, or of the room itself."""
    return f"{room}/{thread}" if thread else room
