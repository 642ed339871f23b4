"""The one alarm on the standard loop, and under a wall clock that is set."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.alarm_cases import CASES
from tests.support.fake_time import FakeTime
from tests.support.waiting import wait_for

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("case", CASES)
async def test_alarm(case: Callable[[], Awaitable[None]]) -> None:
    await case()


@pytest.mark.parametrize("forward", [True, False])
def test_a_wall_clock_that_is_set_is_noticed_by_the_next_chunk(tmp_path: Path, forward: bool) -> None:
    """Set forward the wait ends soon; set back it lasts longer; never does it end before its instant."""
    fake = FakeTime(tmp_path / "time")

    program = subprocess.Popen(
        [sys.executable, "-m", "tests.support.alarm_program", "3600" if forward else "0.5"],
        cwd=ROOT,
        env={**os.environ, **fake.environment()},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    try:
        assert program.stdout.readline() == "ready\n"
        if forward:
            fake.shift(timedelta(hours=2))
        else:
            fake.shift(timedelta(hours=-1))
            with pytest.raises(subprocess.TimeoutExpired):
                program.wait(1.5)
            fake.shift(timedelta(hours=1))
        wait_for("the program's end", lambda: program.poll() is not None)
        assert float(program.stdout.read()) >= 0
    finally:
        program.kill()
        program.wait()
        program.stdout.close()
