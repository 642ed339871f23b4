"""From a task whose time has come to the rows of its history.

The rule behind everything here: every occurrence ends in exactly one history row that says what happened and why.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from kata_desktop.domain.run import Reason
from kata_desktop.domain.task import CatchUp, Overlap, Task
from kata_desktop.scheduler.hours import due_at, outside_hours, skips_hours
from kata_desktop.scheduler.occurrences.slots import next_after
from kata_desktop.scheduler.policy.admission import admit
from kata_desktop.scheduler.policy.catching_up import OUTSIDE, catch_up, rest_of
from kata_desktop.scheduler.policy.decision import Decision, Planned, Situation
from kata_desktop.scheduler.policy.gap import Gap, gap_since, one_row

ON_TIME = timedelta(seconds=60)
"""An occurrence noticed within this is on time: it is the engine's longest wait between two looks at the clock."""
LATE_BY = timedelta(seconds=60)
"""A moment that somebody types may be this long ago and still counts as now."""


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
    gap = gap_since(task, task.next_slot, at)
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


def _plan(task: Task, gap: Gap, due: datetime, at: Situation) -> Decision:
    """What becomes of a gap whose newest occurrence is due."""
    if refused := _refused(gap, at):
        return Decision(rows=(refused,))
    skipped = skips_hours(task.spec) and outside_hours(task.spec, gap.newest, at.system_zone)
    if at.now - due > ON_TIME or (skipped and gap.older):
        return catch_up(task, gap, at)
    if skipped:
        return Decision(rows=(one_row(gap, 1, Reason.SKIPPED_HOURS, OUTSIDE),))
    earlier = _earlier(task, gap, at)
    begun_before = any(row.reason is None for row in earlier)
    run = Planned(slot=gap.newest, available_at=at.now)
    if begun_before:  # its elder siblings are caught up: it takes its turn after them
        return Decision(rows=(*earlier, replace(run, after_previous=task.spec.overlap is not Overlap.PARALLEL)))
    start = admit(task, run, at)
    return Decision(rows=(*earlier, *start.rows), cancel=start.cancel)


def _refused(gap: Gap, at: Situation) -> Planned | None:
    """The one row of a gap in which nothing may run."""
    if at.paused:
        return one_row(gap, gap.total, Reason.SKIPPED_PAUSED, at.paused)
    if not at.handler_on:
        return one_row(gap, gap.total, Reason.SKIPPED_PLUGIN_OFF, "The plugin that does this work is switched off.")
    return None


def _earlier(task: Task, gap: Gap, at: Situation) -> tuple[Planned, ...]:
    """What becomes of the occurrences before the newest, which is on time or still to come."""
    before = gap.before
    if before is None:
        return ()
    if refused := _refused(before, at):
        return (refused,)
    if task.spec.catch_up is CatchUp.ALL:
        return catch_up(task, before, at, strictly_inside=True).rows
    return rest_of(task, before, (), at)
