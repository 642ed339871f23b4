"""Who there is in the local Telegram, and what its methods need."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

BOT_ID = 4242
BOT_NAME = "kata_bot"
TOKEN = f"{BOT_ID}:AAFtests-own-token_0123456789abcdefgh"
ALICE, BOB = 1001, 1002
GROUP, FORUM = -100500, -100600
NOW = 1_795_000_000
Parameters = Mapping[str, Any]
PARAMETERS = {
    "getMe": (set(), set()),
    "getUpdates": (set(), {"offset", "limit", "timeout", "allowed_updates"}),
    "sendMessage": (
        {"chat_id", "text"},
        {"parse_mode", "message_thread_id", "reply_parameters", "link_preview_options"},
    ),
    "sendChatAction": ({"chat_id", "action"}, {"message_thread_id"}),
    "setMessageReaction": ({"chat_id", "message_id"}, {"reaction", "is_big"}),
}  # fmt: skip
"""What each method needs, and may have."""


class Refusal(Exception):
    """An answer that is not a success."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.parameters = parameters


def person(who: int) -> dict[str, object]:
    """Somebody as a message tells of them."""
    return {"id": who, "is_bot": False, "first_name": {ALICE: "Alice", BOB: "Bob"}.get(who, "Stranger")}


def read_value(text: str) -> Any:
    """A parameter of a form: JSON where it is, text otherwise."""
    try:
        return json.loads(text)
    except ValueError:
        return text
