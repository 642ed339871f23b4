"""What becomes of occurrences that nobody was there for: asleep, off, or the store was in trouble."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from kata_desktop.domain.run import Reason, Source
from kata_desktop.domain.task import CatchUp, Overlap, Task
from kata_desktop.domain.trigger import Once
from kata_desktop.scheduler.hours import is_inside, outside_hours, skips_hours, window_end_before, window_start, zone_of
from kata_desktop.scheduler.occurrences.slots import MOMENT, latest_at_or_before, next_after
from kata_desktop.scheduler.policy.admission import admit
from kata_desktop.scheduler.policy.decision import Decision, Planned, Situation
from kata_desktop.scheduler.policy.gap import Gap, one_row

WAKE_DELAY = timedelta(seconds=10)
"""Catch-up starts this long after the computer came back, so that network and disks are there."""
STAGGER = timedelta(seconds=2)
"""Distance between caught-up runs."""
CATCH_UP_MOST = 10
"""Most runs that *all* catches up."""
OUTSIDE = "It lay outside the task's active hours."
"""What the history says of an occurrence that active hours exclude."""

_AWAY = {
    CatchUp.SKIP: "The computer was asleep, off or busy, and this task skips what it missed.",
    CatchUp.ONCE: "The computer was asleep, off or busy; only the newest one is caught up.",
    CatchUp.ALL: f"The computer was asleep, off or busy; at most the newest {CATCH_UP_MOST} are caught up.",
}


def rest_of(task: Task, gap: Gap, chosen: Sequence[datetime], at: Situation) -> tuple[Planned, ...]:
    """The row for the occurrences of a gap that get no run of their own."""
    count = gap.total - len(chosen)
    if not count:
        return ()
    first, last = gap.first, gap.newest
    while last in chosen:
        older = latest_at_or_before(task.spec.trigger, last - MOMENT, not_before=gap.first, system_zone=at.system_zone)
        last = older or gap.first
    while first in chosen:
        first = next_after(task.spec.trigger, first, system_zone=at.system_zone) or last
    if all(outside_hours(task.spec, slot, at.system_zone) for slot in (first, last)):
        return (one_row(gap, count, Reason.SKIPPED_HOURS, OUTSIDE, last=last),)
    return (one_row(gap, count, Reason.MISSED, _AWAY[task.spec.catch_up], last=last),)


def catch_up(task: Task, gap: Gap, at: Situation, *, strictly_inside: bool = False) -> Decision:
    """The newest occurrence is late: asleep, off, or the store was in trouble.

    With `strictly_inside` occurrences outside active hours are left to the newest one, which waits for the window.
    """
    spec = task.spec
    if at.now - gap.newest > spec.window:
        once = isinstance(spec.trigger, Once)
        detail = f"It was found {_span(at.now - gap.newest)} late, more than the {_span(spec.window)} allowed."
        return Decision(rows=(one_row(gap, gap.total, Reason.EXPIRED if once else Reason.MISSED, detail),))
    most = {CatchUp.SKIP: 0, CatchUp.ONCE: 1, CatchUp.ALL: CATCH_UP_MOST}[spec.catch_up]
    chosen = _newest(task, gap, most, at, inside=strictly_inside or skips_hours(task.spec))
    rest = rest_of(task, gap, chosen, at)
    if not chosen:
        return Decision(rows=rest)
    if at.spent is not None:
        skipped = one_row(gap, gap.total, Reason.SKIPPED_BUDGET, at.spent.sentence)
        return Decision(rows=(replace(skipped, spent=at.spent),))
    late = [_late_run(task, slot, index, at) for index, slot in enumerate(chosen)]
    if spec.catch_up is CatchUp.ALL:
        return Decision(rows=(*rest, *_one_by_one(task, late, at)))
    start = admit(task, late[0], at)
    return Decision(rows=(*rest, *start.rows), cancel=start.cancel)


def _newest(task: Task, gap: Gap, most: int, at: Situation, *, inside: bool) -> list[datetime]:
    """The newest occurrences of a gap that may still be caught up, oldest first."""
    chosen: list[datetime] = []
    hours, zone = task.spec.active_hours, zone_of(task.spec, at.system_zone)
    slot: datetime | None = gap.newest
    while slot is not None and len(chosen) < most and at.now - slot <= task.spec.window:
        step_to = slot - MOMENT
        if inside and hours is not None and not is_inside(hours, slot, zone):
            step_to = window_end_before(hours, slot, zone) - MOMENT  # over the whole night at once
        else:
            chosen.insert(0, slot)
        slot = latest_at_or_before(task.spec.trigger, step_to, not_before=gap.first, system_zone=at.system_zone)
    return chosen


def _late_run(task: Task, slot: datetime, index: int, at: Situation) -> Planned:
    begin = at.now + WAKE_DELAY + STAGGER * (at.catch_ups_before + index)
    hours = task.spec.active_hours
    if hours is not None:
        zone = zone_of(task.spec, at.system_zone)
        if not is_inside(hours, begin, zone):
            begin = window_start(hours, begin, zone)
    return Planned(slot=slot, source=Source.CATCH_UP, available_at=begin, detail="It ran late: the computer was away.")


def _one_by_one(task: Task, late: list[Planned], at: Situation) -> list[Planned]:
    """Runs of one task are caught up one after the other, unless they may run side by side."""
    if task.spec.overlap is Overlap.PARALLEL:
        return late
    first = replace(late[0], after_run=at.open_runs[-1].id if at.open_runs else "")
    return [first, *(replace(run, after_previous=True) for run in late[1:])]


def _span(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    if hours >= 48:
        return f"{hours / 24:.0f} days"
    return f"{hours:.0f} hours" if hours >= 2 else f"{span.total_seconds() / 60:.0f} minutes"
