"""The outbox: messages on their way to people, durable until their fate is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kata_desktop.domain.errors import KataError


class OutboxState(StrEnum):
    """Where a message stands."""

    PENDING = "pending"
    """To be sent, now or after a wait."""
    SENDING = "sending"
    """Handed to the other side; the answer is not known yet."""
    DELIVERED = "delivered"
    """The other side confirmed it."""
    FAILED = "failed"
    """Refused for good, or tried as often as allowed."""
    UNKNOWN = "unknown"
    """Interrupted between sending and the answer where nobody can be asked; a person decides."""
    DROPPED = "dropped"
    """Withdrawn."""


class NotificationKind(StrEnum):
    """What a notification is about; people switch each kind on and off."""

    RESULT = "result"
    """A task's result."""
    FAILURE = "failure"
    """A task failed twice in a row, or was paused for failing."""
    RECOVERY = "recovery"
    """A task that had failed works again."""
    MISSED = "missed"
    """What happened while the computer was away: one digest."""
    ATTENTION = "attention"
    """Something waits for a person: an approval, a review, a budget."""
    ANSWER = "answer"
    """What is said to somebody who wrote in a channel: nothing but the text itself goes out."""
    TROUBLE = "trouble"
    """The application itself has a problem: full disk, restored backup."""


ABOUT_PEOPLE = "pairing:"
"""How the key of every message about somebody who wants to write to Kata begins."""
ABOUT_CHANNEL = "rejected:"
"""How the key of every message about a channel that needs repair begins."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OutboxItem:
    """One message to one target."""

    id: str
    key: str
    """Idempotency key, unique, such as ``run_…:1:desktop``: the same thing is never queued twice."""
    kind: NotificationKind
    target_kind: str
    target_address: str = ""
    title: str
    body: str
    workspace_id: str = ""
    task_id: str = ""
    run_id: str = ""
    state: OutboxState = OutboxState.PENDING
    attempts: int = 0
    next_at: datetime | None = None
    last_error: str = ""
    created_at: datetime | None = None
    delivered_at: datetime | None = None
    parts_sent: int = 0
    """Parts of a long text that have surely arrived."""
    ask: bool = False
    """Uncertain, and the other side will be asked about it as soon as it can be."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OutboxQuery:
    """A part of the outbox, as a screen shows it."""

    workspace_id: str = ""
    """Messages of this workspace and those of none; empty for all."""
    states: tuple[OutboxState, ...] = ()
    """In any of these; none means in whatever state."""
    search: str = ""
    """Words that are all in title, text, target or the last error."""
    limit: int = 100
    offset: int = 0


class DeliveryError(KataError):
    """A sender could not deliver a message."""

    def __init__(
        self, sentence: str, *, retryable: bool = True, certain: bool = True, retry_after: timedelta | None = None
    ) -> None:
        super().__init__(sentence)
        self.retryable = retryable
        """Whether trying again later can help."""
        self.certain = certain
        """True when surely nobody got it; False when the other side may have it, so it must not be resent blindly."""
        self.retry_after = retry_after
        """Not before this much time has passed, when the other side said so."""
