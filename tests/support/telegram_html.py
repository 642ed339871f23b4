"""What Telegram makes of HTML: it takes few tags, each closed in its turn, and refuses everything else."""

from __future__ import annotations

import re
from html import unescape

_ATTRIBUTES = {"a": r'href="[^"]*"', "code": r'class="language-[^"]*"'}
_TAGS = frozenset({"b", "strong", "i", "em", "u", "s", "del", "code", "pre", "a", "blockquote"})
_TAG = re.compile(r"<(/?)([a-z]+)((?:\s[^<>]*)?)>")
_WRONG = re.compile(r"[<>]|&(?!(?:lt|gt|amp|quot|#\d+|#x[0-9a-f]+);)")


def shown_text(html: str) -> str:
    """The text without its tags. Raises `ValueError` for what Telegram does not parse."""
    open_tags: list[str] = []
    for found in _TAG.finditer(html):
        closing, name, rest = found[1], found[2], found[3].strip()
        if closing:
            if not open_tags or open_tags.pop() != name:
                raise ValueError(f"Unmatched end tag at byte offset {found.start()}")
        else:
            _check(name, rest, open_tags)
            open_tags.append(name)
    if open_tags:
        raise ValueError(f"Can't find end tag corresponding to start tag {open_tags[-1]}")
    plain = _TAG.sub("", html)
    if wrong := _WRONG.search(plain):
        raise ValueError(f"Unsupported {wrong[0]} at byte offset {wrong.start()}")
    return unescape(plain)


def _check(name: str, attributes: str, around: list[str]) -> None:
    if name not in _TAGS:
        raise ValueError(f"Unsupported start tag {name}")
    if attributes and not re.fullmatch(_ATTRIBUTES.get(name, ""), attributes):
        raise ValueError(f"Unsupported attribute {attributes}")
    if name == "blockquote" and name in around:
        raise ValueError("Can't nest blockquotes")
