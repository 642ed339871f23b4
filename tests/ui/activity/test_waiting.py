"""What has not started yet, and what was interrupted: when it goes on, and how long it had worked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kata_desktop.domain.run import Delivery, Reason, Run, RunState, Source
from kata_desktop.ui.pages.activity import run_words
from kata_desktop.ui.pages.activity.local_time import LocalTime
from kata_desktop.ui.pages.activity.repair import cause
from kata_desktop.ui.pages.activity.run_facts import facts
from kata_desktop.ui.pages.activity.run_table import RowFace
from tests.support.history_rows import NOW, a_run

WHEN = LocalTime(NOW, "Europe/Berlin")
FAILED = a_run("r", "t", "Inbox triage", NOW - timedelta(minutes=3), state=RunState.QUEUED, reason=None,
               detail="The service failed.", error_kind="server-error", finished_at=None,
               available_at=NOW + timedelta(minutes=23), delivery=Delivery.NONE)  # fmt: skip


def test_a_queued_retry_says_when_it_starts() -> None:
    assert RowFace.of(FAILED, WHEN).line == "Next try at 11:05 · The service failed."
    found = cause(FAILED, WHEN)
    assert found is not None
    assert found.title == "Next try at 11:05"
    tomorrow = replace(FAILED, available_at=NOW + timedelta(days=1))
    assert RowFace.of(tomorrow, WHEN).line.startswith("Next try at Wed 10:42")


def test_a_retry_whose_time_has_come_waits_for_a_place() -> None:
    due = replace(FAILED, available_at=NOW - timedelta(seconds=1))
    assert RowFace.of(due, WHEN).line == "Waits to try again · The service failed."


@pytest.mark.parametrize("retries, words", [(0, "Starts at 10:57"), (1, "Next try at 10:57")])
def test_a_run_for_later_says_when(retries: int, words: str) -> None:
    later = replace(FAILED, attempt=0, error_kind="", detail="", started_at=None, source=Source.RETRY,
                    retries_used=retries, available_at=NOW + timedelta(minutes=15))  # fmt: skip
    assert RowFace.of(later, WHEN).line == words


def interrupted(seconds: float) -> Run:
    return a_run("r", "t", "T", NOW - timedelta(hours=2), reason=Reason.INTERRUPTED, working_seconds=seconds,
                 finished_at=NOW, detail="Kata ended in the middle of it; it was not started again.")  # fmt: skip


def test_an_interrupted_run_never_claims_to_have_taken_no_time() -> None:
    assert run_words.duration(interrupted(0), WHEN) == ""
    assert "Duration" not in dict(facts(interrupted(0), None, WHEN))
    assert run_words.duration(interrupted(290), WHEN) == "4 min 50 s"
    assert dict(facts(interrupted(290), None, WHEN))["Duration"] == "4 min 50 s"
