"""What a decision about occurrences depends on, and what it consists of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kata_desktop.domain.run import Reason, Source


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenRun:
    """A run of the task that has not ended."""

    id: str
    started: bool
    """False while it only waits."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Spent:
    """A quota that is used up."""

    whose: str
    """Id of the workspace or task that it belongs to: people are told once of each."""
    name: str
    sentence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Situation:
    """What the decision depends on besides the task."""

    now: datetime
    system_zone: str
    paused: str = ""
    """Why nothing may run, as a sentence; empty when it may."""
    handler_on: bool = True
    spent: Spent | None = None
    """Which quota is used up; None when none is."""
    open_runs: tuple[OpenRun, ...] = ()
    catch_ups_before: int = 0
    """Caught-up runs already planned in this round: they are started one after the other."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """One history row to insert: a run to start (`reason` is None) or the record of why it did not run."""

    slot: datetime
    source: Source = Source.SCHEDULE
    reason: Reason | None = None
    detail: str = ""
    count: int = 1
    first_slot: datetime | None = None
    available_at: datetime | None = None
    after_run: str = ""
    """Id of a run that must end first."""
    after_previous: bool = False
    """Starts after the run planned just before it in the same decision."""
    spent: Spent | None = None
    """With `Reason.SKIPPED_BUDGET`: which quota."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What becomes of a task whose time has come."""

    rows: tuple[Planned, ...] = ()
    next_slot: datetime | None = None
    due_at: datetime | None = None
    cancel: tuple[str, ...] = ()
    """Runs to stop because this one replaces them."""

    @property
    def finished(self) -> bool:
        """Whether no occurrence is left."""
        return self.next_slot is None
