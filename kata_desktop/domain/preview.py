"""What will happen: the dialog's side panel, `next`, the calendar and the 24-hour strip."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kata_desktop.domain.errors import FieldError


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedRun:
    """One coming occurrence."""

    utc: datetime
    local: datetime
    """Aware, in the task's zone."""
    note: str = ""
    """Why it is special: "clocks go forward", "outside active hours, runs at 08:00"; empty otherwise."""
    struck: bool = False
    """True when active hours or an end hide it: it will not run at that time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What a task as typed would do; with errors the rest is empty."""

    errors: tuple[FieldError, ...] = ()
    sentence: str = ""
    """"Every Monday and Friday at 08:30, Berlin time.\""""
    runs: tuple[PlannedRun, ...] = ()
    clock_note: str = ""
    """"Clocks go forward on 29 March. Runs stay at 08:30 local time."; empty when none is near."""
    runs_per_month: float | None = None
    """Expected runs in 30 days; None for events and one-time tasks."""
    cost_note: str = ""
    """"About 13 runs and $0.40 a month"; empty when nothing is known."""
    hints: tuple[str, ...] = ()
    """Friendly advice, such as "every 24 hours drifts with clock changes; daily at 09:00 does not"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StripEntry:
    """A planned run on a time line of several tasks, or a few of one task that are close together."""

    at: datetime
    last_at: datetime
    """When the last of them starts; the same as `at` for a single one."""
    count: int = 1
    task_id: str
    task_name: str
    will_fail: bool = False
    """Its last run failed for a reason that is not mended yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SchedulerStatus:
    """The scheduler in one look."""

    paused_all: bool = False
    paused_until: datetime | None = None
    """End of the pause; None with `paused_all` means until somebody resumes."""
    paused_workspaces: tuple[tuple[str, datetime | None], ...] = ()
    """(workspace id, until) of workspaces paused on their own."""
    running: int = 0
    queued: int = 0
    waiting: int = 0
    """Parked runs that need a person."""
    next_task_id: str = ""
    next_task_name: str = ""
    next_at: datetime | None = None
    trouble: str = ""
    """One sentence when the store cannot be written or was restored; empty when all is well."""
    held: str = ""
    """Why nothing starts by itself although nobody paused it, as a sentence; empty otherwise."""
    offline: bool = False
    """True while runs wait for the network."""
