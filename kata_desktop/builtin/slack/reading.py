"""Slack's events and history rows, read into messages; the one place that knows their shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from kata_desktop.builtin.slack.addresses import command_address, thread_address
from kata_desktop.builtin.slack.blocks import text_in
from kata_desktop.builtin.slack.directory import Directory
from kata_desktop.builtin.slack.mrkdwn import mentions, to_plain
from kata_desktop.domain.channel import Attachment, ConversationKind, Message

CHANNEL = "slack"
_SAID = frozenset({"", "file_share", "thread_broadcast", "me_message"})
"""Subtypes of what a person says; all others tell of edits, joins, bots and the like."""
_COMMANDS = frozenset({"new", "reset", "stop", "status", "tasks", "help"})
"""Slack keeps messages that begin with a slash for itself, so these words alone after the slash command mean them."""


class Reader:
    """Reads for one account."""

    def __init__(
        self, *, account: str, own_user: str, directory: Directory, follows: Callable[[str, str], bool]
    ) -> None:
        """Args:
        account: team and bot user, see `Connected.account`.
        follows: tells whether replies in a conversation's thread count as spoken to Kata.
        """
        self._account = account
        self._own_user = own_user
        self._directory = directory
        self._follows = follows

    async def message(self, row: Mapping[str, Any], conversation: str) -> Message | None:
        """A message of a person; None for everything else (own, bots', edited, deleted, joined)."""
        ts, text = str(row.get("ts", "")), str(row.get("text") or "") or text_in(row.get("blocks"))
        if not self._is_said(row) or not ts:
            return None
        sender = str(row["user"])
        direct = conversation.startswith("D")
        thread = str(row.get("thread_ts") or "")
        named = row.get("type") == "app_mention" or mentions(text, self._own_user)
        spoken_to = named or (bool(thread) and self._follows(conversation, thread))
        thread = thread or ("" if direct else ts)
        return Message(
            id=f"{conversation}:{ts}",
            channel=CHANNEL,
            account=self._account,
            sender=sender,
            sender_name=await self._directory.person(sender),
            conversation=conversation,
            conversation_name=await self._directory.channel(conversation),
            kind=ConversationKind.DIRECT if direct else ConversationKind.GROUP,
            thread=thread,
            text=await self._plain(text),
            mentioned=direct or spoken_to,
            at=instant(ts),
            attachments=tuple(_attachment(file) for file in row.get("files") or ()),
            reply_address=thread_address(conversation, thread),
        )

    def _is_said(self, row: Mapping[str, Any]) -> bool:
        if row.get("type", "message") not in ("message", "app_mention") or str(row.get("subtype") or "") not in _SAID:
            return False
        if row.get("hidden") or row.get("bot_id") or not row.get("user"):
            return False
        return bool(row["user"] != self._own_user)

    async def _plain(self, text: str) -> str:
        return await to_plain(text, own_user=self._own_user, name_of=self._directory.person)

    async def command(self, payload: Mapping[str, Any], now: datetime) -> Message:
        """A slash command. Only its writer sees it and its answer, so it is a conversation of its own kind: direct,
        apart from what others say in that channel and from other people's commands there.
        """
        sender, conversation = str(payload["user_id"]), str(payload["channel_id"])
        trigger = trigger_of(payload)
        words = str(payload.get("text") or "").strip()
        text = f"/{words or 'help'}" if (words or "help").casefold() in _COMMANDS else words
        return Message(
            id=f"command:{trigger}",
            channel=CHANNEL,
            account=self._account,
            sender=sender,
            sender_name=str(payload.get("user_name") or "") or await self._directory.person(sender),
            conversation=conversation,
            conversation_name=await self._directory.channel(conversation),
            kind=ConversationKind.DIRECT,
            thread=f"command:{sender}",
            text=await self._plain(text),
            mentioned=True,
            at=now,
            reply_address=command_address(sender, trigger),
        )


def trigger_of(payload: Mapping[str, Any]) -> str:
    """What tells a slash command from all others; where a gateway leaves the trigger out, its address is as unique."""
    return str(payload.get("trigger_id") or str(payload["response_url"]).rpartition("/")[2])


def instant(ts: str) -> datetime:
    """The instant of a timestamp (UTC)."""
    return datetime.fromtimestamp(float(Decimal(ts)), UTC)


def _attachment(file: Mapping[str, Any]) -> Attachment:
    size = file.get("size")
    return Attachment(
        name=str(file.get("name") or file.get("title") or "file"),
        media_type=str(file.get("mimetype") or ""),
        size=size if isinstance(size, int) else None,
    )
