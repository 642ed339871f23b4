"""The occurrences of a task that lie between its stored slot and now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kata_desktop.domain.run import Reason
from kata_desktop.domain.task import Task
from kata_desktop.scheduler.occurrences.slots import MOMENT, count_between, latest_at_or_before
from kata_desktop.scheduler.policy.decision import Planned, Situation


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """The occurrences that have come due: the newest, and how many older ones."""

    first: datetime
    newest: datetime
    older: int
    last_older: datetime | None = None
    """The newest of the older ones; None when there are none."""

    @property
    def total(self) -> int:
        """All of them."""
        return self.older + 1

    @property
    def before(self) -> Gap | None:
        """The older ones alone."""
        return None if self.last_older is None else Gap(first=self.first, newest=self.last_older, older=self.older - 1)


def gap_since(task: Task, first: datetime, at: Situation) -> Gap | None:
    """The occurrences of a task from its stored slot `first` up to now; None when none is due."""
    until = at.now if task.spec.until is None else min(at.now, task.spec.until)
    trigger, zone = task.spec.trigger, at.system_zone
    newest = latest_at_or_before(trigger, until, not_before=first, system_zone=zone)
    if newest is None:  # an edit or a new zone table moved the pattern away from the stored slot: it is still owed
        return Gap(first=first, newest=first, older=0) if first <= until else None
    if newest == first:
        return Gap(first=first, newest=first, older=0)
    older = count_between(trigger, first, newest - MOMENT, system_zone=zone) + 1  # the stored slot is one of them
    last = latest_at_or_before(trigger, newest - MOMENT, not_before=first, system_zone=zone)
    return Gap(first=first, newest=newest, older=older, last_older=last or first)


def one_row(gap: Gap, count: int, reason: Reason, detail: str, *, last: datetime | None = None) -> Planned:
    """One row that stands for `count` occurrences of a gap."""
    first = gap.first if count > 1 else None
    return Planned(slot=last or gap.newest, reason=reason, detail=detail, count=count, first_slot=first)
