"""Command line and import give the answers of the one table that the dialog and the checker are held to."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import pytest_asyncio

from kata_desktop.bootstrap.kata import Kata
from kata_desktop.cli.parser import command_line as parsed
from kata_desktop.control.call import Call
from kata_desktop.control.failures import data_of
from kata_desktop.control.methods import METHODS
from kata_desktop.control.params import Params, no_push
from kata_desktop.domain.errors import FieldError, InvalidInput
from kata_desktop.domain.model import ModelConfig, Provider
from kata_desktop.domain.task_input import TaskInput
from kata_desktop.runtime.clock import SystemClock
from kata_desktop.scheduler.inputs.checker import check
from kata_desktop.store import models, workspaces
from kata_desktop.store.connection import Connection
from tests.support.built_kata import built_kata
from tests.support.command_line import CommandLine
from tests.support.hand_clock import HandClock
from tests.support.input_table import CASES, NOW, InputCase, task_input

KINDS_TAKEN_BY_IMPORT = {"fax:1"}
"""Channels that are not there yet: a file may name them, its tasks arrive paused."""
SOFTENED = {("mode", "auto"), ("model", "Claude"), ("model", "gpt")}
"""What an import takes more carefully than it says, with a note."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def kata() -> AsyncIterator[Kata]:
    """Services on the clock of the table, with two models and the tasks that its events name."""
    with TemporaryDirectory(prefix="kata-") as folder:
        async with built_kata(Path(folder, "data"), HandClock(NOW)) as made:
            await made.database.write(_furnish)
            await made.scheduling.create(TaskInput(prompt="x", name="Digest", every="2h"))
            await made.scheduling.create(TaskInput(prompt="x", name="Inbox: triage", every="2h"))
            yield made


def _furnish(db: Connection) -> None:
    home = workspaces.get(db, "ws_home")
    workspaces.update(db, replace(home, name="Home"))
    for name in ("GPT", "Local"):
        models.upsert(db, ModelConfig(name=name, provider=Provider.OPENAI, model_id="m"))


async def adapted(kata: Kata, case: InputCase) -> TaskInput:
    """The input of a case with the identifiers of this store."""
    raw = task_input(case)
    if raw.on == "task-finished:task_1":
        return replace(raw, on=f"task-finished:{(await kata.scheduling.find('Digest')).id}")
    return replace(raw, workspace="ws_home") if raw.workspace == "ws_2" else raw


async def meant(kata: Kata, raw: TaskInput, *, any_channel: bool = False) -> tuple[FieldError, ...]:
    """What the checker itself says."""
    known = await kata.database.read(kata.core.known_in)
    if any_channel:
        known = replace(known, target_kinds=None)
    found = check(
        raw,
        now=NOW,
        system_zone=kata.clock.zone_name(),
        defaults=kata.settings.current,
        current=None,
        known=known,
    )
    return found if isinstance(found, tuple) else ()


async def told(kata: Kata, params: dict[str, Any]) -> tuple[FieldError, ...]:
    """What a command is told; what it added is taken away again."""
    call = Call(services=kata, params=Params(params), push=no_push)
    try:
        made = await METHODS["task.add"].run(call)
    except InvalidInput as error:
        return error.errors if data_of(error)["exit_code"] == 3 else ()
    assert isinstance(made, dict)
    await kata.scheduling.delete(made["id"])
    return ()


def given(raw: TaskInput) -> dict[str, Any]:
    return {name: value for name, value in json.loads(json.dumps(asdict(raw))).items() if value is not None}


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("case", CASES, ids=str)
async def test_the_command_line(kata: Kata, case: InputCase) -> None:
    raw = await adapted(kata, case)
    errors = await told(kata, given(raw))
    assert errors == await meant(kata, raw)
    if case.value in KINDS_TAKEN_BY_IMPORT:
        assert errors[0].field == "targets", "no channel is set up in this store"
        return
    _as_the_table_says(case, errors)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("case", CASES, ids=str)
async def test_the_import(kata: Kata, case: InputCase) -> None:
    raw = await adapted(kata, case)
    file = json.dumps({"format": "kata-desktop-tasks", "version": 1, "tasks": [given(raw)]}).encode()
    try:
        plan = await kata.exchange.plan(file)
    except InvalidInput as error:
        errors = tuple(replace(each, label=each.label.partition("Task 1, ")[2]) for each in error.errors)
    else:
        errors = ()
        assert len(plan.rows) == 1
    softened = (case.field, case.value) in SOFTENED
    unknown_channel = case.field == "targets" and case.value in KINDS_TAKEN_BY_IMPORT
    if softened or unknown_channel:
        assert errors == ()
        return
    assert errors == await meant(kata, raw, any_channel=True)
    _as_the_table_says(case, errors)


