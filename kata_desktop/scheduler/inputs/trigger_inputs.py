"""The "when" of an input: which trigger the fields cron, every, at, on, when and zone make together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from kata_desktop.domain.errors import FieldError, InvalidInput
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.domain.trigger import SYSTEM_ZONE, Cron, Event, Interval, Once, Trigger
from kata_desktop.scheduler.inputs.durations import EVERY, parse_duration
from kata_desktop.scheduler.inputs.event_texts import event_text, parse_event
from kata_desktop.scheduler.inputs.known import Known
from kata_desktop.scheduler.inputs.moments import parse_at, past
from kata_desktop.scheduler.inputs.zones import parse_zone
from kata_desktop.scheduler.occurrences.cron import confirm, parse_cron
from kata_desktop.scheduler.occurrences.walltime import instant_of, zone_info
from kata_desktop.scheduler.phrases.reading import parse_when
from kata_desktop.scheduler.policy.deciding import LATE_BY

MOST_EXPRESSIONS = 16
_KINDS = ("cron", "every", "at", "on", "when")


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """What a trigger's text is read against."""

    now: datetime
    system_zone: str
    known: Known
    current: Trigger | None
    """The trigger that an edited task has now."""


def parse_trigger(raw: TaskInput, around: Surroundings) -> Trigger:
    """Return the trigger that an input asks for; on an edit without any such field, the present one.

    Raises:
        InvalidInput: none, several at once, or one that is refused.
    """
    given = [kind for kind in _KINDS if getattr(raw, kind) is not None]
    if len(given) > 1:
        raise _refused(f"{' and '.join(given)} were given together. Use one of them")
    zone = parse_zone(raw.zone) if raw.zone is not None else _present_zone(around.current)
    if not given:
        if around.current is None:
            raise _refused("Not given. Say when: a time, an interval, a cron expression or an event")
        return _moved(around.current, zone, around)
    return _parse_kind(given[0], raw, zone, around)


def _parse_kind(kind: str, raw: TaskInput, zone: str, around: Surroundings) -> Trigger:
    match kind:
        case "cron":
            return _cron(raw.cron or (), zone)
        case "every":
            return _interval(raw.every or "", around)
        case "at":
            return _once(raw.at or "", zone, around)
        case "on" if isinstance(around.current, Event) and raw.on == event_text(around.current):
            return around.current  # also one that only Kata itself can choose
        case "on":
            return parse_event(raw.on or "", around.known)
        case _:
            return _words(raw.when or "", zone, around)


def _cron(texts: tuple[str, ...], zone: str) -> Cron:
    expressions = tuple(dict.fromkeys(_expression(text) for text in texts or ("",)))
    if len(expressions) > MOST_EXPRESSIONS:
        reason = f"{len(expressions)} expressions. Use at most {MOST_EXPRESSIONS}"
        raise InvalidInput(FieldError(field="cron", label="Cron expression", reason=reason))
    return Cron(expressions=expressions, zone=zone)


def _expression(text: str) -> str:
    expression = parse_cron(text)
    confirm(expression)
    return expression.text


def _interval(text: str, around: Surroundings) -> Interval:
    every = parse_duration(text, EVERY)
    if isinstance(around.current, Interval) and around.current.every == every:
        return around.current  # saving again must not shift its phase
    return Interval(every=every, anchor=around.now.replace(microsecond=0))


def _once(text: str, zone: str, around: Surroundings) -> Once:
    moment = parse_at(text, zone=zone, system_zone=around.system_zone, now=around.now)
    trigger = Once(local=moment.local, zone=zone)
    if moment.instant < around.now - LATE_BY and trigger != around.current:
        raise past("at", "Date and time", moment.local, around.now)
    return trigger


def _words(text: str, zone: str, around: Surroundings) -> Trigger:
    found = parse_when(text, now=around.now, zone=zone, system_zone=around.system_zone)
    if isinstance(found, FieldError):
        raise InvalidInput(found)
    return found


def _present_zone(current: Trigger | None) -> str:
    match current:
        case Once(zone=zone) | Cron(zone=zone):
            return zone
        case _:
            return SYSTEM_ZONE


def _moved(trigger: Trigger, zone: str, around: Surroundings) -> Trigger:
    """Return the trigger in another zone: the same wall-clock times there."""
    match trigger:
        case Once() if trigger.zone != zone:
            moved = replace(trigger, zone=zone)
            if instant_of(zone_info(zone, around.system_zone), trigger.local) < around.now - LATE_BY:
                raise past("zone", "Time zone", trigger.local, around.now)
            return moved
        case Cron():
            return replace(trigger, zone=zone)
        case Once() | Interval() | Event():
            return trigger


def _refused(reason: str) -> InvalidInput:
    return InvalidInput(FieldError(field="when", label="When", reason=reason, example="every weekday at 9"))
