"""Who may talk to Kata, and whether a message is meant for it. Pure; the default is no."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from kata_desktop.channels.patterns import matches_any
from kata_desktop.domain.channel import ChannelRules, ConversationKind, Message, Sender, SenderState

CODE_LENGTH = 8
CODE_LETTERS = "ABCDEFGHJKMNPQRTUVWXY34679"
"""Without what people mix up: I, L and 1, O and 0, S and 5, Z and 2, B and 8."""
CODE_HOLDS = timedelta(hours=1)
MOST_PENDING = 3
"""Requests that may wait per channel and account; further strangers are not answered."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Allow:
    """The sender may write here."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AskToPair:
    """A stranger is told a code, and the owner decides; the message is not processed."""

    code: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Ignore:
    """Nothing happens; nobody is told."""

    reason: str
    """One sentence for the owner."""


Verdict = Allow | AskToPair | Ignore


@dataclass(frozen=True, kw_only=True, slots=True)
class Circumstances:
    """What the decision about a sender needs besides the message."""

    rules: ChannelRules
    sender: Sender | None
    """What the owner decided, by the sender's stable id."""
    pending: int
    """Requests that wait already."""
    allow_list_only: bool
    """The channel does not offer pairing."""
    now: datetime


def new_code() -> str:
    """A pairing code that nobody can guess."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def judge(message: Message, at: Circumstances, *, code: Callable[[], str] = new_code) -> Verdict:
    """Decide whether the sender of a message may write; display names play no part."""
    state = None if at.sender is None else at.sender.state
    if state is SenderState.BLOCKED:
        return Ignore(reason="You blocked this sender.")
    if _may_write(message, at):
        return Allow()
    if state is SenderState.PENDING and at.sender is not None and (at.sender.expires_at or at.now) > at.now:
        return Ignore(reason="This sender waits for your decision.")
    return _stranger(message, at, code)


def _may_write(message: Message, at: Circumstances) -> bool:
    decided = at.sender if at.sender is not None and at.sender.state is SenderState.ALLOWED else None
    match message.kind:
        case ConversationKind.OWN:
            return True
        case ConversationKind.DIRECT:
            return message.sender in at.rules.allow or (decided is not None and decided.direct)
        case ConversationKind.GROUP:
            return message.sender in at.rules.allow_in_groups or (decided is not None and decided.group)
        case _:
            assert_never(message.kind)


def _stranger(message: Message, at: Circumstances, code: Callable[[], str]) -> Verdict:
    """Nobody becomes the owner, or is let in, by writing first."""
    if message.kind is ConversationKind.GROUP:
        return Ignore(reason="This sender is not allowed to write to Kata in groups.")
    if at.allow_list_only or not at.rules.pairing or _is_refused_here(at):
        return Ignore(reason="This sender is not allowed to write to Kata directly.")
    if at.pending >= MOST_PENDING:
        return Ignore(reason=f"{MOST_PENDING} others wait for your decision already.")
    return AskToPair(code=code(), expires_at=at.now + CODE_HOLDS)


def _is_refused_here(at: Circumstances) -> bool:
    """The owner has decided, and not for direct messages."""
    return at.sender is not None and at.sender.state is SenderState.ALLOWED


def not_for_us(message: Message, rules: ChannelRules) -> str:
    """Why an allowed sender's message is not meant for Kata; empty when it is."""
    if message.kind is ConversationKind.GROUP and rules.mention_needed and not message.mentioned:
        return "Kata was not mentioned."
    if not matches_any(message.text, rules.patterns):
        return "It matches none of the channel's patterns."
    return ""
