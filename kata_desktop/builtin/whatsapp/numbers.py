"""Who is who in WhatsApp: numbers as people write them, ids as messages carry them, addresses as texts are sent to.

A person has a phone number and often a hidden id ("LID"); WhatsApp uses either. Kata's stable id is the number with
its plus sign, or, where WhatsApp hides that, ``123@lid``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

PEOPLE = "s.whatsapp.net"
HIDDEN = "lid"
GROUPS = "g.us"
OWN_CHAT = "me"
_PUNCTUATION = re.compile(r"[\s().\-/\u00a0\u2011]")
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_JID = re.compile(r"([0-9]{5,20})(?:[:.][0-9:.]+)?@(s\.whatsapp\.net|c\.us|lid)")
_GROUP = re.compile(r"[0-9]{5,25}(?:-[0-9]{5,20})?@g\.us")


def phone_number(typed: str) -> str:
    """``+4915123456789``; empty when it is no number with its country code."""
    text = _PUNCTUATION.sub("", typed)
    text = f"+{text[2:]}" if text.startswith("00") else text
    text = text if text.startswith("+") else f"+{text}"
    return text if _NUMBER.fullmatch(text) else ""


def sender_id(typed: str) -> str:
    """The stable id of somebody whom a person has named; what is none stays as it is, and matches nobody."""
    text = typed.strip()
    if found := _JID.fullmatch(text.lower()):
        return f"{found[1]}@lid" if found[2] == HIDDEN else f"+{found[1]}"
    return phone_number(text) or text


def stable_id(phone: str, lid: str, known: Iterable[str] = ()) -> str:
    """Of both ids of a person the one that is among the `known`; else the number, or the hidden id without one."""
    ids = [f"+{phone}"] * bool(phone) + [f"{lid}@{HIDDEN}"] * bool(lid)
    named = frozenset(known)
    return next((each for each in ids if each in named), ids[0] if ids else "")


def jid(address: str, own_phone: str) -> str:
    """Where a text goes: ``me``, a number, a group's id or a JID; empty when it is none of these."""
    text = address.strip()
    if text.casefold() == OWN_CHAT:
        return f"{own_phone}@{PEOPLE}" if own_phone else ""
    if _GROUP.fullmatch(text.lower()):
        return text.lower()
    who = sender_id(text)
    if who.endswith(f"@{HIDDEN}"):
        return who
    return f"{who[1:]}@{PEOPLE}" if _NUMBER.fullmatch(who) else ""
