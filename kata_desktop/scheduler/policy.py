"""What to do with the occurrences that have come due: pure decisions, no clock, no store.

The rule behind everything here: every occurrence ends in exactly one history row that says what happened and why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kata_desktop.domain.run import Reason, Source
from kata_desktop.domain.task import CatchUp, OutsideHours, Overlap, Task
from kata_desktop.domain.trigger import Once
from kata_desktop.scheduler.hours import due_at, is_inside, outside_hours, window_end_before, window_start, zone_of
from kata_desktop.scheduler.occurrences.slots import count_between, latest_at_or_before, next_after

ON_TIME = timedelta(seconds=60)
"""An occurrence noticed within this is on time: it is the engine's longest wait between two looks at the clock."""
WAKE_DELAY = timedelta(seconds=10)
"""Catch-up starts this long after the computer came back, so that network and disks are there."""
STAGGER = timedelta(seconds=2)
"""Distance between caught-up runs."""
LATE_BY = timedelta(seconds=60)
"""A moment that somebody types may be this long ago and still counts as now."""
CATCH_UP_MOST = 10
"""Most runs that *all* catches up."""

_MOMENT = timedelta(microseconds=1)
_OUTSIDE = "It lay outside the task's active hours."
_AWAY = {
    CatchUp.SKIP: "The computer was asleep, off or busy, and this task skips what it missed.",
    CatchUp.ONCE: "The computer was asleep, off or busy; only the newest one is caught up.",
    CatchUp.ALL: f"The computer was asleep, off or busy; at most the newest {CATCH_UP_MOST} are caught up.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenRun:
    """A run of the task that has not ended."""

    id: str
    started: bool
    """False while it only waits."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Spent:
    """A quota that is used up."""

    whose: str
    """Id of the workspace or task that it belongs to: people are told once of each."""
    name: str
    sentence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Situation:
    """What the decision depends on besides the task."""

    now: datetime
    system_zone: str
    paused: str = ""
    """Why nothing may run, as a sentence; empty when it may."""
    handler_on: bool = True
    spent: Spent | None = None
    """Which quota is used up; None when none is."""
    open_runs: tuple[OpenRun, ...] = ()
    catch_ups_before: int = 0
    """Caught-up runs already planned in this round: they are started one after the other."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """One history row to insert: a run to start (`reason` is None) or the record of why it did not run."""

    slot: datetime
    source: Source = Source.SCHEDULE
    reason: Reason | None = None
    detail: str = ""
    count: int = 1
    first_slot: datetime | None = None
    available_at: datetime | None = None
    after_run: str = ""
    """Id of a run that must end first."""
    after_previous: bool = False
    """Starts after the run planned just before it in the same decision."""
    spent: Spent | None = None
    """With `Reason.SKIPPED_BUDGET`: which quota."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What becomes of a task whose time has come."""

    rows: tuple[Planned, ...] = ()
    next_slot: datetime | None = None
    due_at: datetime | None = None
    cancel: tuple[str, ...] = ()
    """Runs to stop because this one replaces them."""

    @property
    def finished(self) -> bool:
        """Whether no occurrence is left."""
        return self.next_slot is None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Gap:
    """The occurrences that have come due: the newest, and how many older ones."""

    first: datetime
    newest: datetime
    older: int
    last_older: datetime | None = None

    @property
    def total(self) -> int:
        return self.older + 1

    @property
    def before(self) -> _Gap | None:
        """The older ones alone."""
        return None if self.last_older is None else _Gap(first=self.first, newest=self.last_older, older=self.older - 1)


def upcoming_slot(task: Task, after: datetime, system_zone: str) -> tuple[datetime | None, datetime | None]:
    """The next slot strictly after `after` and when to act on it; both None when the task's ends allow no more."""
    spec = task.spec
    if spec.max_runs is not None and task.started_runs >= spec.max_runs:
        return None, None
    slot = next_after(spec.trigger, after, system_zone=system_zone)
    if slot is None or (spec.until is not None and slot > spec.until):
        return None, None
    return slot, due_at(task.id, spec, slot, system_zone)


def decide(task: Task, at: Situation) -> Decision:
    """Decide about every occurrence of `task` from its `next_slot` up to now."""
    assert task.next_slot is not None
    gap = _gap(task, task.next_slot, at)
    if gap is None:
        return _nothing_due(task, task.next_slot, at)
    due = due_at(task.id, task.spec, gap.newest, at.system_zone)
    if due > at.now:  # only older ones are due; the newest still waits for its own jitter or window
        return Decision(rows=_earlier(task, gap, at), next_slot=gap.newest, due_at=due)
    plan = _plan(task, gap, due, at)
    following, following_due = upcoming_slot(task, at.now, at.system_zone)
    return replace(plan, next_slot=following, due_at=following_due)


def _nothing_due(task: Task, slot: datetime, at: Situation) -> Decision:
    """The clock was set back before the slot, or the task's end was moved before it."""
    if slot > at.now:
        return Decision(next_slot=slot, due_at=max(slot, due_at(task.id, task.spec, slot, at.system_zone)))
    following, following_due = upcoming_slot(task, at.now, at.system_zone)
    return Decision(next_slot=following, due_at=following_due)


def _gap(task: Task, first: datetime, at: Situation) -> _Gap | None:
    until = at.now if task.spec.until is None else min(at.now, task.spec.until)
    trigger, zone = task.spec.trigger, at.system_zone
    newest = latest_at_or_before(trigger, until, not_before=first, system_zone=zone)
    if newest is None:  # an edit or a new zone table moved the pattern away from the stored slot: it is still owed
        return _Gap(first=first, newest=first, older=0) if first <= until else None
    if newest == first:
        return _Gap(first=first, newest=first, older=0)
    older = count_between(trigger, first, newest - _MOMENT, system_zone=zone) + 1  # the stored slot is one of them
    last = latest_at_or_before(trigger, newest - _MOMENT, not_before=first, system_zone=zone)
    return _Gap(first=first, newest=newest, older=older, last_older=last or first)


def _plan(task: Task, gap: _Gap, due: datetime, at: Situation) -> Decision:
    """What becomes of a gap whose newest occurrence is due."""
    if refused := _refused(gap, at):
        return Decision(rows=(refused,))
    skipped = _skips_hours(task) and outside_hours(task.spec, gap.newest, at.system_zone)
    if at.now - due > ON_TIME or (skipped and gap.older):
        return _catch_up(task, gap, at)
    if skipped:
        return Decision(rows=(_row(gap, 1, Reason.SKIPPED_HOURS, _OUTSIDE),))
    earlier = _earlier(task, gap, at)
    begun_before = any(row.reason is None for row in earlier)
    run = Planned(slot=gap.newest, available_at=at.now)
    if begun_before:  # its elder siblings are caught up: it takes its turn after them
        return Decision(rows=(*earlier, replace(run, after_previous=task.spec.overlap is not Overlap.PARALLEL)))
    start = admit(task, run, at)
    return Decision(rows=(*earlier, *start.rows), cancel=start.cancel)


def _refused(gap: _Gap, at: Situation) -> Planned | None:
    """The one row of a gap in which nothing may run."""
    if at.paused:
        return _row(gap, gap.total, Reason.SKIPPED_PAUSED, at.paused)
    if not at.handler_on:
        return _row(gap, gap.total, Reason.SKIPPED_PLUGIN_OFF, "The plugin that does this work is switched off.")
    return None


def _earlier(task: Task, gap: _Gap, at: Situation) -> tuple[Planned, ...]:
    """What becomes of the occurrences before the newest, which is on time or still to come."""
    before = gap.before
    if before is None:
        return ()
    if refused := _refused(before, at):
        return (refused,)
    if task.spec.catch_up is CatchUp.ALL:
        return _catch_up(task, before, at, strictly_inside=True).rows
    return _rest(task, before, (), at)


def _row(gap: _Gap, count: int, reason: Reason, detail: str, *, last: datetime | None = None) -> Planned:
    """One row that stands for `count` occurrences of a gap."""
    first = gap.first if count > 1 else None
    return Planned(slot=last or gap.newest, reason=reason, detail=detail, count=count, first_slot=first)


def _rest(task: Task, gap: _Gap, chosen: Sequence[datetime], at: Situation) -> tuple[Planned, ...]:
    """The row for the occurrences of a gap that get no run of their own."""
    count = gap.total - len(chosen)
    if not count:
        return ()
    first, last = gap.first, gap.newest
    while last in chosen:
        older = latest_at_or_before(task.spec.trigger, last - _MOMENT, not_before=gap.first, system_zone=at.system_zone)
        last = older or gap.first
    while first in chosen:
        first = next_after(task.spec.trigger, first, system_zone=at.system_zone) or last
    if all(outside_hours(task.spec, slot, at.system_zone) for slot in (first, last)):
        return (_row(gap, count, Reason.SKIPPED_HOURS, _OUTSIDE, last=last),)
    return (_row(gap, count, Reason.MISSED, _AWAY[task.spec.catch_up], last=last),)


def _catch_up(task: Task, gap: _Gap, at: Situation, *, strictly_inside: bool = False) -> Decision:
    """The newest occurrence is late: asleep, off, or the store was in trouble.

    With `strictly_inside` occurrences outside active hours are left to the newest one, which waits for the window.
    """
    spec = task.spec
    if at.now - gap.newest > spec.window:
        once = isinstance(spec.trigger, Once)
        detail = f"It was found {_span(at.now - gap.newest)} late, more than the {_span(spec.window)} allowed."
        return Decision(rows=(_row(gap, gap.total, Reason.EXPIRED if once else Reason.MISSED, detail),))
    most = {CatchUp.SKIP: 0, CatchUp.ONCE: 1, CatchUp.ALL: CATCH_UP_MOST}[spec.catch_up]
    chosen = _newest(task, gap, most, at, inside=strictly_inside or _skips_hours(task))
    rest = _rest(task, gap, chosen, at)
    if not chosen:
        return Decision(rows=rest)
    if at.spent is not None:
        return Decision(rows=(replace(_row(gap, gap.total, Reason.SKIPPED_BUDGET, at.spent.sentence), spent=at.spent),))
    late = [_late_run(task, slot, index, at) for index, slot in enumerate(chosen)]
    if spec.catch_up is CatchUp.ALL:
        return Decision(rows=(*rest, *_one_by_one(task, late, at)))
    start = admit(task, late[0], at)
    return Decision(rows=(*rest, *start.rows), cancel=start.cancel)


def _newest(task: Task, gap: _Gap, most: int, at: Situation, *, inside: bool) -> list[datetime]:
    """The newest occurrences of a gap that may still be caught up, oldest first."""
    chosen: list[datetime] = []
    hours, zone = task.spec.active_hours, zone_of(task.spec, at.system_zone)
    slot: datetime | None = gap.newest
    while slot is not None and len(chosen) < most and at.now - slot <= task.spec.window:
        step_to = slot - _MOMENT
        if inside and hours is not None and not is_inside(hours, slot, zone):
            step_to = window_end_before(hours, slot, zone) - _MOMENT  # over the whole night at once
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


def _skips_hours(task: Task) -> bool:
    hours = task.spec.active_hours
    return hours is not None and hours.outside is OutsideHours.SKIP


def admit(task: Task, run: Planned, at: Situation) -> Decision:
    """Apply budget and overlap rules to a run that would start."""
    if at.spent is not None:
        skipped = replace(run, reason=Reason.SKIPPED_BUDGET, detail=at.spent.sentence, spent=at.spent)
        return Decision(rows=(skipped,))
    if not at.open_runs:
        return Decision(rows=(run,))
    running = [other for other in at.open_runs if other.started]
    waiting = [other for other in at.open_runs if not other.started]
    detail = "The run before it was still going." if running else "The run before it had not started yet."
    still = replace(run, reason=Reason.SKIPPED_RUNNING, detail=detail)
    match task.spec.overlap:
        case Overlap.SKIP:
            return Decision(rows=(still,))
        case Overlap.QUEUE if waiting:
            return Decision(rows=(replace(still, detail="Another run of it already waited."),))
        case Overlap.QUEUE:
            return Decision(rows=(replace(run, after_run=running[-1].id),))
        case Overlap.RESTART:
            replaced = tuple(other.id for other in at.open_runs)
            return Decision(rows=(replace(run, after_run=running[-1].id if running else ""),), cancel=replaced)
        case Overlap.PARALLEL:
            return Decision(rows=(run,))


def _span(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    if hours >= 48:
        return f"{hours / 24:.0f} days"
    return f"{hours:.0f} hours" if hours >= 2 else f"{span.total_seconds() / 60:.0f} minutes"
