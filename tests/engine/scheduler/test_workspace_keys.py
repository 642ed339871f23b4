"""What can be set about a workspace."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kata_desktop.domain.errors import InvalidInput
from kata_desktop.domain.workspace import Workspace
from kata_desktop.scheduler.workspace_keys import apply_key

HOME = Workspace(id="w", name="Home", folder="/home", created_at=datetime(2026, 3, 2, tzinfo=UTC))


@pytest.mark.parametrize(
    "value, model", [("Reminder", "Reminder"), ("reminder", "Reminder"), ("CLAUDE", "Claude"), ("", ""), ("  ", "")]
)
def test_the_built_in_reminder_is_a_model_too(value: str, model: str) -> None:
    assert apply_key(HOME, "model", value, ("Claude",)).model == model


def test_a_model_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(InvalidInput, match="there are Claude, Reminder"):
        apply_key(HOME, "model", "GPT", ("Claude",))
    with pytest.raises(InvalidInput, match="there are Reminder"):
        apply_key(HOME, "model", "GPT", ())
