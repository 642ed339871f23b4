"""Task specs and triggers as JSON text, there and back without losing anything.

Keys are the field names. Durations and aware instants are whole microseconds, times of day and local date-times ISO
text. A key that is missing means the field's default, so that fields can be added; a key that is not known is refused,
because ignoring it would change what a task does.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from kata_desktop.domain.errors import Bug
from kata_desktop.domain.task import (
    ActiveHours,
    CatchUp,
    Mode,
    OutsideHours,
    Overlap,
    RetryPolicy,
    SessionUse,
    Target,
    TaskSpec,
)
from kata_desktop.domain.trigger import Cron, Event, Interval, Once, Trigger
from kata_desktop.store.errors import SpecUnreadable
from kata_desktop.store.times import duration_to_us, from_us, to_us

Write = Callable[[Any], Any]
Read = Callable[[Any], Any]
Shape = Mapping[str, tuple[Write, Read]]
T = TypeVar("T")
Member = TypeVar("Member", bound=StrEnum)


def dump_spec(spec: TaskSpec) -> str:
    """The spec as JSON text; `load_spec` gives back an equal one."""
    return _text(_written(spec, _SPEC))


def load_spec(text: str) -> TaskSpec:
    """The spec behind JSON text; raises `SpecUnreadable` for anything it does not understand entirely."""
    return _understood(text, lambda data: TaskSpec(**_read(data, _SPEC, TaskSpec)))


def dump_trigger(trigger: Trigger) -> str:
    """The trigger as JSON text; `load_trigger` gives back an equal one."""
    return _text(_write_trigger(trigger))


def load_trigger(text: str) -> Trigger:
    """The trigger behind JSON text; raises `SpecUnreadable` for anything it does not understand entirely."""
    return _understood(text, _read_trigger)


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))  # ASCII carries even a lone surrogate


def _understood(text: str, read: Callable[[Any], T]) -> T:
    try:
        return read(json.loads(text))
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise SpecUnreadable(str(error)) from error


def _written(value: object, shape: Shape) -> dict[str, Any]:
    return {key: write(getattr(value, key)) for key, (write, _) in shape.items()}


def _read(data: object, shape: Shape, kind: type[Any]) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise TypeError(f"{kind.__name__} is no object")
    found = {}
    for key, value in data.items():
        if key not in shape:
            raise SpecUnreadable(f"“{key}” is not known")
        found[key] = shape[key][1](value)
    missing = [each.name for each in dataclasses.fields(kind) if _is_needed(each) and each.name not in found]
    if missing:
        raise SpecUnreadable(f"“{missing[0]}” is missing")
    return found


def _is_needed(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _same(value: Any) -> Any:
    return value


def _exactly(kind: type) -> Read:
    def read(value: Any) -> Any:
        if type(value) is not kind:  # bool is an int to isinstance, and would pass for a number
            raise TypeError(f"{kind.__name__} expected, found {value!r:.40}")
        return value

    return read


_read_text, _read_int, _read_bool = _exactly(str), _exactly(int), _exactly(bool)
_TEXT = (_same, _read_text)
_INT = (_same, _read_int)
_BOOL = (_same, _read_bool)


def _optional(codec: tuple[Write, Read]) -> tuple[Write, Read]:
    write, read = codec
    return (
        lambda value: None if value is None else write(value),
        lambda value: None if value is None else read(value),
    )


def _enum(kind: type[Member]) -> tuple[Write, Read]:
    return (lambda member: member.value), kind


def _many(codec: tuple[Write, Read]) -> tuple[Write, Read]:
    write, read = codec

    def read_many(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise TypeError(f"list expected, found {value!r:.40}")
        return tuple(read(item) for item in value)

    return (lambda items: [write(item) for item in items]), read_many


def _record(kind: type, shape: Shape) -> tuple[Write, Read]:
    return (lambda value: _written(value, shape)), (lambda data: kind(**_read(data, shape, kind)))


def _read_local(value: Any) -> datetime:
    local = datetime.fromisoformat(_read_text(value))
    if local.tzinfo is not None:
        raise ValueError("a local time has no zone")
    return local


def _read_pace(value: Any) -> timedelta:
    if _read_int(value) <= 0:
        raise ValueError("an interval has no length")
    return timedelta(microseconds=value)


def _write_once(trigger: Once) -> dict[str, Any]:
    local = trigger.local
    return {"kind": "once", "local": local.replace(fold=0).isoformat(), "fold": local.fold, "zone": trigger.zone}


def _read_once(data: Any) -> Once:
    found = _read(data, {"local": (_same, _read_local), "fold": _INT, "zone": _TEXT}, Once)
    fold = found.pop("fold", 0)
    return Once(**{**found, "local": found["local"].replace(fold=fold)})


_DURATION = (duration_to_us, lambda value: timedelta(microseconds=_read_int(value)))
_INSTANT = (to_us, lambda value: from_us(_read_int(value)))
_TIME = (time.isoformat, lambda value: time.fromisoformat(_read_text(value)))
_INTERVAL: Shape = {"every": (duration_to_us, _read_pace), "anchor": _INSTANT}
_CRON: Shape = {"expressions": _many(_TEXT), "zone": _TEXT}
_EVENT: Shape = {"type": _TEXT, "source": _TEXT, "filter": _TEXT, "debounce": _DURATION, "max_per_hour": _INT}


def _write_trigger(trigger: Trigger) -> dict[str, Any]:
    match trigger:
        case Once():
            return _write_once(trigger)
        case Interval():
            return {"kind": "interval", **_written(trigger, _INTERVAL)}
        case Cron():
            return {"kind": "cron", **_written(trigger, _CRON)}
        case Event():
            return {"kind": "event", **_written(trigger, _EVENT)}


def _read_trigger(data: Any) -> Trigger:
    if not isinstance(data, dict):
        raise TypeError("a trigger is no object")
    rest = {key: value for key, value in data.items() if key != "kind"}
    match data.get("kind"):
        case "once":
            return _read_once(rest)
        case "interval":
            return Interval(**_read(rest, _INTERVAL, Interval))
        case "cron":
            return Cron(**_read(rest, _CRON, Cron))
        case "event":
            return Event(**_read(rest, _EVENT, Event))
        case other:
            raise SpecUnreadable(f"the kind of trigger “{other}” is not known")


_TARGET: Shape = {"kind": _TEXT, "address": _TEXT, "title_only": _BOOL}
_RETRY: Shape = {"retries": _INT, "base_delay": _DURATION}
_HOURS: Shape = {"start": _TIME, "end": _TIME, "outside": _enum(OutsideHours)}
_SPEC: Shape = {
    "name": _TEXT,
    "prompt": _TEXT,
    "trigger": (_write_trigger, _read_trigger),
    "workspace_id": _TEXT,
    "handler": _TEXT,
    "arguments": _TEXT,
    "model": _TEXT,
    "thinking": _TEXT,
    "targets": _many(_record(Target, _TARGET)),
    "mode": _enum(Mode),
    "approval_timeout": _DURATION,
    "approval_fallback": _TEXT,
    "session": _enum(SessionUse),
    "only_when_changed": _BOOL,
    "retry": _record(RetryPolicy, _RETRY),
    "timeout": _DURATION,
    "catch_up": _enum(CatchUp),
    "window": _DURATION,
    "overlap": _enum(Overlap),
    "jitter": _DURATION,
    "active_hours": _optional(_record(ActiveHours, _HOURS)),
    "until": _optional(_INSTANT),
    "max_runs": _optional(_INT),
    "max_tokens_per_day": _optional(_INT),
    "max_cost_per_day_microdollars": _optional(_INT),
    "tags": _many(_TEXT),
}

for _kind, _shape in (
    (TaskSpec, _SPEC),
    (Target, _TARGET),
    (RetryPolicy, _RETRY),
    (ActiveHours, _HOURS),
    (Interval, _INTERVAL),
    (Cron, _CRON),
    (Event, _EVENT),
):
    if set(_shape) != {field.name for field in dataclasses.fields(_kind)}:
        raise Bug(f"the stored shape of {_kind.__name__} does not match its fields")
