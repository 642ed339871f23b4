"""What a task is checked against while it is typed follows what there is."""

from __future__ import annotations

from pathlib import Path

from kata_desktop.domain.task_input import TaskInput
from tests.support.built_kata import built_kata
from tests.support.hand_clock import HandClock
from tests.support.input_table import NOW


async def test_a_workspace_that_was_just_made_or_removed_is_known_at_once(tmp_path: Path) -> None:
    async with built_kata(tmp_path / "data", HandClock(NOW)) as kata:
        made = await kata.workspaces.add("Garden", str(tmp_path / "garden"))
        raw = TaskInput(prompt="Water", name="Water", workspace=made.id, every="1h")
        assert kata.scheduling.preview(raw).errors == ()
        await kata.workspaces.remove(made.id, confirmed=True)
        [error] = kata.scheduling.preview(raw).errors
        assert error.field == "workspace"
