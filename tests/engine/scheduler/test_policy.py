"""The pure decisions, over random tasks and absences: every occurrence is in exactly one row or still to come."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from kata_desktop.domain.run import Reason, Source
from kata_desktop.domain.task import ActiveHours, CatchUp, OutsideHours, Overlap, Task, TaskSpec, TaskState
from kata_desktop.domain.trigger import Cron, Interval, Once, Trigger
from kata_desktop.scheduler.hours import due_at, is_inside, jitter, window_end_before, window_start
from kata_desktop.scheduler.occurrences.slots import count_between, next_after
from kata_desktop.scheduler.policy.catching_up import CATCH_UP_MOST
from kata_desktop.scheduler.policy.deciding import decide, upcoming_slot
from kata_desktop.scheduler.policy.decision import OpenRun, Situation, Spent

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC")
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)

instants = st.integers(0, 365 * 86_400).map(lambda seconds: BEGIN + timedelta(seconds=seconds))
times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30]))
windows = st.builds(ActiveHours, start=times, end=times, outside=st.sampled_from(OutsideHours))


@st.composite
def triggers(draw: st.DrawFn) -> Trigger:
    kind = draw(st.integers(0, 3))
    if kind == 0:
        return Interval(every=timedelta(minutes=draw(st.sampled_from([1, 7, 60, 1440]))), anchor=BEGIN)
    if kind == 1:
        return Once(local=draw(instants).replace(tzinfo=None, second=0), zone="UTC")
    minute, hour = draw(st.sampled_from(["*", "*/10", "30", "0"])), draw(st.sampled_from(["*", "9", "2", "1,23"]))
    return Cron(expressions=(f"{minute} {hour} * * *",), zone=draw(st.sampled_from(ZONES)))


@st.composite
def tasks(draw: st.DrawFn) -> Task:
    spec = TaskSpec(
        name="t",
        prompt="p",
        trigger=draw(triggers()),
        workspace_id="w",
        catch_up=draw(st.sampled_from(CatchUp)),
        window=timedelta(hours=draw(st.sampled_from([1, 12, 168]))),
        overlap=draw(st.sampled_from(Overlap)),
        jitter=timedelta(minutes=draw(st.sampled_from([0, 0, 30]))),
        active_hours=draw(st.none() | windows),
    )
    begun = draw(instants)
    task = Task(id="t", spec=spec, revision=1, state=TaskState.ACTIVE, created_at=begun)
    slot, due = upcoming_slot(task, begun, "UTC")
    assume(slot is not None)
    return Task(id="t", spec=spec, revision=1, state=TaskState.ACTIVE, created_at=begun, next_slot=slot, due_at=due)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Task, Situation]:
    task = draw(tasks())
    assert task.due_at is not None
    away = timedelta(seconds=draw(st.sampled_from([0, 1, 59, 61, 3600, 40_000, 200_000, 900_000])))
    spent = Spent(whose="w", name="w", sentence="Nothing is left.")
    return task, Situation(
        now=task.due_at + away,
        system_zone="UTC",
        paused=draw(st.sampled_from(["", "", "", "It was paused."])),
        handler_on=draw(st.sampled_from([True, True, True, False])),
        spent=draw(st.sampled_from([None, None, None, spent])),
        open_runs=draw(st.sampled_from([(), (), (OpenRun(id="r", started=True),), (OpenRun(id="q", started=False),)])),
    )


@given(situations())
def test_every_occurrence_is_in_exactly_one_row_or_still_to_come(case: tuple[Task, Situation]) -> None:
    task, at = case
    assert task.next_slot is not None
    decision = decide(task, at)
    moment = timedelta(microseconds=1)
    due = count_between(task.spec.trigger, task.next_slot - moment, at.now, system_zone="UTC")
    if decision.next_slot is not None:
        due -= count_between(task.spec.trigger, decision.next_slot - moment, at.now, system_zone="UTC")
        assert decision.due_at is not None
        assert decision.due_at > at.now
        assert decision.due_at >= decision.next_slot
    assert sum(row.count for row in decision.rows) == due
    slots = [row.slot for row in decision.rows]
    assert len(slots) == len(set(slots))
    assert all(task.next_slot <= slot <= at.now for slot in slots)
    starting = [row for row in decision.rows if row.reason is None]
    assert all(row.count == 1 for row in starting)
    assert len(starting) <= (CATCH_UP_MOST + 1 if task.spec.catch_up is CatchUp.ALL else 1)
    assert [row.slot for row in starting] == sorted(row.slot for row in starting), "oldest first"
    if at.paused or not at.handler_on or at.spent:
        assert not [row for row in starting if row.source is Source.CATCH_UP or at.paused or not at.handler_on]
    assert bool(decision.cancel) <= (task.spec.overlap is Overlap.RESTART)


@given(situations())
def test_nothing_that_starts_late_lies_outside_active_hours(case: tuple[Task, Situation]) -> None:
    task, at = case
    hours = task.spec.active_hours
    assume(hours is not None)
    assert hours is not None
    zone = task.spec.trigger.zone if isinstance(task.spec.trigger, Cron) else "UTC"
    for row in decide(task, at).rows:
        if row.source is Source.CATCH_UP and row.reason is None and row.available_at is not None:
            assert is_inside(hours, row.available_at, zone)
            if hours.outside is OutsideHours.SKIP:
                assert is_inside(hours, row.slot, zone)
        if row.reason is Reason.SKIPPED_HOURS:
            assert not is_inside(hours, row.slot, zone)


@given(windows, instants, st.sampled_from(ZONES))
def test_windows(hours: ActiveHours, instant: datetime, zone: str) -> None:
    start, end = window_start(hours, instant, zone), window_end_before(hours, instant, zone)
    assert end <= instant <= start
    assert start - instant <= timedelta(hours=26)
    assert instant - end <= timedelta(hours=26)
    if hours.start != hours.end:
        assert is_inside(hours, start, zone) or start.astimezone(UTC).second == 0
        assert not is_inside(hours, end, zone) or hours.start == hours.end


@given(tasks())
def test_jitter_is_stable_and_below_a_tenth_of_the_gap(task: Task) -> None:
    slot = task.next_slot
    assert slot is not None
    delay = jitter("t", task.spec, slot, "UTC")
    assert delay == jitter("t", task.spec, slot, "UTC")
    following = next_after(task.spec.trigger, slot, system_zone="UTC")
    most = task.spec.jitter if following is None else min(task.spec.jitter, (following - slot) / 10)
    assert timedelta(0) <= delay <= most
    assert due_at("t", task.spec, slot, "UTC") >= slot
