"""The words of messages that carry them in blocks alone, in the markup that texts have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kata_desktop.builtin.slack.markup import escape

_LINES = frozenset({"rich_text_section", "rich_text_preformatted", "rich_text_quote", "section", "header", "context"})
"""Each of them stands on a line of its own."""
_HOLDS = ("elements", "fields", "text")


def text_in(blocks: Any) -> str:
    """All words, top to bottom; empty where there are none."""
    return _words(blocks).strip()


def _words(piece: Any) -> str:
    if isinstance(piece, list):
        return "".join(map(_words, piece))
    if not isinstance(piece, Mapping):
        return ""
    words = _word(piece) or "".join(_words(piece.get(key)) for key in _HOLDS)
    return f"{words}\n" if piece.get("type") in _LINES else words


def _word(piece: Mapping[str, Any]) -> str:
    match piece:
        case {"type": "text" | "plain_text", "text": str(text)}:
            return escape(text)
        case {"type": "mrkdwn", "text": str(text)}:
            return text
        case {"type": "user", "user_id": str(user)}:
            return f"<@{user}>"
        case {"type": "channel", "channel_id": str(channel)}:
            return f"<#{channel}>"
        case {"type": "broadcast", "range": str(whom)}:
            return f"<!{whom}>"
        case {"type": "emoji", "name": str(name)}:
            return f":{name}:"
        case {"type": "link", "url": str(url)}:
            return f"<{url}|{escape(piece['text'])}>" if piece.get("text") else f"<{url}>"
        case _:
            return ""
