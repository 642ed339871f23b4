"""Workspaces: a name, a folder and the limits of what is done in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Quotas:
    """Limits per workspace; None means no limit."""

    tasks: int | None = 500
    """Tasks that may exist at once."""
    runs_per_hour: int | None = 120
    tokens_per_day: int | None = None
    """Input and output together; a day is the local calendar day of the computer."""
    cost_per_day_microdollars: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Workspace:
    """A place for tasks that belong together."""

    id: str
    name: str
    folder: str
    """Absolute path."""
    created_at: datetime
    model: str = ""
    """Name of the default model; empty means the application's default."""
    thinking: str = ""
    """Default level, as of a task: low, medium or high; empty leaves it to the model."""
    quotas: Quotas = field(default_factory=Quotas)
    concurrency: int = 2
    """Runs of this workspace at once."""
