"""A spec written back as what a person would have typed: to fill the dialog, to duplicate, to export."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import TypedDict, assert_never

from kata_desktop.domain.task import ActiveHours, TaskSpec
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.domain.trigger import Cron, Event, Interval, Once, Trigger
from kata_desktop.scheduler.inputs.durations import duration_text
from kata_desktop.scheduler.inputs.event_texts import event_text
from kata_desktop.scheduler.inputs.numbers import dollars_text
from kata_desktop.scheduler.inputs.targets import target_text
from kata_desktop.scheduler.occurrences.walltime import Reading, instant_of, reading_of, zone_info

_NO_NAMES: Mapping[str, str] = {}


class _TriggerTexts(TypedDict, total=False):
    cron: tuple[str, ...]
    every: str
    at: str
    on: str
    zone: str


def input_of(
    spec: TaskSpec, *, system_zone: str, workspace: str = "", task_names: Mapping[str, str] = _NO_NAMES
) -> TaskInput:
    """Return the input that `inputs.check` turns into this spec again.

    `workspace` is written instead of the workspace's id when given; `task_names` replaces ids in events, for files that
    another computer reads.
    """
    return TaskInput(
        prompt=spec.prompt,
        name=spec.name,
        workspace=workspace or spec.workspace_id,
        model=spec.model,
        thinking=spec.thinking,
        targets=tuple(map(target_text, spec.targets)),
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
        active_hours=_hours(spec.active_hours),
        outside_hours=spec.active_hours.outside.value if spec.active_hours else None,
        until=f"{spec.until.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if spec.until else "",
        max_runs=_number(spec.max_runs),
        max_tokens_per_day=_number(spec.max_tokens_per_day),
        max_cost_per_day=""
        if spec.max_cost_per_day_microdollars is None
        else dollars_text(spec.max_cost_per_day_microdollars),
        tags=spec.tags,
        **_trigger(spec.trigger, system_zone, task_names),
    )


def _trigger(trigger: Trigger, system_zone: str, task_names: Mapping[str, str]) -> _TriggerTexts:
    match trigger:
        case Cron():
            return {"cron": trigger.expressions, "zone": trigger.zone}
        case Interval():
            return {"every": duration_text(trigger.every)}
        case Once():
            return {"at": _moment(trigger, system_zone), "zone": trigger.zone}
        case Event():
            named = Event(
                type=trigger.type, source=task_names.get(trigger.source, trigger.source), filter=trigger.filter
            )
            return {"on": event_text(named)}
        case _:
            assert_never(trigger)


def _moment(trigger: Once, system_zone: str) -> str:
    """Write the local time; with its offset where the clock shows it twice."""
    info = zone_info(trigger.zone, system_zone)
    timespec = "seconds" if trigger.local.second else "minutes"
    if reading_of(info, trigger.local) is Reading.OVERLAP:
        return instant_of(info, trigger.local).astimezone(info).isoformat(timespec=timespec)
    return trigger.local.replace(fold=0).isoformat(timespec=timespec)


def _hours(hours: ActiveHours | None) -> str:
    return f"{hours.start:%H:%M}-{hours.end:%H:%M}" if hours else ""


def _number(number: int | None) -> str:
    return "" if number is None else str(number)
