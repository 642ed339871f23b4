"""Slack's markup as it comes in, to plain text: control sequences become words."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

_CONTROL = re.compile(r"<([^<>]*)>")
_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_SELF = "\0"
"""Stands for the mention of Kata while a text is being read."""
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))  # & last: "&amp;lt;" was written as "&lt;"


def mentions(text: str, user: str) -> bool:
    """Whether somebody is spoken to by name."""
    return any(found == user for found in _PERSON.findall(text))


async def to_plain(text: str, *, own_user: str, name_of: Callable[[str], Awaitable[str]]) -> str:
    """The text as a person reads it, with the mention of Kata itself taken out."""
    names = {ident: await name_of(ident) for ident in set(_PERSON.findall(text)) - {own_user}}

    def shown(found: re.Match[str]) -> str:
        return _shown(found[1], own_user, names)

    plain = _CONTROL.sub(shown, text.replace(_SELF, ""))
    plain = re.sub(rf"^\s*{_SELF}[,:]?", "", plain)
    plain = re.sub(rf"[ \t]*{_SELF}[ \t]*", " ", plain)
    for entity, character in _ENTITIES:
        plain = plain.replace(entity, character)
    return plain.strip()


def _shown(inside: str, own_user: str, names: dict[str, str]) -> str:
    target, _, label = inside.partition("|")
    kind, rest = target[:1], target[1:]
    if kind == "@":
        return _SELF if rest == own_user else f"@{names.get(rest) or label or rest}"
    if kind == "#":
        return f"#{label or rest}"
    if kind == "!":
        word = rest.partition("^")[0]
        return label or f"@{word}"
    address = target.removeprefix("mailto:")
    return f"[{label}]({target})" if label and label not in (target, address) else address
