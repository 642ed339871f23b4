"""Planned runs of several tasks on one time line."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kata_desktop.domain.errors import Bug, KataError
from kata_desktop.domain.preview import StripEntry
from kata_desktop.domain.run import FAILURES, STATUS_OF_REASON
from kata_desktop.domain.task import OutsideHours, Task, TaskSpec
from kata_desktop.scheduler.hours import due_at, outside_hours, window_start, zone_of
from kata_desktop.scheduler.occurrences.slots import MOMENT, count_between, latest_at_or_before, next_after
from kata_desktop.store.listing import Outlook

TOGETHER = timedelta(minutes=12)
"""Runs of one task this close share an entry: their dots could not be told apart."""
JUST_NOW = timedelta(minutes=1)
"""What is due this long is about to start."""

_log = logging.getLogger(__name__)
_STAYS_BROKEN = frozenset({"bad-key", "no-key", "no-quota", "no-model", "model-unknown"})
"""Kinds of failure that do not go away by themselves."""
_FAILED = {STATUS_OF_REASON[reason] for reason in FAILURES}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Stretch:
    """Slots of one task next to each other."""

    first: datetime
    last: datetime
    count: int


def planned_between(
    outlooks: Sequence[Outlook], start: datetime, end: datetime, system_zone: str
) -> tuple[StripEntry, ...]:
    """What is planned in (start, end], ordered by time; slow for hundreds of busy tasks."""
    entries: list[StripEntry] = []
    for outlook in outlooks:
        try:
            entries.extend(_entries(outlook, start, end, system_zone))
        except (KataError, Bug):  # the engine pauses it when its time comes, and says so
            _log.exception("What is planned of task %s cannot be worked out", outlook.task.id)
    return tuple(sorted(entries, key=lambda entry: (entry.at, entry.task_name)))


def _entries(outlook: Outlook, start: datetime, end: datetime, system_zone: str) -> list[StripEntry]:
    entries: list[StripEntry] = []
    task = outlook.task
    will_fail = outlook.last_status in _FAILED and outlook.last_error_kind in _STAYS_BROKEN
    for stretch in _limited(task, _stretches(task, start, end, system_zone)):
        at, last = (due_at(task.id, task.spec, slot, system_zone) for slot in (stretch.first, stretch.last))
        if start - JUST_NOW < at <= end:
            entries.append(
                StripEntry(
                    at=at,
                    last_at=last,
                    count=stretch.count,
                    task_id=task.id,
                    task_name=task.spec.name,
                    will_fail=will_fail,
                )
            )
    return entries


def _limited(task: Task, stretches: Iterator[_Stretch]) -> Iterator[_Stretch]:
    """No more than the runs that the task still has."""
    most = task.spec.max_runs
    left = None if most is None else max(most - task.started_runs, 0)
    for stretch in stretches:
        if left is None:
            yield stretch
        elif left:
            yield replace(stretch, count=min(stretch.count, left))
            left -= min(stretch.count, left)


def _stretches(task: Task, start: datetime, end: datetime, system_zone: str) -> Iterator[_Stretch]:
    spec = task.spec
    end = end if spec.until is None else min(end, spec.until)
    slot = _first(task, start - JUST_NOW, system_zone)
    while slot is not None and slot <= end:
        hours = spec.active_hours
        outside = hours is not None and outside_hours(spec, slot, system_zone)
        if hours is not None and outside:
            until = window_start(hours, slot, zone_of(spec, system_zone))
        else:
            until = min(slot + TOGETHER, _closing(spec, slot, system_zone), end + MOMENT)
            yield _stretch(spec, slot, until, system_zone)
        following = next_after(spec.trigger, until - MOMENT, system_zone=system_zone)
        if hours is not None and outside and hours.outside is OutsideHours.DEFER and following != until:
            yield _Stretch(first=slot, last=slot, count=1)  # one of them runs when the window opens
        slot = following


def _first(task: Task, start: datetime, system_zone: str) -> datetime | None:
    """The stored slot, unless its time is over; it may wait for its window since long ago."""
    slot = task.next_slot
    if slot is not None and due_at(task.id, task.spec, slot, system_zone) > start:
        return slot
    return next_after(task.spec.trigger, start, system_zone=system_zone)


def _closing(spec: TaskSpec, slot: datetime, system_zone: str) -> datetime:
    """When the active hours that hold a slot end; long after it when there are none."""
    hours = spec.active_hours
    if hours is None:
        return slot + TOGETHER
    return window_start(replace(hours, start=hours.end), slot + MOMENT, zone_of(spec, system_zone))


def _stretch(spec: TaskSpec, slot: datetime, until: datetime, system_zone: str) -> _Stretch:
    """The slots from this one to before an instant."""
    count = count_between(spec.trigger, slot, until - MOMENT, system_zone=system_zone)
    last = latest_at_or_before(spec.trigger, until - MOMENT, not_before=slot, system_zone=system_zone)
    return _Stretch(first=slot, last=max(last or slot, slot), count=count + 1)
