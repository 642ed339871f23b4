"""Tasks: a prompt (or another handler's work) with a trigger and the rules it is run under."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum

from kata_desktop.domain.trigger import Trigger

PROMPT_HANDLER = "prompt"
"""The handler that runs a task's prompt through its workspace's model."""


class TaskState(StrEnum):
    """Where a task stands in its life."""

    ACTIVE = "active"
    """It runs when its trigger says so."""
    PAUSED = "paused"
    """Switched off by a person or, with a reason, by a rule; its occurrences are recorded as skipped."""
    FINISHED = "finished"
    """No future occurrence is left; kept with its history."""
    DELETED = "deleted"
    """Tombstone: hidden, its history kept; undo restores it for 10 seconds."""


class CatchUp(StrEnum):
    """What to do with occurrences missed while the computer slept or was off."""

    ONCE = "once"
    """Run the newest missed one; the older ones become one row. The default."""
    SKIP = "skip"
    """Run none; they become one row."""
    ALL = "all"
    """Run them all, oldest first, at most ten; what is beyond becomes one row."""


class Overlap(StrEnum):
    """What to do when the previous run is still going."""

    SKIP = "skip"
    """Record the occurrence as skipped. The default."""
    QUEUE = "queue"
    """Keep one waiting; further ones are skipped."""
    RESTART = "restart"
    """Cancel the running one, then start."""
    PARALLEL = "parallel"
    """Start beside it, within the concurrency limits."""


class Mode(StrEnum):
    """How much a run may do without asking."""

    READ_ONLY = "read-only"
    """It may only read."""
    ASK = "ask"
    """It asks before it sends, writes or runs anything. The default."""
    AUTO = "auto"
    """It acts on its own within the task's capabilities."""


class OutsideHours(StrEnum):
    """What happens to an occurrence outside the active hours."""

    DEFER = "defer"
    """It waits for the start of the next window. The default."""
    SKIP = "skip"
    """It is recorded as skipped."""


class SessionUse(StrEnum):
    """Which conversation a run belongs to."""

    FRESH = "fresh"
    """Every run starts a conversation of its own. The default."""
    CONTINUE = "continue"
    """All runs go on in one conversation, so the model remembers the earlier ones."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ActiveHours:
    """A daily window in the task's zone; an end before the start wraps midnight, end is exclusive."""

    start: time
    end: time
    outside: OutsideHours = OutsideHours.DEFER


@dataclass(frozen=True, kw_only=True, slots=True)
class RetryPolicy:
    """Retries after a failure that came before any unrepeatable effect."""

    retries: int = 2
    """Further attempts after the first one, 0 to 10."""
    base_delay: timedelta = timedelta(minutes=1)
    """Before the first retry; doubles each time up to an hour."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """Where a result goes."""

    kind: str
    """``desktop``, or a channel's id such as ``slack``."""
    address: str = ""
    """The channel's own stable address; empty for the desktop."""
    title_only: bool = False
    """Leave the result's text out of the notification."""


DESKTOP = Target(kind="desktop")


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskSpec:
    """Everything a person (or plugin) decides about a task; saving it makes a new revision.

    A run keeps the spec of the revision it was started from, whatever is edited meanwhile.
    """

    name: str
    prompt: str
    trigger: Trigger
    workspace_id: str
    handler: str = PROMPT_HANDLER
    """Name of the registered handler; people make ``prompt`` tasks."""
    arguments: str = "{}"
    """JSON object handed to the handler; unused by prompts."""
    model: str = ""
    """Name of a configured model; empty means the workspace's default."""
    thinking: str = ""
    """Thinking level of the model (``low``, ``medium``, ``high``); empty means the model's own default."""
    targets: tuple[Target, ...] = (DESKTOP,)
    mode: Mode = Mode.ASK
    approval_timeout: timedelta = timedelta(minutes=30)
    """How long an approval waits for a person."""
    approval_fallback: str = "skip"
    """When nobody answers: ``skip`` the action and finish, or ``fail`` the run."""
    session: SessionUse = SessionUse.FRESH
    only_when_changed: bool = False
    """Do not deliver a result equal to the last one."""
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    timeout: timedelta = timedelta(minutes=15)
    """A run's time limit, measured on the monotonic clock; 1 second to 24 hours."""
    catch_up: CatchUp = CatchUp.ONCE
    window: timedelta = timedelta(days=7)
    """How late a missed occurrence may still be caught up."""
    overlap: Overlap = Overlap.SKIP
    jitter: timedelta = timedelta(0)
    """Upper bound of a random but stable delay."""
    active_hours: ActiveHours | None = None
    until: datetime | None = None
    """No occurrence after this instant (aware, UTC)."""
    max_runs: int | None = None
    """Finished after this many started scheduled runs."""
    max_tokens_per_day: int | None = None
    max_cost_per_day_microdollars: int | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """A stored task: its spec plus what the scheduler knows about it."""

    id: str
    spec: TaskSpec
    revision: int
    """Counts up with every saved edit, from 1."""
    state: TaskState
    created_at: datetime
    state_reason: str = ""
    """Why it is paused or finished, as a sentence; empty when a person paused it without one."""
    state_since: datetime | None = None
    next_slot: datetime | None = None
    """Nominal instant of the next occurrence; None when there is none (finished, event)."""
    due_at: datetime | None = None
    """When the scheduler acts on `next_slot`: the slot moved by active hours and jitter."""
    started_runs: int = 0
    """Scheduled runs that were started; this is what `max_runs` counts."""
    failures_in_row: int = 0
    principal: str = "owner"
    """Who made it: ``owner``, ``system``, ``plugin:<id>`` or ``agent:<session>``."""
    owner_key: str = ""
    """Stable key of a declared task (plugin decorator, heartbeat); unique per principal, empty for people's tasks."""
    unreadable: str = ""
    """Why this version cannot read what is stored of it, as a sentence; then `spec` only stands in, with the name,
    prompt, workspace and handler that are still known, and nothing may run or edit it. Empty for every other task.
    """
