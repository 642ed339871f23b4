"""How much a run may still consume today."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from kata_desktop.agent.metering import Caps
from kata_desktop.domain.task import TaskSpec
from kata_desktop.store import usage, workspaces
from kata_desktop.store.connection import Connection


def caps_for(db: Connection, task_id: str, spec: TaskSpec, per_run: Caps, *, now: datetime, zone: str) -> Caps:
    """Return the nearest limits of run, task and workspace; a day is the computer's calendar day.

    What other runs consume at the same moment is not known here; it counts for the next run.
    """
    local = now.astimezone(ZoneInfo(zone))
    today = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0).astimezone(UTC)
    quotas = workspaces.get(db, spec.workspace_id).quotas
    caps = per_run
    if spec.max_tokens_per_day is not None or spec.max_cost_per_day_microdollars is not None:
        spent = usage.spent(db, today, task_id=task_id)
        caps = _nearer(caps, "The task", spent, spec.max_tokens_per_day, spec.max_cost_per_day_microdollars)
    if quotas.tokens_per_day is not None or quotas.cost_per_day_microdollars is not None:
        spent = usage.spent(db, today, workspace_id=spec.workspace_id)
        caps = _nearer(caps, "The workspace", spent, quotas.tokens_per_day, quotas.cost_per_day_microdollars)
    return caps


def _nearer(caps: Caps, whose: str, spent: tuple[int, int], tokens: int | None, money: int | None) -> Caps:
    tokens_left = None if tokens is None else tokens - spent[0]
    money_left = None if money is None else money - spent[1]
    both = Caps(tokens=_least(caps.tokens, tokens_left), microdollars=_least(caps.microdollars, money_left))
    changed = (both.tokens, both.microdollars) != (caps.tokens, caps.microdollars)
    return Caps(tokens=both.tokens, microdollars=both.microdollars, whose=whose if changed else caps.whose)


def _least(one: int | None, other: int | None) -> int | None:
    numbers = [number for number in (one, other) if number is not None]
    return min(numbers, default=None)
