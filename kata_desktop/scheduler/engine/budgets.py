"""Quotas: is there room for one more run?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from kata_desktop.domain.task import TaskSpec
from kata_desktop.domain.workspace import Quotas
from kata_desktop.scheduler.policy.decision import Spent
from kata_desktop.store import usage, workspaces
from kata_desktop.store.connection import Connection


def day_start(now: datetime, system_zone: str) -> datetime:
    """The beginning of the computer's calendar day (UTC)."""
    local = now.astimezone(ZoneInfo(system_zone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0).astimezone(UTC)


def over_budget(db: Connection, task_id: str, spec: TaskSpec, now: datetime, system_zone: str) -> Spent | None:
    """Which quota is used up; None when there is room."""
    workspace = workspaces.get(db, spec.workspace_id)
    today = day_start(now, system_zone)
    if sentence := _workspace(db, workspace.id, workspace.quotas, now, today):
        return Spent(whose=workspace.id, name=workspace.name, sentence=sentence)
    if sentence := _task(db, task_id, spec, today):
        return Spent(whose=task_id, name=spec.name, sentence=sentence)
    return None


def _workspace(db: Connection, workspace_id: str, quotas: Quotas, now: datetime, today: datetime) -> str:
    most = quotas.runs_per_hour
    if most is not None and usage.runs_started(db, workspace_id, now - timedelta(hours=1), now) >= most:
        return f"The workspace has used its {most} runs an hour; raise the limit in its settings if that is too few."
    if quotas.tokens_per_day is None and quotas.cost_per_day_microdollars is None:
        return ""
    tokens, cost = usage.spent(db, today, workspace_id=workspace_id)
    return _spent("The workspace", tokens, cost, quotas.tokens_per_day, quotas.cost_per_day_microdollars)


def _task(db: Connection, task_id: str, spec: TaskSpec, today: datetime) -> str:
    if spec.max_tokens_per_day is None and spec.max_cost_per_day_microdollars is None:
        return ""
    tokens, cost = usage.spent(db, today, task_id=task_id)
    return _spent("The task", tokens, cost, spec.max_tokens_per_day, spec.max_cost_per_day_microdollars)


def _spent(who: str, tokens: int, cost: int, most_tokens: int | None, most_cost: int | None) -> str:
    if most_tokens is not None and tokens >= most_tokens:
        return f"{who} has used its {most_tokens:,} tokens for today; it goes on tomorrow, or raise the limit."
    if most_cost is not None and cost >= most_cost:
        return f"{who} has used its ${most_cost / 1e6:.2f} for today; it goes on tomorrow, or raise the limit."
    return ""
