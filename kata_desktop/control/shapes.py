"""The JSON that programs read: stable keys, times in ISO 8601 UTC with ``Z``, ids as opaque texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, assert_never

from kata_desktop.domain.run import Reason, Run
from kata_desktop.domain.task import ActiveHours, Task, TaskSpec, TaskState
from kata_desktop.domain.trigger import Cron, Event, Interval, Once, Trigger

if TYPE_CHECKING:  # a command shows one of them
    from kata_desktop.domain.journal import Attempt, LogLine, Step
    from kata_desktop.domain.listing import TaskRow
    from kata_desktop.domain.model import ModelConfig
    from kata_desktop.domain.notification import OutboxItem
    from kata_desktop.domain.preview import PlannedRun
    from kata_desktop.domain.session import Session, SessionMessage
    from kata_desktop.domain.workspace import Workspace

Shape = dict[str, object]

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "m"), (1, "s"))


def time_text(instant: datetime | None) -> str | None:
    """An instant as ``2026-11-21T08:00:00Z``; parts of a second only where there are any."""
    if instant is None:
        return None
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def span_text(span: timedelta) -> str:
    """A duration as it is typed: ``90m``, ``1h``, ``90s``."""
    seconds = int(span.total_seconds())
    for size, unit in _UNITS:
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return "0s"


def dollars(microdollars: int | None) -> float | None:
    """An amount in US dollars; None when it is not known."""
    return None if microdollars is None else microdollars / 1_000_000


def trigger_shape(trigger: Trigger) -> Shape:
    """A trigger with its kind."""
    match trigger:
        case Once():
            return {"kind": "once", "at": trigger.local.isoformat(), "zone": trigger.zone}
        case Interval():
            return {"kind": "interval", "every": span_text(trigger.every), "anchor": time_text(trigger.anchor)}
        case Cron():
            return {"kind": "cron", "expressions": list(trigger.expressions), "zone": trigger.zone}
        case Event():
            return {"kind": "event", "type": trigger.type, "source": trigger.source, "filter": trigger.filter}
        case _:
            assert_never(trigger)


def task_item(row: TaskRow, workspace_names: Mapping[str, str]) -> Shape:
    """A task as lists have it."""
    task, last = row.task, row.last_run
    return {
        "id": task.id,
        "name": task.spec.name,
        "workspace": workspace_names.get(task.spec.workspace_id, task.spec.workspace_id),
        "trigger": {"kind": "unreadable"} if task.unreadable else trigger_shape(task.spec.trigger),
        "sentence": row.sentence,
        "enabled": task.state is TaskState.ACTIVE,
        "state": task.state.value,
        "next_run": time_text(_next_run(task)),
        "last_run": time_text(last.started_at or last.slot) if last else None,
        "last_status": last.status if last else None,
    }


def task_details(row: TaskRow, workspace_names: Mapping[str, str]) -> Shape:
    """Everything about a task."""
    task = row.task
    return {
        **task_item(row, workspace_names),
        **_spec_shape(task.spec),
        "revision": task.revision,
        "created": time_text(task.created_at),
        "created_by": task.principal,
        "state_reason": task.state_reason,
        "state_since": time_text(task.state_since),
        "started_runs": task.started_runs,
        "failures_in_row": task.failures_in_row,
        "active_run": row.active_run.id if row.active_run else None,
        "history": list(row.history),
    }


def _next_run(task: Task) -> datetime | None:
    return (task.due_at or task.next_slot) if task.state is TaskState.ACTIVE else None


def _spec_shape(spec: TaskSpec) -> Shape:
    hours = spec.active_hours
    return {
        "prompt": spec.prompt,
        "model": spec.model,
        "thinking": spec.thinking,
        "targets": [_target_text(target.kind, target.address, title=target.title_only) for target in spec.targets],
        "mode": spec.mode.value,
        "approval_timeout": span_text(spec.approval_timeout),
        "approval_fallback": spec.approval_fallback,
        "session": spec.session.value,
        "only_when_changed": spec.only_when_changed,
        "retries": spec.retry.retries,
        "retry_delay": span_text(spec.retry.base_delay),
        "timeout": span_text(spec.timeout),
        "catch_up": spec.catch_up.value,
        "window": span_text(spec.window),
        "overlap": spec.overlap.value,
        "jitter": span_text(spec.jitter),
        "active_hours": _hours_text(hours),
        "outside_hours": hours.outside.value if hours else None,
        "until": time_text(spec.until),
        "max_runs": spec.max_runs,
        "max_tokens_per_day": spec.max_tokens_per_day,
        "max_cost_per_day": dollars(spec.max_cost_per_day_microdollars),
        "tags": list(spec.tags),
    }


def _target_text(kind: str, address: str, *, title: bool) -> str:
    if kind == "desktop":
        return "desktop:title" if title else "desktop"
    return f"{kind}:{address}"


def _hours_text(hours: ActiveHours | None) -> str | None:
    return f"{hours.start:%H:%M}-{hours.end:%H:%M}" if hours else None


def run_item(run: Run) -> Shape:
    """A run as lists have it."""
    tokens = run.usage.input_tokens + run.usage.output_tokens
    return {
        "id": run.id,
        "task": run.task_id,
        "slot": time_text(run.slot),
        "source": run.source.value,
        "attempt": run.attempt,
        "status": run.status,
        "reason": run.reason.value if run.reason else None,
        "started": time_text(run.started_at),
        "finished": time_text(run.finished_at),
        "duration_s": round(run.working_seconds, 3) if run.started_at and run.finished_at else None,
        "output": run.output,
        "error": run.detail or None if run.reason is not Reason.COMPLETED else None,
        "delivery": run.delivery.value,
        "tokens": tokens,
        "cost": dollars(run.usage.cost_microdollars),
    }


def run_details(run: Run, workspace: str, attempts: Sequence[Attempt], steps: Sequence[Step]) -> Shape:
    """Everything about a run but its log."""
    return {
        **run_item(run),
        "task_name": run.task_name,
        "workspace": workspace,
        "revision": run.revision,
        "count": run.count,
        "first_slot": time_text(run.first_slot),
        "error_kind": run.error_kind or None,
        "test": run.test,
        "model": run.model,
        "session": run.session_id or None,
        "progress": run.progress,
        "progress_text": run.progress_text,
        "available": time_text(run.available_at),
        "attempts": [_attempt_shape(attempt) for attempt in attempts],
        "steps": [
            {"at": time_text(step.at), "kind": step.kind.value, "text": step.text, "ok": step.ok} for step in steps
        ],
    }


def _attempt_shape(attempt: Attempt) -> Shape:
    return {
        "number": attempt.number,
        "started": time_text(attempt.started_at),
        "finished": time_text(attempt.finished_at),
        "outcome": attempt.outcome or None,
        "error": attempt.error or None,
    }


def log_shape(line: LogLine) -> Shape:
    """A line of a run's log."""
    return {"number": line.number, "at": time_text(line.at), "level": line.level, "text": line.text}