def _as_the_table_says(case: InputCase, errors: tuple[FieldError, ...]) -> None:
    if case.accepted:
        assert errors == ()
        return
    (error,) = errors
    assert error.field == case.error_field
    assert case.fragment in error.sentence or case.field in {"workspace", "model", "targets"}


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("twin", ["Caf\u00e9", "Cafe\u0301", "CAF\u00c9", " caf\u00e9 "])
async def test_twins_of_a_name_are_refused_at_both_doors(kata: Kata, twin: str) -> None:
    present = await kata.scheduling.create(TaskInput(prompt="x", name="Caf\u00e9", every="2h"))
    try:
        raw = TaskInput(prompt="x", name=twin, every="2h", mode="ask")
        (error,) = await told(kata, given(raw))
        assert error.field == "name"
        file = {"format": "kata-desktop-tasks", "version": 1, "tasks": [given(replace(raw, prompt="another"))]}
        with pytest.raises(InvalidInput, match="here already"):
            await kata.exchange.plan(json.dumps(file).encode())
    finally:
        await kata.scheduling.delete(present.id)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_file_may_name_a_channel_that_is_not_there_and_arrives_paused(kata: Kata) -> None:
    raw = TaskInput(prompt="x", name="From afar", every="2h", mode="auto", targets=("fax:1",))
    file = {"format": "kata-desktop-tasks", "version": 1, "tasks": [given(raw)]}
    plan = await kata.exchange.plan(json.dumps(file).encode())
    assert plan.rows[0].note == "it will ask before it acts"
    (task,) = await kata.exchange.apply(plan)
    assert (task.state.value, task.spec.mode.value, task.spec.targets[0].kind) == ("paused", "ask", "fax")
    await kata.scheduling.delete(task.id)


OPTIONS = {
    "every": "--every",
    "at": "--at",
    "on": "--on",
    "when": "--when",
    "zone": "--zone",
    "name": "--name",
    "workspace": "--workspace",
    "model": "--model",
    "mode": "--mode",
    "retries": "--retries",
    "retry_delay": "--retry-delay",
    "timeout": "--timeout",
    "catch_up": "--catch-up",
    "window": "--window",
    "overlap": "--overlap",
    "jitter": "--jitter",
    "active_hours": "--active-hours",
    "until": "--until",
    "max_runs": "--max-runs",
    "tags": "--tag",
    "targets": "--to",
    "cron": "--cron",
}


def _typed(case: InputCase) -> list[str]:
    """The command of a case, as a shell hands it over."""
    value = case.value if isinstance(case.value, str) else (case.value or ("",))[0]
    rest = [] if case.field in {"cron", "every", "at", "on", "when"} else ["--every", "2h"]
    zone = [f"--zone={case.zone}"] if case.zone else []
    return ["task", "add", "Summarise the open pull requests.", *rest, *zone, f"{OPTIONS[case.field]}={value}"]


SAID = [case for case in CASES if case.field in OPTIONS and isinstance(case.value, str)]


@pytest.mark.parametrize("case", SAID, ids=str)
def test_the_options_hand_over_what_was_typed(case: InputCase) -> None:
    words = _typed(case)
    try:
        options = parsed(words).parse_args(words)
    except SystemExit:
        pytest.fail("the command line judged by itself what the one checker is there for")
    value = getattr(options, case.field)
    assert value in (case.value, [case.value])


@pytest.fixture(scope="module")
def shell() -> Iterator[CommandLine]:
    """A running app on the real clock, and commands."""
    with TemporaryDirectory(prefix="kata-") as folder:
        made = CommandLine(Path(folder))
        made.headless()
        yield made
        made.close()


SAMPLE = [
    case
    for case in SAID
    if case.field in {"cron", "every", "zone", "name"}
    and not case.accepted
    and 0 < len(case.value) < 2000
    and not re.search("[\0\ud800-\udfff]", str(case.value))
][::4]


@pytest.mark.parametrize("case", SAMPLE, ids=str)
def test_a_real_command_says_it_in_one_line(shell: CommandLine, case: InputCase) -> None:
    outcome = shell(*_typed(case))
    assert outcome.code == 3, outcome
    assert outcome.out == ""
    assert outcome.err.count("\n") == 1
    assert case.fragment in outcome.err


def test_real_dates_are_judged_alike(shell: CommandLine) -> None:
    soon = SystemClock().now() + timedelta(days=2)
    assert shell("task", "add", "x", f"--at={soon:%Y-%m-%dT%H:%M}").code == 0
    for wrong in ("2026-02-29T09:00", "2020-01-01T09:00", "2026-W01-1", "9999-12-31T23:59-12:00", "+99:00"):
        outcome = shell("task", "add", "x", f"--at={wrong}")
        assert (outcome.code, outcome.err.count("\n")) == (3, 1), outcome
