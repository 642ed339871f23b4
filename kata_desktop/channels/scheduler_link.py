"""What channels ask of the scheduler, which they do not know; bootstrap hands it over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from kata_desktop.domain.events import Event
from kata_desktop.domain.notification import OutboxItem
from kata_desktop.domain.run import Run
from kata_desktop.domain.task import Task, TaskSpec
from kata_desktop.store.connection import Connection

T = TypeVar("T")


class Moves(Protocol):
    """What may be done inside one transaction with the rows of other rooms; nothing is told before its end."""

    def declare(self, spec: TaskSpec, *, principal: str, owner_key: str) -> Task:
        """The task that `principal` owns under that key, made from `spec` when there is none yet."""
        ...

    def start(self, task: Task, *, arguments: str, session_id: str) -> Run:
        """Queue a run that answers a message. Raises `Refused` when it may not be."""
        ...

    def record_failure(self, task: Task, sentence: str, *, arguments: str, session_id: str) -> Run:
        """Put a run that never began into the history, as failed for the reason that is given."""
        ...

    def stop(self, run: Run, why: str) -> None:
        """Stop a run because a person said so; harmless when it has ended. `why` is the sentence that its row shows."""
        ...

    def emit(self, event_type: str, *, source: str, value: str, workspace_id: str) -> None:
        """Start the tasks of a workspace that wait for this event."""
        ...

    def tell(self, event: Event) -> None:
        """Publish an event once everything is durable."""
        ...

    def queue(self, item: OutboxItem) -> None:
        """Put a message into the outbox; nothing happens when its key was queued before."""
        ...


class SchedulerLink(Protocol):
    """The scheduler, as far as channels need it."""

    async def together(self, work: Callable[[Connection, Moves], T]) -> T:
        """Run `work` as one durable transaction, then tell and act on what it did. Raises `StoreTrouble`."""
        ...
