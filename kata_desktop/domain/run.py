"""Runs: what became of one occurrence of a task."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class RunState(StrEnum):
    """Where a run stands."""

    QUEUED = "queued"
    """Waiting for its time, a free place, a retry or the run before it."""
    RUNNING = "running"
    """Claimed by a process under a lease."""
    PARKED = "parked"
    """Waiting for a person; holds no place in the concurrency limit."""
    DONE = "done"
    """Ended, with a terminal reason."""


class Source(StrEnum):
    """What made a run start."""

    SCHEDULE = "schedule"
    """Its trigger, on time."""
    CATCH_UP = "catch-up"
    """Its trigger, late: the computer slept, was off or busy."""
    MANUAL = "manual"
    """A person asked for it."""
    TEST = "test"
    """A test run from the dialog; counts for nothing."""
    RETRY = "retry"
    """A person asked to repeat a finished run."""
    EVENT = "event"
    """An event its trigger names."""
    DEPENDENCY = "dependency"
    """Another task finished."""
    HEARTBEAT = "heartbeat"
    """A heartbeat of the system."""
    AGENT = "agent"
    """An agent asked for it."""
    PLUGIN = "plugin"
    """A plugin asked for it."""
    MESSAGE = "message"
    """A person's reply in a session or channel."""


class Reason(StrEnum):
    """How a run ended; exactly one for every run."""

    COMPLETED = "completed"
    """The handler returned a result."""
    FAILED = "failed"
    """The handler failed and no retry was left."""
    TIMED_OUT = "timed out"
    """The time limit passed."""
    CANCELLED = "cancelled by user"
    """A person stopped it."""
    INTERRUPTED = "interrupted"
    """The process died in the middle of it."""
    SKIPPED_RUNNING = "skipped: still running"
    """The run before it was still going."""
    SKIPPED_HOURS = "skipped: outside active hours"
    """The task's active hours excluded it."""
    SKIPPED_PAUSED = "skipped: paused"
    """The task, its workspace or everything was paused."""
    SKIPPED_PLUGIN_OFF = "skipped: plugin off"
    """The handler's plugin was switched off."""
    SKIPPED_BUDGET = "skipped: over budget"
    """A quota was used up."""
    SKIPPED_CONDITION = "skipped: condition not met"
    """The condition that gates it said no."""
    MISSED = "missed"
    """The computer slept or was off and the catch-up rule did not ask for it."""
    EXPIRED = "expired"
    """A one-time occurrence was found too late to be caught up."""
    SUPERSEDED = "superseded"
    """A newer occurrence took its place."""
    ABANDONED = "abandoned"
    """It ignored cancellation; anything it still returns is refused."""
    NEEDS_REVIEW = "needs review"
    """It was interrupted after something that cannot be repeated had begun; a person decides."""


SKIPS = frozenset(
    {
        Reason.SKIPPED_RUNNING,
        Reason.SKIPPED_HOURS,
        Reason.SKIPPED_PAUSED,
        Reason.SKIPPED_PLUGIN_OFF,
        Reason.SKIPPED_BUDGET,
        Reason.SKIPPED_CONDITION,
        Reason.MISSED,
        Reason.EXPIRED,
        Reason.SUPERSEDED,
    }
)
"""Reasons that say "it did not run"."""

FAILURES = frozenset({Reason.FAILED, Reason.TIMED_OUT, Reason.ABANDONED, Reason.INTERRUPTED, Reason.NEEDS_REVIEW})
"""Reasons that ask for a person's attention."""


class Delivery(StrEnum):
    """What became of a run's result on its way to people; independent of how the run ended."""

    NONE = "none"
    """Nothing was to be delivered."""
    SUPPRESSED = "suppressed"
    """Nothing to report, or the same as last time."""
    PENDING = "pending"
    """In the outbox, not delivered yet."""
    DELIVERED = "delivered"
    """Every target confirmed it."""
    FAILED = "failed"
    """At least one target refused it for good."""
    UNKNOWN = "unknown"
    """A target may or may not have got it and cannot be asked; never resent blindly."""
    DROPPED = "dropped"
    """Withdrawn before it was sent."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """What a run consumed."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost_microdollars: int | None = None
    """Millionths of a US dollar; None when the model's price is not known."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One occurrence of a task, or one group of occurrences that did not run."""

    id: str
    task_id: str
    task_name: str
    """The task's name at the time of the run."""
    workspace_id: str
    revision: int
    """The revision of the task's spec that this run uses."""
    slot: datetime
    """Nominal instant, UTC; unique per task."""
    source: Source
    state: RunState
    reason: Reason | None = None
    """Set exactly when `state` is DONE."""
    detail: str = ""
    """One sentence for a person: why it ended so, or why it did not run."""
    error_kind: str = ""
    """Machine-readable kind of the failure, such as ``bad-key``; empty otherwise."""
    count: int = 1
    """How many occurrences this row stands for; above 1 only for skipped and missed ones."""
    first_slot: datetime | None = None
    """The oldest of them when `count` is above 1."""
    attempt: int = 0
    """Number of the latest attempt, from 1; 0 before the first."""
    available_at: datetime | None = None
    """Not claimed before this instant (jitter, stagger after wake, retry delay)."""
    created_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    working_seconds: float = 0.0
    """Time spent in attempts, on the monotonic clock, without the waiting between them."""
    progress: int | None = None
    """0 to 100, when the handler says so."""
    progress_text: str = ""
    output: str = ""
    usage: Usage = field(default_factory=Usage)
    delivery: Delivery = Delivery.NONE
    session_id: str = ""
    model: str = ""
    """Name of the model that answered."""
    cancel_requested: bool = False
    test: bool = False
    arguments: str = ""
    """JSON object given with this one run; empty for none."""
    retries_used: int = 0
    """Retries that were used up, automatic restarts after an interruption included."""

    @property
    def status(self) -> str:
        """One word for lists and filters: queued, running, waiting, succeeded, failed, timed-out, cancelled,
        interrupted, skipped, missed, needs-review.
        """
        match self.state, self.reason:
            case (RunState.DONE, None):
                return "failed"
            case (RunState.DONE, reason) if reason is not None:
                return ended_status(reason, self.error_kind)
            case (RunState.PARKED, _):
                return "waiting"
            case _:
                return self.state.value


STATUS_OF_REASON: dict[Reason, str] = {
    Reason.COMPLETED: "succeeded",
    Reason.FAILED: "failed",
    Reason.TIMED_OUT: "timed-out",
    Reason.CANCELLED: "cancelled",
    Reason.INTERRUPTED: "interrupted",
    Reason.SKIPPED_RUNNING: "skipped",
    Reason.SKIPPED_HOURS: "skipped",
    Reason.SKIPPED_PAUSED: "skipped",
    Reason.SKIPPED_PLUGIN_OFF: "skipped",
    Reason.SKIPPED_BUDGET: "skipped",
    Reason.SKIPPED_CONDITION: "skipped",
    Reason.MISSED: "missed",
    Reason.EXPIRED: "missed",
    Reason.SUPERSEDED: "skipped",
    Reason.ABANDONED: "failed",
    Reason.NEEDS_REVIEW: "needs-review",
}


def ended_status(reason: Reason, error_kind: str = "") -> str:
    """The `Run.status` of a run that ended so. One that failed before a newer occurrence took its place did fail."""
    if reason is Reason.SUPERSEDED and error_kind:
        return STATUS_OF_REASON[Reason.FAILED]
    return STATUS_OF_REASON[reason]


STATUSES = ("queued", "running", "waiting", *dict.fromkeys(STATUS_OF_REASON.values()))
"""Every word that `Run.status` can be."""
