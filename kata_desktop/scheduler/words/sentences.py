"""Triggers and times in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import assert_never

from kata_desktop.domain.task import ActiveHours
from kata_desktop.domain.trigger import SYSTEM_ZONE, Cron, Event, EventType, Interval, Once, Trigger
from kata_desktop.scheduler.inputs.durations import pace_words
from kata_desktop.scheduler.inputs.zones import place
from kata_desktop.scheduler.occurrences.walltime import zone_info
from kata_desktop.scheduler.words.calendar_words import MONTHS, WEEKDAYS
from kata_desktop.scheduler.words.cron_sentences import cron_sentence

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_ENDINGS = {"succeeded": "succeeds", "failed": "fails"}
_NO_NAMES: Mapping[str, str] = {}


def sentence(
    trigger: Trigger,
    *,
    system_zone: str,
    now: datetime,
    hours: ActiveHours | None = None,
    task_names: Mapping[str, str] = _NO_NAMES,
    event_words: Mapping[str, str] = _NO_NAMES,
    channel_names: Mapping[str, str] = _NO_NAMES,
) -> str:
    """Say when a task runs, without a full stop; the zone is named when it is not the computer's own.

    `task_names` gives the names of tasks that an event may refer to by id, `event_words` what happens in events of
    plugins, as it follows "When", `channel_names` what people call channels.
    """
    match trigger:
        case Once():
            words = f"Once, {day_text(trigger.local, now.astimezone(zone_info(trigger.zone, system_zone)))}"
        case Interval():
            words = f"Every {pace_words(trigger.every)}"
        case Cron():
            words = cron_sentence(trigger.expressions)
        case Event():
            words = _event(trigger, task_names, event_words, channel_names)
        case _:
            assert_never(trigger)
    if hours:
        words += f", only between {hours.start:%H:%M} and {hours.end:%H:%M}"
    if isinstance(trigger, Once | Cron) and trigger.zone not in {SYSTEM_ZONE, system_zone}:
        words += f", {place(trigger.zone)} time"
    return words


def day_text(local: datetime, here: datetime) -> str:
    """Return "Sat 28 March at 17:00"; with the year when it is not the one of `here`."""
    year = f" {local.year}" if local.year != here.year else ""
    return f"{_weekday(local)[:3]} {local.day} {MONTHS[local.month - 1]}{year} at {local:%H:%M}"


def date_text(local: datetime) -> str:
    """Return "29 March"."""
    return f"{local.day} {MONTHS[local.month - 1]}"


def local_text(instant: datetime, *, zone: str, now: datetime) -> str:
    """Return a coming or past instant shortly: "12:00" today, "Wed 10:40" within a week, then "28 March 17:00"."""
    info = zone_info(zone, zone)
    local, here = instant.astimezone(info), now.astimezone(info)
    days = (local.date() - here.date()).days
    if days == 0:
        return f"{local:%H:%M}"
    if 0 < days <= 7:
        return f"{_weekday(local)[:3]} {local:%H:%M}"
    year = f" {local.year}" if local.year != here.year else ""
    return f"{date_text(local)}{year} {local:%H:%M}"


def relative(instant: datetime, now: datetime, *, zone: str = "UTC") -> str:
    """Return how far away an instant is: "in 1 h 18 min", "tomorrow", "in 4 days", "5 min ago".

    Beyond half a day the calendar of `zone` counts, not hours.
    """
    seconds = round((instant - now).total_seconds())
    info = zone_info(zone, zone)
    days = (instant.astimezone(info).date() - now.astimezone(info).date()).days
    if abs(seconds) < _MINUTE:
        return "now" if seconds >= 0 else "just now"
    if abs(seconds) >= _DAY // 2 and days:
        if abs(days) == 1:
            return "tomorrow" if days > 0 else "yesterday"
        return f"in {days} days" if days > 0 else f"{-days} days ago"
    span = _span(abs(seconds))
    return f"in {span}" if seconds > 0 else f"{span} ago"


def _span(seconds: int) -> str:
    hours, minutes = divmod(seconds // _MINUTE, 60)
    parts = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes)
    return " ".join(parts)


def _event(
    event: Event, names: Mapping[str, str], plugin_words: Mapping[str, str], channel_names: Mapping[str, str]
) -> str:
    channel = channel_names.get(event.source, event.source.capitalize())
    match event.type:
        case EventType.APP_STARTED:
            return "When Kata starts"
        case EventType.COMPUTER_WOKE:
            return "When the computer wakes"
        case EventType.FILE_CHANGED:
            return f"When {event.filter} changes" if event.filter else "When a file changes"
        case EventType.TASK_FINISHED:
            task = f"“{names.get(event.source, event.source)}”" if event.source else "any task"
            return f"When {task} {_ENDINGS.get(event.filter, 'finishes')}"
        case EventType.CONVERSATION:
            return f"When somebody writes in {channel}"
        case EventType.CHANNEL_MESSAGE:
            what = f"matches “{event.filter}”" if event.filter else "comes"
            return f"When a message in {channel or 'a channel'} {what}"
        case _:
            return _plugin_event(event, plugin_words.get(event.type, ""))


def _plugin_event(event: Event, happens: str) -> str:
    words = f"When {happens}" if happens else f"On {event.type.replace('-', ' ').replace('.', ' ')}"
    words += f" ({event.source})" if event.source else ""
    return f"{words}, matching “{event.filter}”" if event.filter not in {"", "any"} else words


def _weekday(local: datetime) -> str:
    return WEEKDAYS[local.isoweekday() % 7]
