"""What goes out: messages with their keys, the look for a key, the sign that an answer is being worked on."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kata_desktop.builtin.matrix.addresses import Address, parse_address
from kata_desktop.builtin.matrix.html import to_html
from kata_desktop.builtin.matrix.rooms import Rooms
from kata_desktop.builtin.matrix.threads import Threads
from kata_desktop.domain.channel import Message

if TYPE_CHECKING:
    from kata_desktop.builtin.matrix.client import MatrixClient

KEY = "org.kata.key"
"""Field of an event's content that carries the outbox's key."""
LONGEST = 8000
"""Characters of Markdown in one message: text and markup together stay below the 65,536 bytes of an event."""
_MOST_BYTES = 60_000
_LOOKUP_PAGES = 10
_TYPING = 120.0
"""Seconds for which a sign holds at most; homeservers allow no more."""


class Outgoing:
    """Writes as one account. All methods raise `MatrixRefusal`, `MatrixUnreachable`; with an address also
    `DeliveryError`.
    """

    def __init__(self, client: MatrixClient, own_user: str, rooms: Rooms, threads: Threads) -> None:
        self._client = client
        self._own_user = own_user
        self._rooms = rooms
        self._threads = threads

    async def send(self, address: str, text: str, key: str) -> None:
        """Deliver a message; see `ChannelAdapter.send`."""
        target = parse_address(address)
        room = await self._room(target) or await self._rooms.open_direct(target.person)
        if target.thread:
            self._threads.speaks(room, target.thread)
        content = await asyncio.to_thread(content_of, text, key, target.thread)  # some markup takes its time
        await self._client.send(room, content, transaction_of(key))

    async def lookup(self, address: str, key: str) -> bool | None:
        """Tell whether a message with this key arrived; None when that cannot be known."""
        room, start = await self._room(parse_address(address)), ""
        if not room:  # no room with that person yet, so nothing was said in it
            return False
        types = {"types": ["m.room.message"], "senders": [self._own_user]}
        for _ in range(_LOOKUP_PAGES):
            page = await self._client.messages(room, start, types=types)
            if any((event.get("content") or {}).get(KEY) == key for event in page.get("chunk", ())):
                return True
            start = str(page.get("end") or "")
            if not start:
                return False
        return None  # further back than we look

    async def working(self, message: Message, *, on: bool) -> None:
        """Show that Kata writes, or no longer."""
        await self._client.typing(message.conversation, self._own_user, on=on, seconds=_TYPING)

    async def notice(self, room: str, text: str, key: str) -> None:
        """Say something about Kata itself, as programs do: nobody is rung for it."""
        content = {"msgtype": "m.notice", "body": text, KEY: key, "m.mentions": {}}
        await self._client.send(room, content, transaction_of(key))

    async def _room(self, target: Address) -> str:
        """The room of an address; empty for somebody with whom there is none."""
        if target.alias:
            return await self._client.resolve(target.alias)
        return target.room or await self._rooms.find_direct(target.person)


def transaction_of(key: str) -> str:
    """The homeserver takes a transaction once, so a message that is sent again does not appear again."""
    return f"kata-{hashlib.sha256(key.encode()).hexdigest()[:40]}"


def content_of(text: str, key: str, thread: str) -> Mapping[str, Any]:
    """An event's content for a Markdown text. The empty list of mentions keeps names in it from ringing anybody."""
    content: dict[str, Any] = {"msgtype": "m.text", "body": text, KEY: key, "m.mentions": {}}
    html = to_html(text)
    if html != text:
        content |= {"format": "org.matrix.custom.html", "formatted_body": html}
        if len(json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")) > _MOST_BYTES:
            del content["format"], content["formatted_body"]
    if thread:
        content["m.relates_to"] = {
            "rel_type": "m.thread",
            "event_id": thread,
            "is_falling_back": True,
            "m.in_reply_to": {"event_id": thread},
        }
    return content
