"""SIGKILL while messages are answered: a short time in every test run, five hundred messages on demand."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.torture.channel_kill9 import Report, torture


def killed(*, messages: int, kills: int, can_lookup: bool, with_model: bool = False) -> Report:
    """What was seen; the seed is told where something is wrong."""
    seed = int(os.environ.get("KATA_SEED", "1"))
    with TemporaryDirectory(prefix="kata-") as folder:
        report = torture(
            Path(folder), messages=messages, kills=kills, seed=seed, can_lookup=can_lookup, with_model=with_model
        )
    sys.stdout.write(f"{report}\n")
    assert not report.problems, f"seed {seed}: {report}"
    return report


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_messages_survive_a_few_kills_and_are_answered_once() -> None:
    report = killed(messages=100, kills=10, can_lookup=True)
    assert report.answered == report.messages


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_where_the_channel_cannot_be_asked_nothing_is_sent_twice() -> None:
    report = killed(messages=100, kills=10, can_lookup=False)
    assert report.answered + report.uncertain >= report.messages


@pytest.mark.torture
@pytest.mark.timeout(7200)
def test_answers_of_a_model_survive_kills_at_random_points() -> None:
    killed(messages=500, kills=int(os.environ.get("KATA_KILLS", "40")), can_lookup=True, with_model=True)


@pytest.mark.torture
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("can_lookup", [True, False])
def test_five_hundred_messages_survive_kills_at_random_points(*, can_lookup: bool) -> None:
    killed(messages=500, kills=int(os.environ.get("KATA_KILLS", "100")), can_lookup=can_lookup)
