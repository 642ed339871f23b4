"""Addresses in Telegram as people type them and as messages carry them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kata_desktop.domain.notification import DeliveryError

_ADDRESS = re.compile(r"(?P<chat>-?\d{1,20}|@[A-Za-z]\w{3,31})(?:/(?P<topic>\d{1,15}))?(?:#(?P<message>\d{1,15}))?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """Where a message goes."""

    chat: int | str
    """Id of a person or group, or ``@name`` of a public group or channel."""
    topic: int | None = None
    message: int | None = None
    """The message that is answered."""


def parse_address(text: str) -> Address:
    """Read ``123456789``, ``-1001234567890``, ``@publicgroup``, each perhaps with ``/topic`` and ``#message``.

    Raises:
        DeliveryError: it is none of these.
    """
    found = _ADDRESS.fullmatch(text.strip())
    if found is None:
        raise DeliveryError(
            f"“{text}” is no address in Telegram; use the id of a person or group such as 123456789, or @publicgroup.",
            retryable=False,
        )
    chat, topic, message = found["chat"], found["topic"], found["message"]
    return Address(
        chat=chat if chat.startswith("@") else int(chat),
        topic=int(topic) if topic else None,
        message=int(message) if message else None,
    )


def written_address(chat: int, *, topic: str = "", message: int | None = None) -> str:
    """The address of a chat, of a topic in it, of an answer to a message."""
    return f"{chat}{f'/{topic}' if topic else ''}{f'#{message}' if message is not None else ''}"
