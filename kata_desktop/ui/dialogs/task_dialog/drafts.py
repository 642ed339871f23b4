"""Raw texts of a new task, of a trigger, and what was changed between two inputs."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

from kata_desktop.domain.task import RetryPolicy, SessionUse, TaskSpec
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.domain.trigger import SYSTEM_ZONE, Trigger
from kata_desktop.scheduler.inputs.durations import duration_text
from kata_desktop.scheduler.inputs.spec_texts import input_of

if TYPE_CHECKING:
    from kata_desktop.domain.settings import Settings

TRIGGER_FIELDS = ("cron", "every", "at", "on", "when", "zone")
"""Fields that together say when; they are given together or not at all."""


def fresh_input(settings: Settings, workspace_id: str) -> TaskInput:
    """Return what an empty form holds: the defaults, written out."""
    retry = RetryPolicy()
    return TaskInput(
        prompt="", name="", workspace=workspace_id, cron=("0 9 * * 1-5",), zone=SYSTEM_ZONE, model="", thinking="",
        targets=("desktop",), mode="ask", approval_timeout="30m", approval_fallback="skip",
        session=SessionUse.FRESH.value, only_when_changed=False, retries=str(settings.default_retries),
        retry_delay=duration_text(retry.base_delay), timeout=f"{settings.default_timeout_minutes}m",
        catch_up=settings.default_catch_up, window="7d", overlap=settings.default_overlap, jitter="0m",
        active_hours="", outside_hours="defer", until="", max_runs="", max_tokens_per_day="", max_cost_per_day="",
        tags=(),
    )  # fmt: skip


def filled(raw: TaskInput, base: TaskInput) -> TaskInput:
    """Return `raw` with what it leaves open taken from `base`; the trigger comes from one of them alone."""
    given = {field.name for field in fields(TaskInput) if getattr(raw, field.name) is not None}
    if given.intersection(TRIGGER_FIELDS):
        given.update(TRIGGER_FIELDS)
    return replace(base, **{name: getattr(raw, name) for name in given})


def only_changes(now: TaskInput, before: TaskInput) -> TaskInput:
    """Return the fields that differ from `before`; those of the trigger come together."""
    same = {field.name for field in fields(TaskInput) if getattr(now, field.name) == getattr(before, field.name)}
    if not same.issuperset(TRIGGER_FIELDS):
        same.difference_update(TRIGGER_FIELDS)
    nothing: dict[str, None] = dict.fromkeys(same)
    return replace(now, **nothing)


def with_trigger(raw: TaskInput, trigger: Trigger, *, system_zone: str) -> TaskInput:
    """Return `raw` with another trigger."""
    said = input_of(TaskSpec(name="", prompt="", trigger=trigger, workspace_id=""), system_zone=system_zone)
    return replace(raw, **{name: getattr(said, name) for name in TRIGGER_FIELDS})
