"""Sessions: conversations that runs add to and people can read and continue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """A stored conversation."""

    id: str
    workspace_id: str
    title: str
    task_id: str = ""
    """The task whose runs it belongs to; empty for others."""
    created_at: datetime
    updated_at: datetime
    channel: str = ""
    """Id of the channel that it is held in; empty for conversations in the app."""
    conversation: str = ""
    """What the channel calls the room or the person; empty for conversations in the app."""
    closed: bool = False
    """It was reset: what follows begins another one; it can still be read and gone on with from the app."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionMessage:
    """One turn as a person reads it."""

    role: str
    """``user`` or ``assistant``."""
    text: str
    at: datetime | None = None
