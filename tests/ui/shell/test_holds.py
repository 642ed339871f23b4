"""What a pause holds, and how the card says that a run is near."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kata_desktop.domain.preview import SchedulerStatus
from kata_desktop.ui.pages.tasks.row_view import Hold, hold_of
from kata_desktop.ui.scheduler_words import status_words

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
SOON, LATER = NOW + timedelta(minutes=10), NOW + timedelta(days=2)
END = NOW + timedelta(minutes=30)


@pytest.mark.parametrize(
    "status, due, hold",
    [
        (SchedulerStatus(), SOON, Hold.NONE),
        (SchedulerStatus(paused_all=True), LATER, Hold.ALL),
        (SchedulerStatus(paused_all=True, paused_until=END), SOON, Hold.ALL),
        (SchedulerStatus(paused_all=True, paused_until=END), LATER, Hold.NONE),
        (SchedulerStatus(paused_workspaces=(("here", END),)), SOON, Hold.WORKSPACE),
        (SchedulerStatus(paused_workspaces=(("here", END),)), LATER, Hold.NONE),
        (SchedulerStatus(paused_workspaces=(("elsewhere", None),)), SOON, Hold.NONE),
        (SchedulerStatus(paused_all=True, paused_until=END, paused_workspaces=(("here", None),)), LATER,
         Hold.WORKSPACE),
    ],
)  # fmt: skip
def test_a_pause_holds_only_what_is_due_before_its_end(status: SchedulerStatus, due: datetime, hold: Hold) -> None:
    assert hold_of(status, "here", due) is hold


def test_the_last_minute_is_said_in_words_that_fit_the_card() -> None:
    soon = SchedulerStatus(next_at=NOW + timedelta(seconds=40))
    assert status_words(soon, NOW, UTC).sub == "Next run within 1 min"