def planned_shape(run: PlannedRun) -> Shape:
    """A coming occurrence."""
    return {"utc": time_text(run.utc), "local": run.local.isoformat(), "note": run.note}


def workspace_shape(workspace: Workspace) -> Shape:
    """A workspace with its limits."""
    quotas = workspace.quotas
    return {
        "id": workspace.id,
        "name": workspace.name,
        "folder": workspace.folder,
        "model": workspace.model,
        "thinking": workspace.thinking,
        "concurrency": workspace.concurrency,
        "quotas": {
            "tasks": quotas.tasks,
            "runs_per_hour": quotas.runs_per_hour,
            "tokens_per_day": quotas.tokens_per_day,
            "cost_per_day": dollars(quotas.cost_per_day_microdollars),
        },
        "created": time_text(workspace.created_at),
    }


def model_shape(model: ModelConfig) -> Shape:
    """A model; its key is never told."""
    return {
        "name": model.name,
        "provider": model.provider.value,
        "model": model.model_id,
        "base_url": model.base_url,
        "thinking": model.thinking,
        "default": model.is_default,
    }


def message_shape(item: OutboxItem) -> Shape:
    """A message of the outbox."""
    return {
        "id": item.id,
        "kind": item.kind.value,
        "target": _target_text(item.target_kind, item.target_address, title=False),
        "title": item.title,
        "body": item.body,
        "state": item.state.value,
        "attempts": item.attempts,
        "task": item.task_id or None,
        "run": item.run_id or None,
        "created": time_text(item.created_at),
        "next_try": time_text(item.next_at) if item.state.value == "pending" else None,
        "delivered": time_text(item.delivered_at),
        "error": item.last_error or None,
    }


def sent_shape(item: OutboxItem) -> Shape:
    """What became of a message about a run."""
    target = _target_text(item.target_kind, item.target_address, title=False)
    return {"target": target, "state": item.state.value, "error": item.last_error or None}


def session_shape(session: Session, workspace: str) -> Shape:
    """A conversation without what was said."""
    return {
        "id": session.id,
        "workspace": workspace,
        "task": session.task_id or None,
        "title": session.title,
        "created": time_text(session.created_at),
        "updated": time_text(session.updated_at),
    }


def turn_shape(message: SessionMessage) -> Shape:
    """A turn of a conversation."""
    return {"role": message.role, "text": message.text, "at": time_text(message.at)}
