"""Sessions: conversations that runs add to and people can read and continue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kata_desktop.domain.run import RunState

_LONGEST_TITLE = 60


def title_from(text: str) -> str:
    """What a conversation is called that begins with a text: one line, not too long."""
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST_TITLE else words[: _LONGEST_TITLE - 1].rstrip() + "…"


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


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionRow:
    """A conversation as a list shows it."""

    session: Session
    task_name: str = ""
    """Name of the task it belongs to; empty when that is gone."""
    last_words: str = ""
    """The beginning of the last answer, or why there was none."""
    run_state: RunState | None = None
    """Of its newest run; None when no run of it is left."""
    failed: bool = False
    """Whether its newest run ended without an answer."""
    waits_for: str = ""
    """Why its newest run has not begun, when more is known than that its turn comes."""


class Speaker(StrEnum):
    """Who said something in a conversation."""

    TASK = "task"
    """The prompt of its task, as it was sent."""
    OWNER = "owner"
    """The owner: in the app, or in their chat with themselves."""
    PERSON = "person"
    """Somebody in a channel, who may share it with others: see `Turn.name`."""
    KATA = "kata"
    """The model."""


class TurnState(StrEnum):
    """How far something that was said has got."""

    SAID = "said"
    """It is part of the conversation."""
    WAITING = "waiting"
    """The answer has not been begun: it waits for its turn or for another try."""
    GOING = "going"
    """The answer is being given."""
    FAILED = "failed"
    """There was no answer; `Turn.text` says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """One thing that was said, or is being said."""

    speaker: Speaker
    text: str
    """Markdown; empty where an answer is only beginning."""
    name: str = ""
    """With PERSON: what they call themselves, or the room when that is not known."""
    at: datetime | None = None
    state: TurnState = TurnState.SAID
    run_id: str = ""
    """The run that it belongs to; empty when that is not kept any more."""
