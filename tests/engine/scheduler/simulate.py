"""``python -m tests.engine.scheduler.simulate --seeds 10000``: lives through seeded programs, prints what broke."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import time
import traceback
from collections.abc import Iterable
from datetime import timedelta

from tests.support.sim.program import Program
from tests.support.sim.watchdog import Hung, watchdog

PATIENCE = 60.0
"""Real seconds after which a life, which takes a tenth of one, is said to hang."""
_YEAR = timedelta(days=365.25)


def live(seed: int) -> Program:
    """Live through one seed; raises what broke."""
    program = Program(seed)
    asyncio.run(program.run())
    return program


def main() -> int:
    """Return how many seeds broke a promise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=500)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--patience", type=float, default=PATIENCE, help="real seconds after which a seed hangs")
    parser.add_argument("--verbose", action="store_true", help="show what was done")
    options = parser.parse_args()
    began = time.monotonic()
    seeds = range(options.first, options.first + options.seeds)
    logging.disable(logging.CRITICAL)
    try:
        broken, passed = _live_all(seeds, patience=options.patience, verbose=options.verbose)
    finally:
        logging.disable(logging.NOTSET)  # a test calls this too, and the log is tested after it
    spent = time.monotonic() - began
    _say(
        f"{options.seeds} seeds, {passed / _YEAR:.1f} simulated years in {spent:.1f} s, "
        f"{len(broken)} broken: {broken[:50]}"
    )
    return len(broken)


def _live_all(seeds: Iterable[int], *, patience: float, verbose: bool) -> tuple[list[int], timedelta]:
    """Which seeds broke a promise, and the simulated time of all."""
    broken: list[int] = []
    passed = timedelta(0)
    for seed in seeds:
        if seed % 250 == 0:
            _say(f"at seed {seed}, {len(broken)} broken")
        program = Program(seed)
        try:
            with watchdog(patience):
                asyncio.run(program.run())
        except (Exception, Hung):  # noqa: BLE001 - the next seed is to be lived all the same
            broken.append(seed)
            _say(f"seed {seed}\n{traceback.format_exc(limit=-3)}")
            if verbose:
                _say("\n".join(program.log))
        passed += program.computer.clock.passed()
    return broken, passed


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(min(1, main()))
