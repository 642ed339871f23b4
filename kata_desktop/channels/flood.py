"""Limits of what comes in: size, pace and backlog. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LONGEST_BYTES = 64 * 1024
"""Of one message's text, in UTF-8."""
MOST_A_MINUTE = 20
"""Messages that one sender may write in a minute."""
MOST_QUEUED = 200
"""Messages of one channel and workspace that may wait for their answers."""
MINUTE = timedelta(minutes=1)
_CUT = "…"


@dataclass(frozen=True, kw_only=True, slots=True)
class TooMuch:
    """A message that is kept but not taken on."""

    reason: str
    """For the owner."""
    notice: str
    """For the writer, once a minute at most."""


def too_long(text: str) -> TooMuch | None:
    """Judge the size of a message."""
    if len(text.encode("utf-8", "replace")) <= LONGEST_BYTES:
        return None
    limit = f"{LONGEST_BYTES // 1024} KB"
    return TooMuch(
        reason=f"It was longer than {limit}, so it was cut and not taken on.",
        notice=f"Your message is longer than {limit}, so I did not read it; please send it in smaller pieces.",
    )


def too_fast(in_a_minute: int) -> TooMuch | None:
    """Judge the pace of a sender who has written so often within a minute, this message included."""
    if in_a_minute <= MOST_A_MINUTE:
        return None
    return TooMuch(
        reason=f"Its sender wrote more than {MOST_A_MINUTE} messages within a minute.",
        notice="You write faster than I can answer, so I left some messages out; please wait a minute.",
    )


def too_many(queued: int) -> TooMuch | None:
    """Judge the backlog: `queued` messages wait for their answers."""
    if queued < MOST_QUEUED:
        return None
    return TooMuch(
        reason=f"{MOST_QUEUED} messages waited for their answers already.",
        notice="I have too much to answer just now, so I left your message out; please try again later.",
    )


def kept_text(text: str) -> str:
    """The text as it is kept: what is far too long is cut, and is still too long."""
    encoded = text.encode("utf-8", "replace")
    if len(encoded) <= LONGEST_BYTES:
        return encoded.decode("utf-8").replace("\x00", "")
    return encoded[:LONGEST_BYTES].decode("utf-8", "ignore").replace("\x00", " ") + _CUT * 2


def minute_of(now: datetime) -> str:
    """The minute that a notice is counted in."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M}"
