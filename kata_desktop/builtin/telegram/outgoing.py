"""What goes out: messages as HTML, and the sign that an answer is being worked on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from kata_desktop.builtin.telegram.addresses import Address, parse_address
from kata_desktop.builtin.telegram.errors import TelegramRefusal, TelegramUnreachable
from kata_desktop.builtin.telegram.html import to_html
from kata_desktop.builtin.telegram.settings import Working
from kata_desktop.domain.channel import Message
from kata_desktop.domain.notification import DeliveryError

if TYPE_CHECKING:
    from kata_desktop.builtin.telegram.client import TelegramClient

LONGEST = 4000
"""Characters of Markdown in one message; Telegram takes 4,096 of what is shown, which is a little less or more."""
_MOST_UNITS = 4096
"""What Telegram counts: UTF-16 units, of which an emoji takes two."""
_EYES = "👀"


class Outgoing:
    """Writes as one bot. All methods raise `TelegramRefusal`, `TelegramUnreachable`; `send` also `DeliveryError`."""

    def __init__(self, client: TelegramClient) -> None:
        self._client = client

    async def send(self, address: str, text: str) -> None:
        """Deliver a message; see `ChannelAdapter.send`."""
        target, begun = parse_address(address), False
        for piece in _pieces(text):
            try:
                await self._say(target, piece)
            except (TelegramRefusal, TelegramUnreachable) as error:
                if not begun:
                    raise
                raise DeliveryError(f"Only the beginning has arrived. {error.sentence}", certain=False) from error
            begun = True

    async def _say(self, target: Address, text: str) -> None:
        try:
            await self._formatted(target, text)
        except TelegramRefusal as error:
            if error.moved_to is None:
                raise
            await self._formatted(replace(target, chat=error.moved_to, message=None), text)

    async def _formatted(self, target: Address, text: str) -> None:
        try:
            html = await asyncio.to_thread(to_html, text)  # some markup takes its time
            await self._client.say(target, html, html=True)
        except TelegramRefusal as error:
            if error.status != 400 or not ("parse entities" in error.said or "too long" in error.said):
                raise
            await self._client.say(target, text, html=False)  # as it stands, rather than not at all

    async def working(self, message: Message, how: Working, *, on: bool) -> None:
        """Show that an answer is on its way, or no longer."""
        target = parse_address(message.reply_address)
        if how is Working.REACTION:
            chat, _, number = message.id.partition(":")
            await self._client.react(int(chat), int(number), _EYES if on else "")
        elif how is Working.TYPING and on:
            await self._client.type_in(target)


def _pieces(text: str) -> Iterator[str]:
    """The text as it is; cut only where its characters count double."""
    while len(text.encode("utf-16-le", "replace")) // 2 > _MOST_UNITS:
        yield text[: _MOST_UNITS // 2]
        text = text[_MOST_UNITS // 2 :]
    if text:
        yield text
