"""From a plugin's words about a task to those that the scheduler checks for everybody."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from kata_desktop.domain.errors import FieldError, InvalidInput
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.plugins.ports import handler_address
from kata_desktop.plugins.scheduler_api import TaskDeclaration
from kata_desktop.scheduler.declared import Declared
from kata_desktop.scheduler.inputs.durations import duration_text


def principal_of(plugin_id: str) -> str:
    """Who owns the tasks of a plugin, as `Task.principal` has it."""
    return f"plugin:{plugin_id}"


def declared(declaration: TaskDeclaration, *, plugin_id: str, workspace_id: str) -> Declared:
    """What a plugin wants, for the scheduler. Raises `InvalidInput` for arguments that JSON cannot say."""
    return Declared(
        raw=task_input(declaration),
        handler=handler_address(plugin_id, declaration.handler, workspace_id),
        arguments=arguments_text(declaration.arguments),
        enabled=declaration.enabled,
    )


def task_input(declaration: TaskDeclaration) -> TaskInput:
    """The declaration as a person would have typed it; nothing is checked yet."""
    return TaskInput(
        name=declaration.name,
        prompt=declaration.description,
        cron=(declaration.cron,) if declaration.cron else None,
        every=declaration.interval or None,
        at=declaration.once_at or None,
        on=declaration.event or None,
        zone=declaration.timezone or None,
        retries=str(declaration.retry_attempts),
        retry_delay=_seconds(declaration.retry_delay),
        timeout=_seconds(declaration.timeout),
        jitter=_seconds(declaration.jitter),
        active_hours=declaration.active_hours,
        tags=tuple(declaration.tags),
        targets=tuple(declaration.targets),
    )


def arguments_text(arguments: Mapping[str, Any]) -> str:
    """Arguments as a JSON object. Raises `InvalidInput`."""
    try:
        return json.dumps(dict(arguments), ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        reason = "they hold what JSON cannot say; use texts, numbers, switches, lists and objects of them"
        raise InvalidInput(FieldError(field="arguments", label="Arguments", reason=reason)) from error


def _seconds(seconds: float) -> str:
    whole = seconds >= 0 and float(seconds).is_integer()
    return duration_text(timedelta(seconds=seconds)) if whole else f"{seconds:g}s"
