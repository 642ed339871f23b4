"""The seam between the scheduler and whatever does the work: a handler is an async callable.

Prompts are one kind of handler; plugins and tests bring others.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from kata_desktop.domain.errors import KataError
from kata_desktop.domain.run import Source, Usage
from kata_desktop.domain.task import Target, TaskSpec


class RunContext(Protocol):
    """What a handler is given for one attempt. All methods may be called from the loop's thread only."""

    @property
    def task_id(self) -> str: ...
    @property
    def run_id(self) -> str: ...
    @property
    def spec(self) -> TaskSpec:
        """The snapshot of the task that this run uses."""
        ...

    @property
    def slot(self) -> datetime: ...
    @property
    def started_at(self) -> datetime: ...
    @property
    def attempt(self) -> int:
        """Number of this attempt, from 1."""
        ...

    @property
    def source(self) -> Source: ...
    @property
    def last_output(self) -> str:
        """Output of the task's last completed run; empty when there is none."""
        ...

    @property
    def session_id(self) -> str:
        """The conversation to go on with; empty for a fresh one."""
        ...

    @property
    def arguments(self) -> str:
        """JSON object given with this one run: a plugin's override, or ``{"reply": TEXT}`` when a person goes on in
        `session_id`; a channel's message adds ``"to": {"kind": …, "address": …}``, where the answer goes.
        """
        ...

    @property
    def cursor(self) -> str:
        """Where sliced work goes on; empty at the beginning."""
        ...

    @property
    def cancelled(self) -> bool:
        """True once this attempt was asked to stop; its task is cancelled as well."""
        ...

    def emit(self, text: str) -> None:
        """Show a piece of output live; it is not stored, the result is."""
        ...

    def progress(self, percent: int, text: str = "") -> None:
        """Store how far the work is, 0–100, and a sentence."""
        ...

    def log(self, level: str, text: str) -> None:
        """Store a log line (``debug``, ``info``, ``warning``, ``error``)."""
        ...

    async def note(self, text: str, *, ok: bool = True) -> None:
        """Record one line of "what happened"; durable when it returns."""
        ...

    async def effect(self, text: str) -> EffectHandle:
        """Record that an effect that cannot be repeated begins now; durable when it returns.

        From then on a crash of this attempt makes the run ``needs review`` instead of repeating it, and no retry
        happens.
        """
        ...


class EffectHandle(Protocol):
    """A begun effect."""

    async def done(self) -> None:
        """Record that the effect happened."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What a handler returns when it succeeded."""

    output: str = ""
    """What people read: plain text or Markdown."""
    title: str = ""
    """Headline of the notification; empty means the task's name."""
    usage: Usage = field(default_factory=Usage)
    suppress: str = ""
    """When not empty nothing is delivered, for this reason."""
    session_id: str = ""
    session_title: str = ""
    session_state: bytes = b""
    """The conversation after this run, as the agent wrote it; stored in the transaction that ends the run."""
    model: str = ""
    metrics: str = "{}"
    targets: tuple[Target, ...] | None = None
    """Where this one result goes, instead of the task's targets; None means those of the task."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Slice:
    """What a sliced handler returns after a step: committed before the next step starts."""

    cursor: str
    """Where the next step goes on."""
    input_hash: str
    """Hash of what this work is computed from; when it differs on resuming, a person is asked."""
    text: str = ""
    """What this step did, as a line of "what happened"."""
    output: str = ""
    """Partial output so far."""
    progress: int | None = None
    result: Result | None = None
    """Given with the last step."""


class HandlerError(KataError):
    """A handler failed in a way it understands."""

    def __init__(
        self,
        sentence: str,
        *,
        kind: str = "failed",
        retryable: bool = True,
        retry_at: datetime | None = None,
        wait_for_network: bool = False,
        usage: Usage | None = None,
    ) -> None:
        super().__init__(sentence)
        self.kind = kind
        """Machine-readable, such as ``bad-key``, ``rate-limited``, ``offline``."""
        self.retryable = retryable
        """Whether trying again later can help."""
        self.retry_at = retry_at
        """Not before this instant (aware, UTC), when the other side named one."""
        self.wait_for_network = wait_for_network
        """True when the run should wait for the network instead of using up a retry."""
        self.usage = usage or Usage()
        """What was consumed before it failed; counts like that of a run that succeeded."""


Handler = Callable[[RunContext], Awaitable[Result | Slice]]


@dataclass(frozen=True, kw_only=True, slots=True)
class HandlerSpec:
    """A registered handler."""

    name: str
    run: Handler
    sliced: bool = False
    """Called again after every `Slice` until one carries a result; resumed from the last cursor after a crash."""
    limited: bool = True
    """Takes a place in the concurrency limit, as everything that starts an agent does."""
    plugin_id: str = ""
