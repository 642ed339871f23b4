"""SIGKILL three hundred times; a few times in every test run."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.torture.kill9 import Report, torture

RESTART_LIMIT = 3.0
"""Seconds from start to the first answer."""


def killed(kills: int) -> Report:
    """What was seen after so many kills; the seed is told where something is wrong."""
    seed = int(os.environ.get("KATA_SEED", "1"))
    with TemporaryDirectory(prefix="kata-") as folder:
        report = torture(Path(folder), kills=kills, seed=seed)
    sys.stdout.write(f"{report}\n")
    assert not report.problems, f"seed {seed}: {report}"
    return report


@pytest.mark.slow
@pytest.mark.timeout(150)
def test_a_few_kills_lose_nothing_and_do_nothing_twice() -> None:
    killed(8)


@pytest.mark.torture
@pytest.mark.timeout(7200)
def test_nothing_is_lost_and_nothing_is_done_twice() -> None:
    report = killed(int(os.environ.get("KATA_KILLS", "300")))
    assert report.slowest < RESTART_LIMIT, str(report)
