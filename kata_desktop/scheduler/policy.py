"""What to do with the occurrences that have come due: pure decisions, no clock, no store.

The rule behind everything here: every occurrence ends in exactly one history row that says what happened and why.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from kata_desktop.domain.run import Reason, Source
from kata_desktop.domain.task import CatchUp, OutsideHours, Overlap, Task
from kata_desktop.domain.trigger import Once
from kata_desktop.scheduler.hours import due_at, is_inside, outside_hours, window_start, zone_of
from kata_desktop.scheduler.occurrences import count_between, latest_at_or_before, next_after

ON_TIME = timedelta(seconds=60)
"""An occurrence noticed within this is on time: it is the engine's longest wait between two looks at the clock."""
WAKE_DELAY = timedelta(seconds=10)
"""Catch-up starts this long after the computer came back, so that network and disks are there."""
STAGGER = timedelta(seconds=2)
"""Distance between caught-up runs."""
CATCH_UP_MOST = 10
"""Most runs that *all* catches up."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenRun:
    """A run of the task that has not ended."""

    id: str
    started: bool
    """False while it only waits."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Situation:
    """What the decision depends on besides the task."""

    now: datetime
    system_zone: str
    paused: str = ""
    """Why nothing may run, as a sentence; empty when it may."""
    handler_on: bool = True
    over_budget: str = ""
    """Which quota is used up, as a sentence; empty when none is."""
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
    last_older: datetime | None = field(default=None)

    @property
    def total(self) -> int:
        return self.older + 1


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
    if gap is None:  # the clock was set back before the slot
        return Decision(next_slot=task.next_slot, due_at=task.due_at)
    due = due_at(task.id, task.spec, gap.newest, at.system_zone)
    if due > at.now and not at.paused:  # only older ones are due; the newest still waits for its own jitter or window
        return Decision(rows=_older(task, gap, at), next_slot=gap.newest, due_at=due)
    following, following_due = upcoming_slot(task, at.now, at.system_zone)
    plan = _plan(task, gap, due, at)
    return replace(plan, next_slot=following, due_at=following_due)


def _gap(task: Task, first: datetime, at: Situation) -> _Gap | None:
    until = at.now if task.spec.until is None else min(at.now, task.spec.until)
    trigger, zone = task.spec.trigger, at.system_zone
    newest = latest_at_or_before(trigger, until, not_before=first, system_zone=zone)
    if newest is None:
        # A zone change may have moved the stored slot off the pattern: it is still owed.
        return _Gap(first=first, newest=first, older=0) if first <= until else None
    if newest == first:
        return _Gap(first=first, newest=first, older=0)
    moment = timedelta(microseconds=1)
    older = count_between(trigger, first - moment, newest - moment, system_zone=zone)
    last = latest_at_or_before(trigger, newest - moment, not_before=first, system_zone=zone)
    return _Gap(first=first, newest=newest, older=older, last_older=last)


def _plan(task: Task, gap: _Gap, due: datetime, at: Situation) -> Decision:
    spec = task.spec
    if at.paused:
        return Decision(rows=(_skipped(gap, Reason.SKIPPED_PAUSED, at.paused),))
    if not at.handler_on:
        return Decision(
            rows=(_skipped(gap, Reason.SKIPPED_PLUGIN_OFF, "The plugin that does this work is switched off."),)
        )
    late = at.now - due > ON_TIME
    if late:
        return _catch_up(task, gap, at)
    older = _older(task, gap, at)
    hours = spec.active_hours
    if hours and hours.outside is OutsideHours.SKIP and outside_hours(spec, gap.newest, at.system_zone):
        row = Planned(slot=gap.newest, reason=Reason.SKIPPED_HOURS, detail="It lies outside the task's active hours.")
        return Decision(rows=(*older, row))
    start = admit(task, Planned(slot=gap.newest, available_at=at.now), at)
    return Decision(rows=(*older, *start.rows), cancel=start.cancel)


def _older(task: Task, gap: _Gap, at: Situation) -> tuple[Planned, ...]:
    """The row for the occurrences before the newest, which got no run of their own."""
    if not gap.older or gap.last_older is None:
        return ()
    if outside_hours(task.spec, gap.last_older, at.system_zone) and outside_hours(task.spec, gap.first, at.system_zone):
        reason, detail = Reason.SKIPPED_HOURS, "They lay outside the active hours; the newest one ran when they began."
    else:
        reason, detail = Reason.MISSED, "The computer was asleep, off or busy; only the newest one is caught up."
    return (_row(gap.first, gap.last_older, gap.older, reason, detail),)


