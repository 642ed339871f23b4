"""What goes out: messages with their keys, the look for a key, and the sign that an answer is being worked on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from kata_desktop.builtin.slack.addresses import Address, parse_address
from kata_desktop.builtin.slack.commands import CommandBook, Part
from kata_desktop.builtin.slack.directory import Directory
from kata_desktop.builtin.slack.errors import SlackRefusal, SlackUnreachable
from kata_desktop.builtin.slack.settings import Working
from kata_desktop.domain.channel import Message
from kata_desktop.plugins.sdk import ClockView

if TYPE_CHECKING:
    from kata_desktop.builtin.slack.client import SlackClient

EVENT_TYPE = "kata_message"
_LOOKUP_PAGES = 10
_EYES = "eyes"
_AT_WORK = "is working on it…"

Speaks = Callable[[str, str], Awaitable[None]]
"""Told of a conversation's thread before Kata says something in it: the reply may be there before the confirmation."""


class Outgoing:
    """Writes as one account. All methods raise `SlackRefusal` and `SlackUnreachable`."""

    def __init__(
        self, client: SlackClient, directory: Directory, commands: CommandBook, clock: ClockView, speaks: Speaks
    ) -> None:
        self._client = client
        self._directory = directory
        self._commands = commands
        self._clock = clock
        self._speaks = speaks

    async def send(self, address: str, text: str, key: str) -> None:
        """Deliver a message; see `ChannelAdapter.send`. Raises also `DeliveryError` for a wrong address."""
        target = parse_address(address)
        if target.command and await self._answered_in_place(target, text, key):
            return
        conversation = await self._conversation(target)
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": key}}
        if target.thread:
            await self._speaks(conversation, target.thread)
        await self._client.call(
            "chat.postMessage", channel=conversation, text=text, thread_ts=target.thread or None, metadata=metadata,
            unfurl_links=False, unfurl_media=False,
        )  # fmt: skip

    async def _answered_in_place(self, target: Address, text: str, key: str) -> bool:
        """Post where the command was typed; False when Slack does not take it there any more."""
        place = await self._commands.address(target.command, self._clock.now())
        if not place:
            return False
        await self._commands.note(target.command, key, Part.UNDER_WAY)
        try:
            await self._client.respond(place, text)
        except SlackRefusal as error:
            await self._commands.note(target.command, key, Part.UNKNOWN)
            if error.passes:
                raise
            return False  # expired or used up: a direct message reaches the same person
        except SlackUnreachable as error:
            if error.certain:
                await self._commands.note(target.command, key, Part.UNKNOWN)
            raise
        await self._commands.note(target.command, key, Part.ARRIVED)
        return True

    async def _conversation(self, target: Address) -> str:
        if target.person:
            return await self._directory.direct(target.person)
        return target.conversation or await self._directory.find(target.name)

    async def lookup(self, address: str, key: str) -> bool | None:
        """Tell whether a message with this key arrived; None when that cannot be known."""
        target = parse_address(address)
        if target.command:
            match await self._commands.part(target.command, key):
                case Part.ARRIVED:
                    return True
                case Part.UNDER_WAY:
                    return None
                case Part.UNKNOWN:
                    pass  # it may have gone to the writer's direct conversation
        conversation = await self._conversation(target)
        if target.thread:
            return await self._is_in("conversations.replies", key, channel=conversation, ts=target.thread)
        return await self._is_in("conversations.history", key, channel=conversation)

    async def _is_in(self, method: str, key: str, **place: str) -> bool | None:
        cursor = ""
        for _ in range(_LOOKUP_PAGES):
            page = await self._client.call(method, **place, include_all_metadata=True, limit=200, cursor=cursor or None)
            if any(_key_of(row) == key for row in page.get("messages", ())):
                return True
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return False
        return None  # further back than we look

    async def working(self, message: Message, how: Working, *, on: bool) -> None:
        """Show that an answer is on its way, or no longer."""
        conversation, _, ts = message.id.partition(":")
        if conversation == "command" or how is Working.NOTHING:
            return
        if how is Working.STATUS:
            await self._client.call(
                "assistant.threads.setStatus", channel_id=conversation, thread_ts=message.thread or ts,
                status=_AT_WORK if on else "",
            )  # fmt: skip
            return
        method = "reactions.add" if on else "reactions.remove"
        await self._client.call(method, channel=conversation, timestamp=ts, name=_EYES)


def _key_of(row: Mapping[str, Any]) -> str:
    metadata = row.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return ""
    return str((metadata.get("event_payload") or {}).get("key", ""))
