"""From a stored task back to what a person would type for it: what an export holds and what a form is filled with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from kata_desktop.domain.task import TaskSpec
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.domain.trigger import Cron, Event, EventType, Interval, Once
from kata_desktop.scheduler.durations import duration_text
from kata_desktop.scheduler.event_texts import event_text
from kata_desktop.scheduler.numbers import dollars_text
from kata_desktop.scheduler.targets import target_text
from kata_desktop.scheduler.walltime import zone_info


def raw_of(spec: TaskSpec, *, workspace: str, task_names: Mapping[str, str], system_zone: str) -> TaskInput:
    """Every field of a spec as text. `task_names` (id → name) lets a chained task name its source on any computer."""
    hours = spec.active_hours
    return replace(
        _trigger(spec, task_names, system_zone),
        prompt=spec.prompt,
        name=spec.name,
        workspace=workspace,
        model=spec.model,
        thinking=spec.thinking,
        targets=tuple(target_text(target) for target in spec.targets),
        mode=spec.mode.value,
        approval_timeout=duration_text(spec.approval_timeout),
        approval_fallback=spec.approval_fallback,
        session=spec.session.value,
        only_when_changed=spec.only_when_changed,
        retries=str(spec.retry.retries),
        retry_delay=duration_text(spec.retry.base_delay),
        timeout=duration_text(spec.timeout),
        catch_up=spec.catch_up.value,
        window=duration_text(spec.window),
        overlap=spec.overlap.value,
        jitter=duration_text(spec.jitter),
        active_hours=f"{hours.start:%H:%M}-{hours.end:%H:%M}" if hours else "",
        outside_hours=hours.outside.value if hours else None,
        until=f"{spec.until.astimezone(UTC):%Y-%m-%dT%H:%M}Z" if spec.until else "",
        max_runs=_number(spec.max_runs),
        max_tokens_per_day=_number(spec.max_tokens_per_day),
        max_cost_per_day=(
            "" if spec.max_cost_per_day_microdollars is None else dollars_text(spec.max_cost_per_day_microdollars)
        ),
        tags=spec.tags,
    )


def _trigger(spec: TaskSpec, task_names: Mapping[str, str], system_zone: str) -> TaskInput:
    match spec.trigger:
        case Once() as once:
            return TaskInput(at=_moment(once, system_zone), zone=once.zone)
        case Interval(every=every):
            return TaskInput(every=duration_text(every))
        case Cron(expressions=expressions, zone=zone):
            return TaskInput(cron=expressions, zone=zone)
        case Event() as event:
            if event.type == EventType.TASK_FINISHED and event.source:
                event = replace(event, source=task_names.get(event.source, event.source))
            return TaskInput(on=event_text(event))


def _moment(once: Once, system_zone: str) -> str:
    """The wall-clock time, with the offset where it would mean two instants otherwise."""
    text = once.local.isoformat(timespec="seconds" if once.local.second else "minutes")
    info = zone_info(once.zone, system_zone)
    first, second = (once.local.replace(fold=fold, tzinfo=info).utcoffset() for fold in (0, 1))
    if first == second:
        return text
    return datetime.isoformat(once.local.replace(tzinfo=info), timespec="minutes")


def _number(value: int | None) -> str:
    return "" if value is None else str(value)