def _skipped(gap: _Gap, reason: Reason, detail: str) -> Planned:
    return _row(gap.first, gap.newest, gap.total, reason, detail)


def _row(first: datetime, last: datetime, count: int, reason: Reason, detail: str) -> Planned:
    return Planned(slot=last, reason=reason, detail=detail, count=count, first_slot=first if count > 1 else None)


def _catch_up(task: Task, gap: _Gap, at: Situation) -> Decision:
    """The newest occurrence is late: asleep, off, or the store was in trouble."""
    spec = task.spec
    if at.now - gap.newest > spec.window:
        once = isinstance(spec.trigger, Once)
        detail = f"It was found {_days(at.now - gap.newest)} late, more than the {_days(spec.window)} allowed."
        return Decision(rows=(_skipped(gap, Reason.EXPIRED if once else Reason.MISSED, detail),))
    match spec.catch_up:
        case CatchUp.SKIP:
            detail = "The computer was asleep, off or busy, and this task skips what it missed."
            return Decision(rows=(_skipped(gap, Reason.MISSED, detail),))
        case CatchUp.ONCE:
            start = admit(task, _late_run(task, gap.newest, 0, at), at)
            return Decision(rows=(*_older(task, gap, at), *start.rows), cancel=start.cancel)
        case CatchUp.ALL:
            return _catch_up_all(task, gap, at)


def _late_run(task: Task, slot: datetime, index: int, at: Situation) -> Planned:
    begin = at.now + WAKE_DELAY + STAGGER * (at.catch_ups_before + index)
    hours = task.spec.active_hours
    if hours is not None:
        zone = zone_of(task.spec, at.system_zone)
        if not is_inside(hours, begin, zone):
            begin = window_start(hours, begin, zone)
    return Planned(slot=slot, source=Source.CATCH_UP, available_at=begin, detail="It ran late: the computer was away.")


def _catch_up_all(task: Task, gap: _Gap, at: Situation) -> Decision:
    slots = [gap.newest]
    moment = timedelta(microseconds=1)
    while len(slots) < CATCH_UP_MOST:
        before = latest_at_or_before(
            task.spec.trigger, slots[0] - moment, not_before=gap.first, system_zone=at.system_zone
        )
        if before is None or at.now - before > task.spec.window:
            break
        slots.insert(0, before)
    rows: list[Planned] = []
    if gap.total > len(slots):
        last = latest_at_or_before(
            task.spec.trigger, slots[0] - moment, not_before=gap.first, system_zone=at.system_zone
        )
        detail = (
            f"The computer was away; at most the newest {CATCH_UP_MOST} within {_days(task.spec.window)} are caught up."
        )
        rows.append(_row(gap.first, last or gap.first, gap.total - len(slots), Reason.MISSED, detail))
    waits_for = at.open_runs[-1].id if at.open_runs and task.spec.overlap is not Overlap.PARALLEL else ""
    for index, slot in enumerate(slots):
        run = _late_run(task, slot, index, at)
        chained = task.spec.overlap is not Overlap.PARALLEL and index > 0
        rows.append(replace(run, after_run=waits_for if index == 0 else "", after_previous=chained))
    return Decision(rows=tuple(rows) if not at.over_budget else (_skipped(gap, Reason.SKIPPED_BUDGET, at.over_budget),))


def admit(task: Task, run: Planned, at: Situation) -> Decision:
    """Apply budget and overlap rules to a run that would start."""
    if at.over_budget:
        return Decision(rows=(replace(run, reason=Reason.SKIPPED_BUDGET, detail=at.over_budget),))
    if not at.open_runs:
        return Decision(rows=(run,))
    running = [other for other in at.open_runs if other.started]
    waiting = [other for other in at.open_runs if not other.started]
    still = replace(run, reason=Reason.SKIPPED_RUNNING, detail="The run before it was still going.")
    match task.spec.overlap:
        case Overlap.SKIP:
            return Decision(rows=(still,))
        case Overlap.QUEUE if waiting:
            return Decision(rows=(replace(still, detail="One run was going and another already waited."),))
        case Overlap.QUEUE:
            return Decision(rows=(replace(run, after_run=running[-1].id),))
        case Overlap.RESTART:
            replaced = tuple(other.id for other in at.open_runs)
            return Decision(rows=(replace(run, after_run=running[-1].id if running else ""),), cancel=replaced)
        case Overlap.PARALLEL:
            return Decision(rows=(run,))


def _days(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    if hours >= 48:
        return f"{hours / 24:.0f} days"
    return f"{hours:.0f} hours" if hours >= 2 else f"{span.total_seconds() / 60:.0f} minutes"
