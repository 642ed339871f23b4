"""Web API: conversations.* and users.conversations."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from tests.support.slack_server.access import FAMILY, Access
from tests.support.slack_server.arguments import Arguments, cut_page
from tests.support.slack_server.refusal import Refusal
from tests.support.slack_server.world import BOT_USER, Conversation, World


class ConversationMethods:
    """Reading and opening conversations."""

    def __init__(self, world: World, access: Access) -> None:
        self._world = world
        self._access = access
        self.counts_replies = True
        """Whether the first message of a thread tells how many replies there are, and of when the last one is."""
        self.table = {
            "conversations.list": self.list_all,
            "conversations.history": self.history,
            "conversations.replies": self.replies,
            "conversations.info": self.info,
            "conversations.open": self.open,
            "users.conversations": self.list_own,
        }

    def list_all(self, arguments: Arguments) -> dict[str, Any]:
        """Public channels, and whatever else the bot is in."""
        return self._list(arguments, own=False)

    def list_own(self, arguments: Arguments) -> dict[str, Any]:
        """Only what the bot is in."""
        return self._list(arguments, own=True)

    def _list(self, arguments: Arguments, *, own: bool) -> dict[str, Any]:
        kinds = arguments.text("types", "public_channel").split(",")
        for kind in kinds:
            if kind not in FAMILY:
                raise Refusal("invalid_types")
            self._access.need(f"{FAMILY[kind]}:read")
        rows = [
            conversation.wire()
            for conversation in self._world.conversations.values()
            if conversation.kind in kinds
            and (BOT_USER in conversation.members or (not own and conversation.kind == "public_channel"))
            and not (arguments.switch("exclude_archived") and conversation.archived)
        ]
        page, cursor = cut_page(rows, arguments)
        return {"channels": page, "response_metadata": {"next_cursor": cursor}}

    def history(self, arguments: Arguments) -> dict[str, Any]:
        """Newest first, without thread replies."""
        conversation = self._readable(arguments)
        rows = [message for message in conversation.messages if _is_top(message) and _within(message, arguments)]
        return self._page(list(reversed(rows)), arguments)

    def replies(self, arguments: Arguments) -> dict[str, Any]:
        """The parent, then its replies, oldest first."""
        conversation = self._readable(arguments)
        parent = conversation.find(arguments.text("ts"))
        if parent is None:
            raise Refusal("thread_not_found")
        thread = parent.get("thread_ts", parent["ts"])
        rows = [
            message
            for message in conversation.messages
            if message.get("thread_ts") == thread and message["ts"] != thread and _within(message, arguments)
        ]
        return self._page([parent, *rows], arguments)

    def _page(self, rows: list[dict[str, Any]], arguments: Arguments) -> dict[str, Any]:
        page, cursor = cut_page(rows, arguments, most=999)
        if not arguments.switch("include_all_metadata"):
            page = [_without(row, "metadata") for row in page]
        if not self.counts_replies:
            page = [_without(row, "reply_count", "latest_reply") for row in page]
        return {"messages": page, "has_more": bool(cursor), "response_metadata": {"next_cursor": cursor}}

    def _readable(self, arguments: Arguments) -> Conversation:
        conversation = self._world.conversation(arguments.text("channel"))
        self._access.need_for(conversation, "history")
        if BOT_USER not in conversation.members:
            raise Refusal("not_in_channel")
        return conversation

    def info(self, arguments: Arguments) -> dict[str, Any]:
        """One conversation."""
        conversation = self._world.conversation(arguments.text("channel"))
        self._access.need_for(conversation, "read")
        return {"channel": conversation.wire()}

    def open(self, arguments: Arguments) -> dict[str, Any]:
        """The direct conversation with one person."""
        users = arguments.text("users").split(",")
        if len(users) != 1:
            raise Refusal("not_enough_users")
        return {"channel": {"id": self._world.direct(users[0]).id}}


def _without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in names}


def _is_top(message: dict[str, Any]) -> bool:
    return message.get("thread_ts", message["ts"]) == message["ts"] or message.get("subtype") == "thread_broadcast"


def _within(message: dict[str, Any], arguments: Arguments) -> bool:
    ts, inclusive = Decimal(message["ts"]), arguments.switch("inclusive")
    oldest, latest = _instant(arguments, "oldest", "0"), _instant(arguments, "latest", "99999999999")
    return oldest < ts < latest or (inclusive and ts in (oldest, latest))


def _instant(arguments: Arguments, name: str, default: str) -> Decimal:
    try:
        return Decimal(arguments.text(name, default))
    except InvalidOperation:
        raise Refusal(f"invalid_ts_{name}") from None
