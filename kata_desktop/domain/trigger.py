"""When a task runs: the trigger kinds and what each means.

All of them are values; `scheduler.occurrences` turns them into instants.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SYSTEM_ZONE = "system"
"""The zone name that follows the computer's own time zone, wherever it travels."""


class EventType(StrEnum):
    """Things that can start a task without a clock."""

    TASK_FINISHED = "task-finished"
    """A run of another task ended; the source is that task's id, the filter its status (``succeeded``, ``failed``,
    ``any``).
    """
    APP_STARTED = "app-started"
    """Kata's engine started."""
    COMPUTER_WOKE = "computer-woke"
    """The computer came back from sleep."""
    FILE_CHANGED = "file-changed"
    """A file in the workspace folder was created, changed or removed; the filter is a glob such as ``notes/*.md``."""
    CHANNEL_MESSAGE = "channel-message"
    """Somebody who may write to Kata wrote in a channel; the source is the channel, the filter a glob for a line of
    the text.
    """
    CONVERSATION = "conversation"
    """A message in a channel that is to be answered; belongs to the tasks that channels make for themselves, nobody
    else can choose it.
    """


@dataclass(frozen=True, kw_only=True, slots=True)
class EventKind:
    """A type of event that a plugin tells of; those of the scheduler itself are in `EventType`."""

    type: str
    """``<plugin>.<type>``, such as ``rss.new-entry``."""
    words: str
    """What happens, as it follows "When": "RSS finds a new entry"."""


CHOOSABLE = tuple(kind for kind in EventType if kind is not EventType.CONVERSATION)
"""What people may let a task wait for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Once:
    """One instant, given as wall-clock time in a zone."""

    local: datetime
    """Naive local date and time; `fold` tells which copy of a repeated hour is meant."""
    zone: str = SYSTEM_ZONE


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """Every so often, counted from an anchor: ``anchor + n × every``, without drift."""

    every: timedelta
    """From 1 minute to 366 days, whole seconds."""
    anchor: datetime
    """Aware, in UTC; the first occurrence is ``anchor + every`` (an anchor in the past only fixes the phase)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cron:
    """One or more five-field cron expressions in Debian's dialect; occurrences are their union.

    Weekly and monthly schedules are stored this way: several times of day that one expression cannot say become
    several.
    """

    expressions: tuple[str, ...]
    """Normalised: single spaces, upper-case names, no surrounding space."""
    zone: str = SYSTEM_ZONE


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something that happens, rather than a time."""

    type: str
    """An `EventType` value, or a type that a plugin declares."""
    source: str = ""
    """Who must have caused it (a task id, a channel); empty means anybody."""
    filter: str = ""
    """Narrows it further; its meaning belongs to the event type. Empty means all."""
    debounce: timedelta = timedelta(seconds=2)
    """Quiet time to wait for after the last event before the run starts."""
    max_per_hour: int = 60
    """More starts than this in an hour are recorded as skipped."""


Trigger = Once | Interval | Cron | Event
