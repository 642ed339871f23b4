"""What has not started yet, and what was interrupted: when it goes on, and how long it had worked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kata_desktop.agent.errors import ProblemKind
from kata_desktop.domain.run import Delivery, Reason, Run, RunState, Source
from kata_desktop.ui.pages.activity import run_words
from kata_desktop.ui.pages.activity.local_time import LocalTime
from kata_desktop.ui.pages.activity.repair import cause
from kata_desktop.ui.pages.activity.run_facts import facts
from kata_desktop.ui.pages.activity.run_table import RowFace
from kata_desktop.ui.pages.tasks.results import MENDED_IN_SETTINGS
from tests.support.history_rows import NOW, a_run

WHEN = LocalTime(NOW, "Europe/Berlin")
FAILED = a_run("r", "t", "Inbox triage", NOW - timedelta(minutes=3), state=RunState.QUEUED, reason=None,
               detail="The service failed.", error_kind="server-error", finished_at=None,
               available_at=NOW + timedelta(minutes=23), delivery=Delivery.NONE)  # fmt: skip


MODELS, AGAIN, LATER, TASK, PLUGINS = (
    "Open models…", "Run again", "Run in 15 minutes", "Edit task…", "Open plugins…",
)  # fmt: skip
TITLES = {
    "no-key": ("The model has no key", MODELS),
    "bad-key": ("The saved key is no longer accepted", MODELS),
    "no-quota": ("The account has no credit left", MODELS),
    "rate-limited": ("Too many requests for now", LATER),
    "offline": ("The service could not be reached", AGAIN),
    "unknown-host": ("The model's address is not known", MODELS),
    "not-running": ("The model's program does not run", AGAIN),
    "model-unknown": ("The service does not know this model", MODELS),
    "no-model": ("The task's model is not set up", MODELS),
    "context-too-long": ("Prompt and conversation are too long", TASK),
    "content-refused": ("The service refused the content", TASK),
    "bad-request": ("The service refused the request", MODELS),
    "server-error": ("The service failed", LATER),
    "dropped": ("The connection broke", AGAIN),
    "timeout": ("The service went silent", AGAIN),
    "over-budget": ("A limit was reached", TASK),
    "bad-answer": ("The answer made no sense", MODELS),
    "keyring": ("The key could not be read", AGAIN),
    "bad-result": ("The plugin gave no proper result", PLUGINS),
    "crashed": ("It stopped with an error of its own", AGAIN),
}


def test_a_queued_retry_says_when_it_starts() -> None:
    assert RowFace.of(FAILED, WHEN).line == "Next try at 11:05 · The service failed."
    found = cause(FAILED, WHEN)
    assert found is not None
    assert found.title == "Next try at 11:05"
    tomorrow = replace(FAILED, available_at=NOW + timedelta(days=1))
    assert RowFace.of(tomorrow, WHEN).line.startswith("Next try at Wed 10:42")


def test_a_retry_that_will_fail_again_offers_the_repair_at_once() -> None:
    mistyped = cause(replace(FAILED, error_kind="unknown-host"), WHEN)
    assert mistyped is not None
    assert (mistyped.title, mistyped.label) == ("Next try at 11:05", "Open models…")
    failed = cause(FAILED, WHEN)
    assert failed is not None
    assert failed.label == ""


@pytest.mark.parametrize("kind", [*ProblemKind, "bad-result", "crashed", "keyring"])
def test_every_failure_has_a_title_of_its_own_and_one_repair(kind: str) -> None:
    ended = replace(FAILED, state=RunState.DONE, reason=Reason.FAILED, error_kind=kind, finished_at=NOW)
    found = cause(ended, WHEN)
    assert found is not None
    assert (found.title, found.label) == TITLES[kind]
    assert (found.label == MODELS) is (kind in MENDED_IN_SETTINGS), "the list of tasks offers the same repair"


def test_a_retry_whose_time_has_come_waits_for_a_place() -> None:
    due = replace(FAILED, available_at=NOW - timedelta(seconds=1))
    assert RowFace.of(due, WHEN).line == "Waits to try again · The service failed."


@pytest.mark.parametrize("retries, words", [(0, "Starts at 10:57"), (1, "Next try at 10:57")])
def test_a_run_for_later_says_when(retries: int, words: str) -> None:
    later = replace(FAILED, attempt=0, error_kind="", detail="", started_at=None, source=Source.RETRY,
                    retries_used=retries, available_at=NOW + timedelta(minutes=15))  # fmt: skip
    assert RowFace.of(later, WHEN).line == words


def test_a_reason_that_is_the_result_is_said_once() -> None:
    quiet = a_run("r", "t", "T", NOW, reason=Reason.COMPLETED, output="Nothing is new.", detail="Nothing is new.")
    assert RowFace.of(quiet, WHEN).line == "Nothing is new."


def interrupted(seconds: float) -> Run:
    return a_run("r", "t", "T", NOW - timedelta(hours=2), reason=Reason.INTERRUPTED, working_seconds=seconds,
                 finished_at=NOW, detail="Kata ended in the middle of it; it was not started again.")  # fmt: skip


def test_an_interrupted_run_never_claims_to_have_taken_no_time() -> None:
    assert run_words.duration(interrupted(0), WHEN) == ""
    assert "Duration" not in dict(facts(interrupted(0), None, WHEN))
    assert run_words.duration(interrupted(290), WHEN) == "4 min 50 s"
    assert dict(facts(interrupted(290), None, WHEN))["Duration"] == "4 min 50 s"
