"""Web API: chat.*, reactions.* and the assistant's status."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tests.support.slack_server.arguments import Arguments
from tests.support.slack_server.refusal import Refusal, bad_argument
from tests.support.slack_server.world import APP, BOT, BOT_USER, Conversation, World

LONGEST = 40_000
EVENT_TYPE = re.compile(r"[a-zA-Z0-9_.\-]{1,255}")
CONTROL = re.compile(r"<!(?:here|channel|everyone|subteam\^[A-Z0-9]+)[^>]*>")


class MessageMethods:
    """What a bot writes."""

    def __init__(self, world: World, said: Callable[[str, dict[str, Any]], None]) -> None:
        self._world = world
        self._said = said
        self.statuses: list[tuple[str, str, str]] = []
        """Channel, thread and text of every status that was set."""
        self.shouts: list[str] = []
        """Texts that called a whole channel."""
        self.table = {
            "chat.postMessage": self.post,
            "chat.update": self.update,
            "reactions.add": self.add_reaction,
            "reactions.remove": self.remove_reaction,
            "assistant.threads.setStatus": self.set_status,
        }

    def post(self, arguments: Arguments) -> dict[str, Any]:
        """Say something."""
        conversation = self._target(arguments.text("channel"))
        text = checked_text(arguments)
        more: dict[str, Any] = {"bot_id": BOT, "app_id": APP}
        if (metadata := checked_metadata(arguments)) is not None:
            more["metadata"] = metadata
        if CONTROL.search(text):
            self.shouts.append(text)
        thread_ts = arguments.text("thread_ts", "")
        message = self._world.say(conversation.id, BOT_USER, text, thread_ts=thread_ts, **more)
        self._said(conversation.id, message)
        return {"channel": conversation.id, "ts": message["ts"], "message": message}

    def _target(self, ident: str) -> Conversation:
        # Names are taken by the real one for old integrations only; an app that relies on that breaks on renaming.
        conversation = self._world.direct(ident) if ident.startswith("U") else self._world.conversation(ident)
        if BOT_USER not in conversation.members:
            raise Refusal("not_in_channel")
        if conversation.archived:
            raise Refusal("is_archived")
        return conversation

    def update(self, arguments: Arguments) -> dict[str, Any]:
        """Change an own message."""
        conversation = self._target(arguments.text("channel"))
        message = conversation.find(arguments.text("ts"))
        if message is None:
            raise Refusal("message_not_found")
        if message.get("bot_id") != BOT:
            raise Refusal("cant_update_message")
        message["text"] = checked_text(arguments)
        return {"channel": conversation.id, "ts": message["ts"], "text": message["text"]}

    def add_reaction(self, arguments: Arguments) -> dict[str, Any]:
        """React once."""
        message, name = self._reacted(arguments)
        names = message.setdefault("reactions", [])
        if name in names:
            raise Refusal("already_reacted")
        names.append(name)
        return {}

    def remove_reaction(self, arguments: Arguments) -> dict[str, Any]:
        """Take the reaction back."""
        message, name = self._reacted(arguments)
        if name not in message.get("reactions", []):
            raise Refusal("no_reaction")
        message["reactions"].remove(name)
        return {}

    def _reacted(self, arguments: Arguments) -> tuple[dict[str, Any], str]:
        conversation = self._target(arguments.text("channel"))
        name = arguments.text("name")
        if not re.fullmatch(r"[a-z0-9_+'\-]+", name):
            raise Refusal("invalid_name")
        message = conversation.find(arguments.text("timestamp"))
        if message is None:
            raise Refusal("message_not_found")
        return message, name

    def set_status(self, arguments: Arguments) -> dict[str, Any]:
        """Show what the bot does in a thread; an empty status clears it."""
        conversation = self._target(arguments.text("channel_id"))
        thread = arguments.text("thread_ts")
        if conversation.find(thread) is None:
            raise Refusal("invalid_thread_ts")
        if "status" not in arguments.values:  # it may be empty, which takes it away
            raise bad_argument("missing required field: status")
        self.statuses.append((conversation.id, thread, arguments.text("status", "")))
        return {}


def checked_text(arguments: Arguments) -> str:
    """The text of a message; refused when empty or too long."""
    text = arguments.text("text", "")
    if not text.strip():
        raise Refusal("no_text")
    if len(text) > LONGEST:
        raise Refusal("msg_too_long")
    return text


def checked_metadata(arguments: Arguments) -> dict[str, Any] | None:
    """The metadata of a message: a type and a flat object, nothing else."""
    metadata = arguments.mapping("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    event_type, payload = metadata.get("event_type"), metadata.get("event_payload")
    if set(metadata) != {"event_type", "event_payload"} or not isinstance(payload, dict):
        raise Refusal("invalid_metadata_format")
    if not isinstance(event_type, str) or not EVENT_TYPE.fullmatch(event_type):
        raise Refusal("invalid_metadata_format")
    if len(str(metadata)) > 8000:
        raise Refusal("metadata_too_large")
    return metadata
