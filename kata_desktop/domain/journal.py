"""What happened within a run: its attempts, its steps, and the lines that its handler logged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One try of a run."""

    run_id: str
    number: int
    started_at: datetime
    finished_at: datetime | None = None
    outcome: str = ""
    """``completed``, ``failed``, ``timed out``, ``cancelled``, ``interrupted``, ``abandoned``; empty while it goes
    on.
    """
    error_kind: str = ""
    error: str = ""


class StepKind(StrEnum):
    """What a step of a run was."""

    NOTE = "note"
    """Something worth telling: started, prompt sent, retried."""
    SLICE = "slice"
    """A committed piece of sliced work, with its cursor."""
    EFFECT = "effect"
    """An effect that cannot be repeated: recorded before it begins and again when it is done."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One line of "what happened"; also the journal that sliced work resumes from."""

    run_id: str
    number: int
    attempt: int
    kind: StepKind
    at: datetime
    text: str
    ok: bool | None = True
    """False for a failure, None while an effect has begun and is not known to be done."""
    input_hash: str = ""
    cursor: str = ""
    """Where sliced work goes on, as its handler wrote it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LogLine:
    """A line that a handler logged; numbered from 1 per run."""

    run_id: str
    number: int
    at: datetime
    level: str
    text: str
