"""Planned runs of several tasks on one time line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from kata_desktop.domain.preview import StripEntry
from kata_desktop.domain.run import FAILURES, STATUS_OF_REASON
from kata_desktop.scheduler.hours import due_at
from kata_desktop.scheduler.occurrences.slots import upcoming
from kata_desktop.store.listing import Outlook

PER_TASK = 60
"""Dots of one task at most: a task that runs every minute must not hide the others."""

_STAYS_BROKEN = frozenset({"bad-key", "no-quota", "model-unknown", "needs-key"})
"""Kinds of failure that do not go away by themselves."""
_FAILED = {STATUS_OF_REASON[reason] for reason in FAILURES}


def planned_between(
    outlooks: Sequence[Outlook], start: datetime, end: datetime, system_zone: str
) -> tuple[StripEntry, ...]:
    """What is planned in (start, end], ordered by time."""
    entries: list[StripEntry] = []
    for outlook in outlooks:
        task = outlook.task
        will_fail = outlook.last_status in _FAILED and outlook.last_error_kind in _STAYS_BROKEN
        first = task.next_slot or start
        slots = [first, *upcoming(task.spec.trigger, first, PER_TASK - 1, system_zone=system_zone)]
        moments = {due_at(task.id, task.spec, slot, system_zone) for slot in slots if slot <= end}
        for at in sorted(moments):
            within = start - timedelta(minutes=1) < at <= end and (task.spec.until is None or at <= task.spec.until)
            if within:
                entries.append(StripEntry(at=at, task_id=task.id, task_name=task.spec.name, will_fail=will_fail))
    return tuple(sorted(entries, key=lambda entry: (entry.at, entry.task_name)))
