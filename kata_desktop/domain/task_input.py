"""What a person typed about a task, before it is checked: the dialog, the command line and the import all fill this in.

One checker (`scheduler.inputs`) turns it into a `TaskSpec` or says field by field what is wrong, so the three give
the same answers.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskInput:
    """Raw text of every field; None means "not given": the default, or on an edit the task's present value."""

    prompt: str | None = None
    name: str | None = None
    """Made from the prompt's first words when not given."""
    workspace: str | None = None
    """Name or id."""
    cron: tuple[str, ...] | None = None
    """One or more cron expressions; at most one of `cron`, `every`, `at`, `on`, `when` may be given."""
    every: str | None = None
    """A duration such as ``90m``."""
    at: str | None = None
    """Local date-time ``2026-11-21T09:00``, or with an offset."""
    on: str | None = None
    """``app-started``, ``computer-woke``, ``file-changed[:GLOB]``, ``task-finished[:TASK[:STATUS]]``."""
    when: str | None = None
    """Words: "every weekday at 9"."""
    zone: str | None = None
    model: str | None = None
    thinking: str | None = None
    targets: tuple[str, ...] | None = None
    """``desktop``, ``desktop:title`` or ``CHANNEL:ADDRESS``."""
    mode: str | None = None
    approval_timeout: str | None = None
    approval_fallback: str | None = None
    session: str | None = None
    only_when_changed: bool | None = None
    retries: str | None = None
    retry_delay: str | None = None
    timeout: str | None = None
    catch_up: str | None = None
    window: str | None = None
    overlap: str | None = None
    jitter: str | None = None
    active_hours: str | None = None
    """``08:00-20:00``; empty switches them off."""
    outside_hours: str | None = None
    until: str | None = None
    max_runs: str | None = None
    max_tokens_per_day: str | None = None
    max_cost_per_day: str | None = None
    """US dollars such as ``0.50``."""
    tags: tuple[str, ...] | None = None
