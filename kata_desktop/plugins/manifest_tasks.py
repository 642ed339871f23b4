"""The scheduled tasks that a manifest declares; what their triggers say is checked when they are created."""

from __future__ import annotations

import json
import re
from datetime import timedelta

from kata_desktop.plugins.manifest_table import Table
from kata_desktop.plugins.scheduler_api import TaskDeclaration

_HANDLER = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_TRIGGERS = ("cron", "interval", "once_at", "event")
_DAY = timedelta(days=1)
_KEYS = (
    *("key", "name", "handler", *_TRIGGERS, "timezone", "arguments", "retry_attempts", "retry_delay", "timeout"),
    *("jitter", "active_hours", "tags", "description", "enabled", "targets"),
)


def tasks_in(top: Table) -> dict[str, TaskDeclaration]:
    """Read ``[[scheduled_tasks]]``, by their stable keys (the name, unless a key is given). Raises
    `ManifestInvalid`.
    """
    found: dict[str, TaskDeclaration] = {}
    for entry in top.entries("scheduled_tasks"):
        name = entry.text("name", longest=120)
        key = entry.text("key", name, longest=120)
        if key in found:
            raise entry.refused("key" if key != name else "name", f"“{key}” is declared twice")
        found[key] = _task(entry, name)
    return found


def _task(entry: Table, name: str) -> TaskDeclaration:
    triggers = {kind: entry.text(kind, "", longest=300) for kind in _TRIGGERS}
    given = [kind for kind, text in triggers.items() if text]
    if len(given) != 1:
        said = f"{' and '.join(given)} are given" if given else "none is given"
        raise entry.refused("", f"exactly one of {', '.join(_TRIGGERS)} is needed, but {said}")
    declaration = TaskDeclaration(
        name=name,
        handler=entry.word("handler", _HANDLER, "the name of a handler that the plugin registers"),
        cron=triggers["cron"],
        interval=triggers["interval"],
        once_at=triggers["once_at"],
        event=triggers["event"],
        timezone=entry.text("timezone", "", longest=60),
        arguments=_arguments(entry),
        retry_attempts=entry.number("retry_attempts", 0, least=0, most=10) or 0,
        retry_delay=_seconds(entry, "retry_delay", "60s", low=1, high=timedelta(hours=1)),
        timeout=_seconds(entry, "timeout", "5m", low=1, high=_DAY),
        jitter=_seconds(entry, "jitter", "0s", low=0, high=_DAY),
        active_hours=entry.text("active_hours", "", longest=40),
        tags=entry.texts("tags", longest=40),
        description=entry.text("description", "", longest=300),
        enabled=entry.flag("enabled", default=True),
        targets=entry.texts("targets", longest=300),
    )
    entry.done(_KEYS)
    return declaration


def _seconds(entry: Table, key: str, default: str, *, low: int, high: timedelta) -> float:
    return entry.duration(key, default, low=timedelta(seconds=low), high=high).total_seconds()


def _arguments(entry: Table) -> dict[str, object]:
    raw = entry.raw("arguments", {})
    if not isinstance(raw, dict):
        raise entry.refused("arguments", "it must be a table")
    try:
        json.dumps(raw, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise entry.refused("arguments", "it holds what JSON cannot say, such as a date") from error
    return raw
