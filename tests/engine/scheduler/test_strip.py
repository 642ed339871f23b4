"""The next 24 hours: everything that is going to run is in it, nothing else, however often it runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest

from kata_desktop.agent.errors import ProblemKind
from kata_desktop.domain.preview import StripEntry
from kata_desktop.domain.task import ActiveHours, OutsideHours, Task, TaskSpec, TaskState
from kata_desktop.domain.trigger import Cron, Interval, Once, Trigger
from kata_desktop.scheduler.hours import due_at
from kata_desktop.scheduler.occurrences.slots import next_after
from kata_desktop.scheduler.strip import planned_between
from kata_desktop.store.listing import Outlook

NOW = datetime(2026, 3, 24, 9, 42, tzinfo=UTC)
DAY = timedelta(days=1)
BERLIN = "Europe/Berlin"


def planned(trigger: Trigger, *, started: int = 0, **spec: object) -> tuple[StripEntry, ...]:
    task = Task(
        id="t",
        spec=TaskSpec(name="T", prompt="Go", trigger=trigger, workspace_id="w", **spec),  # type: ignore[arg-type]
        revision=1,
        state=TaskState.ACTIVE,
        created_at=NOW,
        started_runs=started,
        next_slot=next_after(trigger, NOW, system_zone=BERLIN),
    )
    return planned_between([Outlook(task=task, last_status="", last_error_kind="")], NOW, NOW + DAY, BERLIN)


def total(entries: tuple[StripEntry, ...]) -> int:
    return sum(entry.count for entry in entries)


@pytest.mark.parametrize("cron, runs", [("* * * * *", 1440), ("*/5 * * * *", 288), ("0 * * * *", 24)])
def test_the_whole_day_is_there(cron: str, runs: int) -> None:
    entries = planned(Cron(expressions=(cron,)))
    assert total(entries) == runs
    assert entries[-1].last_at > NOW + timedelta(hours=23)
    assert len(entries) <= 120, "no more than can be told apart"


def test_entries_follow_each_other() -> None:
    entries = planned(Interval(every=timedelta(minutes=1), anchor=NOW))
    assert all(entry.at <= entry.last_at for entry in entries)
    assert all(one.last_at < other.at for one, other in pairwise(entries))


@pytest.mark.parametrize("outside, runs", [(OutsideHours.SKIP, 12 * 60), (OutsideHours.DEFER, 12 * 60)])
def test_nothing_outside_active_hours(outside: OutsideHours, runs: int) -> None:
    hours = ActiveHours(start=time(8), end=time(20), outside=outside)
    entries = planned(Cron(expressions=("* * * * *",)), active_hours=hours)
    assert total(entries) == runs
    local = [entry.at.hour + 1 for entry in entries]
    assert all(8 <= hour < 20 for hour in local), "Berlin is an hour ahead"


def test_a_slot_that_waits_for_its_window_is_there_once() -> None:
    hours = ActiveHours(start=time(8), end=time(9))
    for cron, minute in (("0 * * * *", 0), ("30 11 * * *", 0)):
        (entry,) = planned(Cron(expressions=(cron,), zone=BERLIN), active_hours=hours)
        assert (entry.at, entry.count) == (datetime(2026, 3, 25, 7, minute, tzinfo=UTC), 1)


def test_ends_are_kept() -> None:
    every = Interval(every=timedelta(minutes=1), anchor=NOW)
    assert total(planned(every, max_runs=30, started=10)) == 20
    assert total(planned(every, until=NOW + timedelta(minutes=20))) == 20


def test_once() -> None:
    local = (NOW + timedelta(hours=3)).replace(tzinfo=None)
    (entry,) = planned(Once(local=local, zone="UTC"))
    assert (entry.at, entry.last_at, entry.count) == (NOW + timedelta(hours=3), NOW + timedelta(hours=3), 1)


def test_a_slot_of_long_ago_is_stepped_over() -> None:
    trigger = Cron(expressions=("0 9 * * *",), zone="UTC")
    spec = TaskSpec(name="T", prompt="Go", trigger=trigger, workspace_id="w")
    task = Task(id="t", spec=spec, revision=1, state=TaskState.ACTIVE, created_at=NOW, next_slot=NOW - 400 * DAY)
    (entry,) = planned_between([Outlook(task=task, last_status="", last_error_kind="")], NOW, NOW + DAY, BERLIN)
    assert entry.at == datetime(2026, 3, 25, 9, tzinfo=UTC)
    late = replace(task, spec=replace(spec, jitter=timedelta(minutes=30)))
    (entry,) = planned_between([Outlook(task=late, last_status="", last_error_kind="")], NOW, NOW + DAY, BERLIN)
    assert entry.at == due_at("t", late.spec, datetime(2026, 3, 25, 9, tzinfo=UTC), BERLIN)


@pytest.mark.parametrize(
    "kind, stays",
    [
        (ProblemKind.NO_KEY, True),
        (ProblemKind.BAD_KEY, True),
        (ProblemKind.NO_QUOTA, True),
        (ProblemKind.NO_MODEL, True),
        (ProblemKind.MODEL_UNKNOWN, True),
        (ProblemKind.RATE_LIMITED, False),
        (ProblemKind.UNKNOWN_HOST, False),
    ],
)
def test_what_fails_until_somebody_mends_it_is_said_ahead(kind: ProblemKind, *, stays: bool) -> None:
    spec = TaskSpec(name="T", prompt="Go", trigger=Cron(expressions=("0 9 * * *",), zone="UTC"), workspace_id="w")
    task = Task(id="t", spec=spec, revision=1, state=TaskState.ACTIVE, created_at=NOW, next_slot=NOW)
    outlook = Outlook(task=task, last_status="failed", last_error_kind=kind)
    assert {entry.will_fail for entry in planned_between([outlook], NOW, NOW + DAY, BERLIN)} == {stays}
