"""What a transition of the scheduler sees of the world, and what it tells afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kata_desktop.domain.events import Event, OutboxChanged, RunChanged, TaskChange, TaskChanged
from kata_desktop.domain.handler import HandlerSpec
from kata_desktop.domain.run import Run
from kata_desktop.domain.task import Task, TaskSpec

LEASE = timedelta(seconds=90)
"""How long a claim holds without being renewed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class World:
    """The facts of one moment; a transition asks nobody else."""

    now: datetime
    system_zone: str
    boot_id: str
    handlers: Mapping[str, HandlerSpec]
    """Registered handlers by name; a task whose handler is not here belongs to a plugin that is off."""
    held: str = ""
    """What keeps everything from starting by itself besides pauses, as a sentence: the computer runs on battery."""
    steady: bool = True
    """Whether the clocks ran evenly long enough for every living process to have renewed its leases."""
    working_on: frozenset[str] = frozenset()
    """Runs that this process drives now."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Claimed:
    """A run this process has taken, with the snapshot it works under."""

    run: Run
    spec: TaskSpec
    handler: HandlerSpec
    last_output: str = ""
    cursor: str = ""
    input_hash: str = ""
    """Of the last committed slice, when sliced work is resumed."""


@dataclass(kw_only=True, slots=True)
class Told:
    """What a transition did, to be published after its commit."""

    events: list[Event] = field(default_factory=list)
    cancel: list[str] = field(default_factory=list)
    """Runs to stop because a newer occurrence takes their place."""
    stop: list[str] = field(default_factory=list)
    """Runs to stop because a person said so."""
    why: dict[str, str] = field(default_factory=dict)
    """Sentences for those of `stop` that no person stopped."""
    lost: list[str] = field(default_factory=list)
    """Runs to stop because they are not this process's any more."""
    claimed: list[Claimed] = field(default_factory=list)
    wake_at: datetime | None = None
    """When to look again; None when nothing is planned."""
    late: int = 0
    missed: int = 0
    more: bool = False
    """Whether there is more of the same to do at once."""
    waiting: bool = False
    """Whether runs whose time has come wait for a place or for one another."""
    alone: bool = False
    """Whether no other process works on the store."""

    def task(self, task: Task, change: TaskChange = TaskChange.ADVANCED) -> None:
        """The task changed."""
        self.events.append(TaskChanged(task_id=task.id, workspace_id=task.spec.workspace_id, change=change))

    def message(self, item_id: str, run_id: str) -> None:
        """A message was queued."""
        self.events.append(OutboxChanged(item_id=item_id, run_id=run_id))

    def run(self, run: Run) -> None:
        """The run changed."""
        self.events.append(
            RunChanged(
                run_id=run.id,
                task_id=run.task_id,
                workspace_id=run.workspace_id,
                state=run.state,
                reason=run.reason,
                source=run.source,
            )
        )
