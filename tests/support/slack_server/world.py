"""A Slack workspace: people, conversations and what was said in them."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field
from typing import Any

from tests.support.slack_server.refusal import Refusal

TEAM = "T0ACME"
BOT_USER = "U0KATA"
BOT = "B0KATA"
APP = "A0KATA"


@dataclass(kw_only=True)
class User:
    """Somebody in the workspace."""

    id: str
    name: str
    display_name: str = ""
    is_bot: bool = False
    deleted: bool = False

    @property
    def wire(self) -> dict[str, Any]:
        """As users.info shows it."""
        profile = {"real_name": self.display_name or self.name, "display_name": self.display_name}
        return {
            "id": self.id, "team_id": TEAM, "name": self.name, "deleted": self.deleted, "is_bot": self.is_bot,
            "real_name": self.display_name or self.name, "profile": profile,
        }  # fmt: skip


@dataclass(kw_only=True)
class Conversation:
    """A channel, a group or a direct message."""

    id: str
    name: str = ""
    kind: str = "public_channel"
    """``public_channel``, ``private_channel``, ``im`` or ``mpim``."""
    members: set[str] = field(default_factory=set)
    archived: bool = False
    messages: list[dict[str, Any]] = field(default_factory=list)
    """In order; thread replies among them."""

    @property
    def event_type(self) -> str:
        """The ``channel_type`` of its events."""
        return {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}[self.kind]

    def wire(self) -> dict[str, Any]:
        """As conversations.info shows it."""
        shown: dict[str, Any] = {
            "id": self.id, "is_archived": self.archived, "is_member": BOT_USER in self.members,
            "is_channel": self.kind == "public_channel", "is_group": self.kind == "private_channel",
            "is_im": self.kind == "im", "is_mpim": self.kind == "mpim", "is_private": self.kind != "public_channel",
        }  # fmt: skip
        if self.kind == "im":
            return shown | {"user": next(iter(self.members - {BOT_USER}))}
        return shown | {"name": self.name, "name_normalized": self.name, "num_members": len(self.members)}

    def find(self, ts: str) -> dict[str, Any] | None:
        """The message of that timestamp."""
        return next((message for message in self.messages if message["ts"] == ts), None)


class World:
    """Everything that this Slack knows; survives its server going away."""

    def __init__(self) -> None:
        self.users: dict[str, User] = {}
        self.conversations: dict[str, Conversation] = {}
        self._last_ts = 0
        self._numbers = itertools.count(1)
        self.add_user("U0KATA", "kata", display_name="Kata", is_bot=True)

    def add_user(self, ident: str, name: str, *, display_name: str = "", is_bot: bool = False) -> User:
        """Let somebody join the workspace."""
        self.users[ident] = User(id=ident, name=name, display_name=display_name, is_bot=is_bot)
        return self.users[ident]

    def add_channel(self, ident: str, name: str, *members: str, private: bool = False) -> Conversation:
        """Open a channel; name `BOT_USER` among the members to have Kata in it."""
        kind = "private_channel" if private else "public_channel"
        self.conversations[ident] = Conversation(id=ident, name=name, kind=kind, members=set(members))
        return self.conversations[ident]

    def direct(self, user: str) -> Conversation:
        """The direct conversation of the bot with somebody; opened when there is none."""
        if user not in self.users or user == BOT_USER:
            raise Refusal("user_not_found")
        pair = {user, BOT_USER}
        for conversation in self.conversations.values():
            if conversation.kind == "im" and conversation.members == pair:
                return conversation
        ident = f"D0{user[1:]}"
        self.conversations[ident] = Conversation(id=ident, kind="im", members=pair)
        return self.conversations[ident]

    def conversation(self, ident: str) -> Conversation:
        """By its id only; what the bot cannot see does not exist."""
        found = self.conversations.get(ident)
        if found is None or (found.kind != "public_channel" and BOT_USER not in found.members):
            raise Refusal("channel_not_found")
        return found

    def next_ts(self) -> str:
        """A timestamp that nobody else has: seconds and microseconds, strictly growing."""
        now = time.time_ns() // 1000  # noqa: TID251 - Slack has a clock of its own
        self._last_ts = max(now, self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    @staticmethod
    def ago(seconds: float) -> str:
        """The timestamp of a moment that long ago."""
        return f"{time.time() - seconds:.6f}"  # noqa: TID251 - Slack has a clock of its own

    def next_id(self, prefix: str) -> str:
        """An identifier that nobody else has."""
        return f"{prefix}{next(self._numbers):08d}"

    def say(self, channel: str, user: str, text: str, *, thread_ts: str = "", **more: Any) -> dict[str, Any]:
        """Keep a message and update the thread it belongs to."""
        conversation = self.conversations[channel]
        message: dict[str, Any] = {"type": "message", "user": user, "text": text, "ts": self.next_ts(), "team": TEAM}
        message |= more
        if thread_ts:
            self._join_thread(conversation, message, thread_ts)
        conversation.messages.append(message)
        return message

    @staticmethod
    def _join_thread(conversation: Conversation, message: dict[str, Any], thread_ts: str) -> None:
        parent = conversation.find(thread_ts)
        if parent is None or parent.get("thread_ts", thread_ts) != thread_ts:
            raise Refusal("thread_not_found")
        message["thread_ts"] = thread_ts
        message["parent_user_id"] = parent["user"]
        parent["thread_ts"] = thread_ts
        parent["reply_count"] = parent.get("reply_count", 0) + 1
        parent["latest_reply"] = message["ts"]
