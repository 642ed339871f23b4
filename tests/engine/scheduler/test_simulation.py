"""Seeded lives of a computer: ticks, sleeps, clock jumps, edits, pauses, full disks and crashes at any statement."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator

import pytest

from tests.engine.scheduler.simulate import live
from tests.support.sim.ledger import Broken
from tests.support.sim.program import outcome

SEEDS = int(os.environ.get("SIMULATION_SEEDS", "500"))
GROUP = 25


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("first", range(0, SEEDS, GROUP))
def test_every_promise_holds_through_seeded_lives(first: int) -> None:
    for seed in range(first, first + GROUP):
        try:
            live(seed)
        except Broken as broken:
            again = f"python -m tests.engine.scheduler.simulate --first {seed} --seeds 1 --verbose"
            pytest.fail(f"seed {seed}: {broken}; {again}")


def test_the_same_seed_gives_the_same_history() -> None:
    for seed in (3, 17, 42):
        assert outcome(live(seed)) == outcome(live(seed))
