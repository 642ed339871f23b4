"""SIGKILL while services and pipelines run: a few times in every test run, thirty times on demand; and a crash loop."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.support.command_line import CommandLine
from tests.support.services import running_in, service_in, starts_in
from tests.support.waiting import wait_for
from tests.torture.service_kill9 import Report, torture


def killed(*, kills: int) -> Report:
    """What was seen; the seed is told where something is wrong."""
    seed = int(os.environ.get("KATA_SEED", "1"))
    with TemporaryDirectory(prefix="kata-") as folder:
        report = torture(Path(folder), kills=kills, seed=seed)
    sys.stdout.write(f"{report}\n")
    assert not report.problems, f"seed {seed}: {report}"
    assert report.starts
    return report


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_after_a_few_kills_nothing_is_left_and_the_next_start_is_right() -> None:
    killed(kills=4)


@pytest.mark.torture
@pytest.mark.timeout(1800)
def test_after_thirty_kills_at_random_moments_nothing_is_left_and_the_next_start_is_right() -> None:
    report = killed(kills=int(os.environ.get("KATA_KILLS", "30")))
    assert report.runs


@pytest.mark.torture
@pytest.mark.timeout(300)
def test_a_crash_loop_is_given_up_and_restart_works() -> None:
    """With the program's own patience: five starts within 75 seconds."""
    with TemporaryDirectory(prefix="kata-") as name:
        kata = CommandLine(Path(name))
        try:
            app = kata.headless()
            folder = Path(name, "service")
            kata.ask("plugins.set", id="service", key="command", value=f"{service_in(folder)} crash")
            kata.ask("plugins.set", id="service", key="folder", value=str(folder))
            kata.ask("plugins.enable", id="service")

            def row() -> dict[str, object]:
                found: dict[str, object] = kata.ask("plugins.status", id="service")
                return found

            wait_for(lambda: f"the end; {row()}", lambda: row()["state"] == "crashed", timeout=120.0)

            assert "That was 5 times in a row" in str(row()["sentence"])
            assert "press Restart" in str(row()["sentence"])
            assert len(starts_in(folder)) == 5
            assert running_in(Path(name), but=(app.pid,)) == []
            kata.ask("plugins.set", id="service", key="command", value=f"{service_in(folder)} stay")
            kata.ok("plugin", "restart", "service")
            wait_for(lambda: f"it runs; {row()}", lambda: row()["state"] == "ready", timeout=20.0)
            assert len(starts_in(folder)) == 6
        finally:
            kata.close()
