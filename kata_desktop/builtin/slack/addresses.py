"""Addresses in Slack as people type them and as messages carry them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kata_desktop.domain.notification import DeliveryError

_CONVERSATION = re.compile(r"[CGD][A-Z0-9]{1,20}")
_PERSON = re.compile(r"[UW][A-Z0-9]{1,20}")
_TS = re.compile(r"\d{1,12}\.\d{1,8}")
_CHANNEL_NAME = re.compile(r"#[^\s#@/:<>]{1,80}")
_PERSON_NAME = re.compile(r"@[^#@/<>\n]{1,80}")
_COMMAND = "command:"


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """Where a message goes."""

    conversation: str = ""
    """Id; empty when `person` or `name` say it."""
    person: str = ""
    """Id of somebody who is written to directly."""
    name: str = ""
    """``#channel`` or ``@person``, to be looked up."""
    thread: str = ""
    """Timestamp of the thread's first message."""
    command: str = ""
    """The slash command that is answered in place; `person` is its writer."""


def parse_address(text: str) -> Address:
    """Read ``#team``, ``@alice``, ``C0123``, ``U0123``, ``C0123/1699999999.000100`` or ``command:U0123/…``.

    Raises:
        DeliveryError: it is none of these.
    """
    place, _, rest = text.strip().partition("/")
    if place.startswith(_COMMAND) and _PERSON.fullmatch(place.removeprefix(_COMMAND)) and rest:
        return Address(person=place.removeprefix(_COMMAND), command=rest)
    if rest and not _TS.fullmatch(rest):
        raise _refused(text)
    if _CONVERSATION.fullmatch(place):
        return Address(conversation=place, thread=rest)
    if _CHANNEL_NAME.fullmatch(place):
        return Address(name=place, thread=rest)
    if not rest and _PERSON.fullmatch(place):
        return Address(person=place)
    if not rest and _PERSON_NAME.fullmatch(place):
        return Address(name=place)
    raise _refused(text)


def thread_address(conversation: str, thread: str) -> str:
    """The address of a thread, or of the conversation itself."""
    return f"{conversation}/{thread}" if thread else conversation


def command_address(person: str, trigger: str) -> str:
    """The address at which a slash command is answered."""
    return f"{_COMMAND}{person}/{trigger}"


def _refused(text: str) -> DeliveryError:
    return DeliveryError(
        f"“{text}” is no address in Slack; use #channel, @person, or an id such as C0123456789.", retryable=False
    )
