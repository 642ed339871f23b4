"""Specs and triggers come back exactly as they were stored; what is not understood is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kata_desktop.domain.errors import Bug
from kata_desktop.domain.task import (
    ActiveHours,
    CatchUp,
    Mode,
    OutsideHours,
    Overlap,
    RetryPolicy,
    SessionUse,
    Target,
    TaskSpec,
)
from kata_desktop.domain.trigger import Cron, Event, Interval, Once, Trigger
from kata_desktop.store.errors import SpecUnreadable
from kata_desktop.store.names import name_key
from kata_desktop.store.specs import dump_spec, dump_trigger, load_spec, load_trigger
from kata_desktop.store.times import duration_to_us, from_us, to_us

TEXT = st.text(st.characters(), max_size=40)
INSTANTS = st.datetimes(timezones=st.just(UTC))
DURATIONS = st.timedeltas()
COUNTS = st.none() | st.integers(min_value=0, max_value=2**63)

TRIGGERS: st.SearchStrategy[Trigger] = st.one_of(
    st.builds(
        Once,
        local=st.builds(lambda local, fold: local.replace(fold=fold), st.datetimes(), st.integers(0, 1)),
        zone=TEXT,
    ),
    st.builds(Interval, every=st.timedeltas(min_value=timedelta(microseconds=1)), anchor=INSTANTS),
    st.builds(Cron, expressions=st.lists(TEXT, max_size=4).map(tuple), zone=TEXT),
    st.builds(Event, type=TEXT, source=TEXT, filter=TEXT, debounce=DURATIONS, max_per_hour=st.integers()),
)

SPECS = st.builds(
    TaskSpec,
    name=TEXT,
    prompt=TEXT,
    trigger=TRIGGERS,
    workspace_id=TEXT,
    handler=TEXT,
    arguments=TEXT,
    model=TEXT,
    thinking=TEXT,
    targets=st.lists(st.builds(Target, kind=TEXT, address=TEXT, title_only=st.booleans()), max_size=3).map(tuple),
    mode=st.sampled_from(Mode),
    approval_timeout=DURATIONS,
    approval_fallback=TEXT,
    session=st.sampled_from(SessionUse),
    only_when_changed=st.booleans(),
    retry=st.builds(RetryPolicy, retries=st.integers(), base_delay=DURATIONS),
    timeout=DURATIONS,
    catch_up=st.sampled_from(CatchUp),
    window=DURATIONS,
    overlap=st.sampled_from(Overlap),
    jitter=DURATIONS,
    active_hours=st.none()
    | st.builds(ActiveHours, start=st.times(), end=st.times(), outside=st.sampled_from(OutsideHours)),
    until=st.none() | INSTANTS,
    max_runs=COUNTS,
    max_tokens_per_day=COUNTS,
    max_cost_per_day_microdollars=COUNTS,
    tags=st.lists(TEXT, max_size=4).map(tuple),
)

PLAIN = TaskSpec(name="Brief", prompt="Sum up", trigger=Cron(expressions=("0 9 * * *",)), workspace_id="w1")


@given(SPECS)
def test_a_spec_comes_back_exactly(spec: TaskSpec) -> None:
    assert load_spec(dump_spec(spec)) == spec


@given(TRIGGERS)
def test_a_trigger_comes_back_exactly(trigger: Trigger) -> None:
    again = load_trigger(dump_trigger(trigger))
    assert again == trigger
    if isinstance(trigger, Once) and isinstance(again, Once):
        assert again.local.fold == trigger.local.fold  # equality does not see it


def test_a_lone_surrogate_can_be_stored() -> None:
    assert load_trigger(dump_trigger(Event(type="\ud800"))) == Event(type="\ud800")
    assert dump_trigger(Event(type="\ud800")).encode()


@given(INSTANTS)
def test_an_instant_comes_back_exactly(instant: datetime) -> None:
    assert from_us(to_us(instant)) == instant


@given(DURATIONS)
def test_a_duration_is_exact(duration: timedelta) -> None:
    assert timedelta(microseconds=duration_to_us(duration)) == duration


def test_instants_are_in_utc_and_never_naive() -> None:
    assert (
        from_us(to_us(datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=1))))).isoformat()
        == "2026-01-01T00:00:00+00:00"
    )
    assert to_us(None) is None
    assert from_us(None) is None
    with pytest.raises(Bug):
        to_us(datetime(2026, 1, 1))  # noqa: DTZ001 - the naive one is the point


def test_what_is_missing_takes_the_default() -> None:
    data = json.loads(dump_spec(PLAIN))
    kept = {key: data[key] for key in ("name", "prompt", "trigger", "workspace_id")}
    assert load_spec(json.dumps(kept)) == PLAIN


@pytest.mark.parametrize(
    "change",
    [
        {"colour": "blue"},
        {"targets": [{"kind": "desktop", "colour": "blue"}]},
        {"trigger": {"kind": "moon", "phase": "full"}},
        {"trigger": {"kind": "cron", "expressions": ["0 9 * * *"], "zone": "UTC", "colour": "blue"}},
        {"trigger": {"kind": "cron", "expressions": "0 9 * * *"}},
        {"trigger": None},
        {"trigger": {"kind": "once", "local": "2026-01-01T00:00:00+01:00", "zone": "UTC"}},
        {"trigger": {"kind": "once"}},
        {"name": 5},
        {"name": None},
        {"max_runs": True},
        {"max_runs": 1.5},
        {"only_when_changed": 1},
        {"mode": "yolo"},
        {"timeout": 10**40},
        {"timeout": "15 minutes"},
        {"tags": "work"},
        {"retry": []},
        {"active_hours": {"start": "25:00", "end": "08:00"}},
    ],
)
def test_what_is_not_understood_is_refused(change: dict[str, object]) -> None:
    data = json.loads(dump_spec(PLAIN)) | change
    with pytest.raises(SpecUnreadable, match="Kata cannot read this task"):
        load_spec(json.dumps(data))


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '"spec"', "{}"])
def test_what_is_no_spec_is_refused(text: str) -> None:
    with pytest.raises(SpecUnreadable):
        load_spec(text)
    with pytest.raises(SpecUnreadable):
        load_trigger(text)


def test_twins_share_a_name_key() -> None:
    assert name_key("Ärger") == name_key("ärger") == name_key("a\u0308RGER")
    assert name_key("Straße") == name_key("STRASSE")
    assert name_key("a") != name_key("b")


def test_active_hours_are_kept() -> None:
    hours = ActiveHours(start=time(22), end=time(6, 30), outside=OutsideHours.SKIP)
    spec = TaskSpec(name="n", prompt="p", trigger=Event(type="app-started"), workspace_id="w", active_hours=hours)
    assert load_spec(dump_spec(spec)).active_hours == hours
