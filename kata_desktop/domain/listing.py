"""Queries and rows for lists: what pages and list verbs ask for and get."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kata_desktop.domain.run import Run
from kata_desktop.domain.task import Task


class TaskFilter(StrEnum):
    """The chips above the task list."""

    ALL = "all"
    """Every task that is not deleted."""
    ACTIVE = "active"
    """Those that will run."""
    ATTENTION = "attention"
    """Last run failed, waits for a person, was not delivered, or the task was paused for failing."""
    PAUSED = "paused"
    """Switched off."""
    FINISHED = "finished"
    """Nothing left to run."""


class TaskSort(StrEnum):
    """Orders of the task list."""

    NEXT_RUN = "next-run"
    NAME = "name"
    LAST_RUN = "last-run"
    CREATED = "created"


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskQuery:
    """Which tasks to list."""

    workspace_id: str = ""
    """Empty means all workspaces."""
    filter: TaskFilter = TaskFilter.ALL
    search: str = ""
    """Every word must occur in the name, prompt or tags, in any letter case."""
    sort: TaskSort = TaskSort.NEXT_RUN
    tag: str = ""
    limit: int = 1000
    offset: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskRow:
    """A task with what a list shows beside it."""

    task: Task
    sentence: str
    """The trigger in words."""
    last_run: Run | None = None
    """The newest run that is not a test."""
    active_run: Run | None = None
    """A run that is queued, running or parked now."""
    history: tuple[str, ...] = ()
    """Statuses of the last ten ended runs, oldest first, as `Run.status` spells them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskCounts:
    """Numbers on the chips."""

    all: int = 0
    active: int = 0
    attention: int = 0
    paused: int = 0
    finished: int = 0


class RunFilter(StrEnum):
    """The chips above the activity list."""

    ALL = "all"
    SUCCEEDED = "succeeded"
    """Succeeded, and its result is not known to have been lost on its way."""
    FAILED = "failed"
    """Failed, timed out, interrupted, abandoned, needs review, or not delivered."""
    WAITING = "waiting"
    """Parked."""
    SKIPPED = "skipped"
    """Skipped, missed, expired or superseded."""
    RUNNING = "running"
    """Queued or running."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RunQuery:
    """Which runs to list, newest first."""

    workspace_id: str = ""
    task_id: str = ""
    filter: RunFilter = RunFilter.ALL
    status: str = ""
    """An exact `Run.status`; empty means any."""
    since: datetime | None = None
    search: str = ""
    limit: int = 100
    offset: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class RunCounts:
    """Numbers on the activity page."""

    all: int = 0
    succeeded: int = 0
    failed: int = 0
    waiting: int = 0
    skipped: int = 0
    running: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class RunDay:
    """What happened on one calendar day of the computer's zone."""

    day: date
    counts: RunCounts = RunCounts()
    """Rows of the history by chip; one row may stand for many skipped occurrences."""
    working_seconds: float = 0.0
    """This and what follows only where it was asked for."""
    cost_microdollars: int = 0
    tokens: int = 0

    def rows(self, kind: RunFilter) -> int:
        """How many rows a chip shows of this day."""
        return int(getattr(self.counts, kind.value))
