"""A command that only reads does without plugins; who needs their names looks them up before a reading begins."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kata_desktop.bootstrap.running import services_open
from kata_desktop.desktop.paths import Paths
from kata_desktop.domain.errors import Bug
from kata_desktop.domain.task_input import TaskInput

READ = """
import sys
from kata_desktop.__main__ import main
code = main()
print(sorted(name for name in sys.modules if name.startswith(("kata_desktop.plugins", "tomllib"))))
sys.exit(code)
"""


def paths(folder: Path) -> Paths:
    return Paths(data_dir=folder, run_dir=folder / "run")


@pytest.mark.parametrize("verb", ["status", "task list", "runs list"])
def test_a_verb_that_reads_loads_no_plugins(tmp_path: Path, verb: str) -> None:
    command = [sys.executable, "-c", READ, "--data-dir", str(tmp_path / "data"), *verb.split()]
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    assert told.stdout.splitlines()[-1] == "[]"


async def test_what_plugins_bring_is_known_when_a_task_is_made(tmp_path: Path) -> None:
    async with services_open(paths(tmp_path), role="command") as kata:
        task = await kata.scheduling.create(TaskInput(prompt="Say so", on="rss.new-entry"))
        (row,) = await kata.scheduling.tasks()
    assert task.spec.name == "Say so"
    assert "feed has a new entry" in row.sentence


async def test_to_ask_within_a_reading_without_looking_before_is_a_mistake_and_no_deadlock(tmp_path: Path) -> None:
    async with services_open(paths(tmp_path), role="command") as kata:
        with pytest.raises(Bug, match="before they were looked up"):
            await kata.database.read(kata.core.known_in)
        assert "rss.new-entry" in (await kata.core.known()).event_types
