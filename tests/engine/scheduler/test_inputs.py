"""Checking inputs: every field, what is kept, what is made up, and that specs survive the way there and back."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kata_desktop.domain.errors import FieldError
from kata_desktop.domain.settings import Settings
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
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.domain.trigger import Cron, Event, Interval, Once
from kata_desktop.scheduler.inputs.checker import check
from kata_desktop.scheduler.inputs.spec_texts import input_of
from tests.support.input_table import CASES, KNOWN, NOW, SYSTEM_ZONE, InputCase, task_input

DEFAULTS = Settings()
LONG_AGO = datetime.fromisoformat("2020-01-01T09:00")


def checked(raw: TaskInput, current: TaskSpec | None = None, defaults: Settings = DEFAULTS) -> TaskSpec:
    found = check(raw, now=NOW, system_zone=SYSTEM_ZONE, defaults=defaults, current=current, known=KNOWN)
    assert isinstance(found, TaskSpec), found
    return found


def errors(raw: TaskInput, current: TaskSpec | None = None) -> tuple[FieldError, ...]:
    found = check(raw, now=NOW, system_zone=SYSTEM_ZONE, defaults=DEFAULTS, current=current, known=KNOWN)
    assert not isinstance(found, TaskSpec), found
    return found


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_field(case: InputCase) -> None:
    if case.accepted:
        checked(task_input(case))
        return
    (error,) = errors(task_input(case))
    assert error.field == case.error_field
    assert case.fragment in error.sentence
    assert error.label
    assert error.sentence.endswith(".")
    assert len(error.sentence) < 300
    assert error.sentence.isprintable()


def test_examples_are_accepted() -> None:
    for case in CASES:
        if case.accepted or case.field in {"workspace", "model"}:
            continue
        (error,) = errors(task_input(case))
        if error.example:
            checked(task_input(replace(case, value=error.example)))


def test_several_wrong_fields_are_told_together_and_in_order() -> None:
    found = errors(TaskInput(prompt="", cron=("60 * * * *",), retries="x", mode="root"))
    assert {error.field for error in found} == {"prompt", "cron", "retries", "mode"}


def test_a_new_task_takes_the_defaults_from_the_settings() -> None:
    defaults = Settings(default_timeout_minutes=3, default_retries=5, default_catch_up="all", default_overlap="queue")
    spec = checked(TaskInput(prompt="Go", every="2h"), defaults=defaults)
    assert (spec.timeout, spec.retry.retries) == (timedelta(minutes=3), 5)
    assert (spec.catch_up, spec.overlap, spec.mode) == (CatchUp.ALL, Overlap.QUEUE, Mode.ASK)
    assert spec.workspace_id == "ws_1"


@pytest.mark.parametrize(
    "prompt, name",
    [
        ("Summarise the open pull requests. Then …", "Summarise the open pull requests"),
        ("# weekly report\nDo it", "Weekly report"),
        ("say hi", "Say hi"),
        ("digest", "Digest 2"),
        ("Tell me every single thing that happened in whole companies", "Tell me every single thing that happened in"),
        ("👩\u200d💻 review", "👩💻 review"),
        ("x" * 300, "X" + "x" * 47),
        ("...", "Task"),
    ],
)  # fmt: skip
def test_the_name_is_made_of_the_first_words(prompt: str, name: str) -> None:
    assert checked(TaskInput(prompt=prompt, every="2h")).name == name


def test_text_is_kept_in_composed_form() -> None:
    spec = checked(TaskInput(prompt="cafe\u0301\r\nbar ", name=" Cafe\u0301 ", every="2h"))
    assert (spec.name, spec.prompt) == ("Café", "café\nbar")


def test_a_new_task_needs_exactly_one_kind_of_time() -> None:
    (none,) = errors(TaskInput(prompt="Go"))
    (both,) = errors(TaskInput(prompt="Go", every="2h", cron=("@daily",)))
    assert (none.field, both.field) == ("when", "when")
    assert "cron and every" in both.reason


def test_an_edit_keeps_what_is_not_given() -> None:
    old = full_spec()
    assert checked(TaskInput(), current=old) == old
    assert checked(TaskInput(retries="3"), current=old) == replace(old, retry=replace(old.retry, retries=3))
    assert checked(TaskInput(active_hours="", until="", max_runs=""), current=old) == replace(
        old, active_hours=None, until=None, max_runs=None
    )


def test_an_interval_saved_again_keeps_its_phase() -> None:
    anchor = NOW - timedelta(days=3)
    old = replace(full_spec(), trigger=Interval(every=timedelta(hours=2), anchor=anchor))
    assert checked(TaskInput(every="2h"), current=old).trigger == old.trigger
    assert checked(TaskInput(every="3h"), current=old).trigger == Interval(every=timedelta(hours=3), anchor=NOW)


def test_a_finished_one_time_task_can_be_renamed_but_not_moved_into_the_past() -> None:
    old = replace(full_spec(), trigger=Once(local=LONG_AGO), until=None)
    assert checked(TaskInput(name="New"), current=old).name == "New"
    assert checked(TaskInput(name="New", at="2020-01-01T09:00"), current=old).trigger == old.trigger
    assert errors(TaskInput(at="2020-01-02T09:00"), current=old)[0].field == "at"


def test_only_the_zone_is_changed() -> None:
    old = replace(full_spec(), trigger=Cron(expressions=("0 9 * * *",)))
    assert checked(TaskInput(zone="Asia/Tokyo"), current=old).trigger == Cron(
        expressions=("0 9 * * *",), zone="Asia/Tokyo"
    )


def test_an_offset_chooses_the_copy_of_a_repeated_hour() -> None:
    spec = checked(TaskInput(prompt="Go", at="2027-10-31T02:30+01:00"))
    assert spec.trigger == Once(local=datetime.fromisoformat("2027-10-31T02:30").replace(fold=1))
    assert isinstance(spec.trigger, Once)
    assert spec.trigger.local.fold == 1


def test_a_task_cannot_wait_for_itself() -> None:
    found = check(
        TaskInput(on="task-finished:Digest"),
        now=NOW,
        system_zone=SYSTEM_ZONE,
        defaults=DEFAULTS,
        current=full_spec(),
        known=replace(KNOWN, editing="task_1"),
    )
    assert isinstance(found, tuple)
    assert "own end" in found[0].sentence


def test_an_import_may_name_a_channel_that_is_not_there() -> None:
    raw = TaskInput(prompt="Go", every="2h", targets=("fax:1",))
    known = replace(KNOWN, target_kinds=None)
    found = check(raw, now=NOW, system_zone=SYSTEM_ZONE, defaults=DEFAULTS, current=None, known=known)
    assert isinstance(found, TaskSpec)
    assert found.targets == (Target(kind="fax", address="1"),)


def full_spec() -> TaskSpec:
    return TaskSpec(
        name="Pull requests",
        prompt="Summarise",
        trigger=Cron(expressions=("0 9 * * 1-5", "30 17 * * 1-5"), zone="Asia/Tokyo"),
        workspace_id="ws_2",
        model="Local",
        thinking="high",
        targets=(Target(kind="desktop", title_only=True), Target(kind="slack", address="#a")),
        mode=Mode.AUTO,
        approval_timeout=timedelta(hours=1, minutes=30),
        approval_fallback="fail",
        session=SessionUse.CONTINUE,
        only_when_changed=True,
        retry=RetryPolicy(retries=7, base_delay=timedelta(seconds=90)),
        timeout=timedelta(minutes=99),
        catch_up=CatchUp.SKIP,
        window=timedelta(days=2),
        overlap=Overlap.RESTART,
        jitter=timedelta(minutes=5),
        active_hours=ActiveHours(start=time(22), end=time(6, 30), outside=OutsideHours.SKIP),
        until=datetime(2027, 1, 1, tzinfo=UTC),
        max_runs=10,
        max_tokens_per_day=200_000,
        max_cost_per_day_microdollars=500_000,
        tags=("work", "news"),
    )


@pytest.mark.parametrize(
    "trigger",
    [
        Cron(expressions=("0 9 * * 1-5", "30 17 * * 1-5"), zone="Asia/Tokyo"),
        Cron(expressions=("*/5 * L * *",)),
        Once(local=datetime.fromisoformat("2026-12-01T09:00"), zone="Asia/Tokyo"),
        Once(local=datetime.fromisoformat("2026-12-01T09:00:30")),
        Once(local=datetime.fromisoformat("2027-10-31T02:30").replace(fold=1)),
        Interval(every=timedelta(days=1, seconds=61), anchor=NOW),
        Event(type="app-started"),
        Event(type="task-finished", source="task_2", filter="failed"),
        Event(type="task-finished", filter="any"),
        Event(type="file-changed", filter="notes/*.md"),
    ],
)
def test_a_spec_written_as_an_input_is_read_as_the_same_spec(
    trigger: Once | Interval | Cron | Event,
) -> None:
    spec = replace(full_spec(), trigger=trigger, until=datetime(2028, 1, 1, tzinfo=UTC))
    assert checked(input_of(spec, system_zone=SYSTEM_ZONE)) == spec
    names = dict(KNOWN.tasks)
    assert checked(input_of(spec, system_zone=SYSTEM_ZONE, workspace="Home", task_names=names)) == spec


texts = st.text(max_size=30) | st.sampled_from(["1h", "09:00", "2026-12-01T09:00", "0 9 * * *", "desktop", "\ud800"])
inputs = st.builds(
    TaskInput,
    **{
        field: st.none() | (st.tuples(texts) if field in {"cron", "targets", "tags"} else texts)
        for field in TaskInput.__dataclass_fields__
        if field != "only_when_changed"
    },
)


@example(TaskInput(on="0\U00018d09"))
@example(TaskInput(targets=("x\U00018d09:y",)))
@settings(max_examples=300, deadline=None)
@given(inputs)
def test_whatever_is_typed_there_is_a_spec_or_printable_refusals(raw: TaskInput) -> None:
    found = check(raw, now=NOW, system_zone=SYSTEM_ZONE, defaults=DEFAULTS, current=None, known=KNOWN)
    if isinstance(found, TaskSpec):
        assert found.name
        assert found.prompt
        assert unicodedata.is_normalized("NFC", found.name)
    else:
        assert found
        assert all(error.sentence.isprintable() for error in found), [error.sentence for error in found]
