"""``python -m tests.engine.scheduler.simulate --seeds 10000``: lives through seeded programs, prints what broke."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import time
import traceback

from tests.support.sim.program import Program


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
    parser.add_argument("--verbose", action="store_true", help="show what was done")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    broken: list[int] = []
    began = time.monotonic()
    for seed in range(options.first, options.first + options.seeds):
        if seed % 250 == 0:
            sys.stdout.write(f"at seed {seed}, {len(broken)} broken\n")
            sys.stdout.flush()
        program = Program(seed)
        try:
            asyncio.run(program.run())
        except Exception:  # noqa: BLE001 - the next seed is to be lived all the same
            broken.append(seed)
            sys.stdout.write(f"seed {seed}\n{traceback.format_exc(limit=-3)}")
            if options.verbose:
                sys.stdout.write("\n".join(program.log) + "\n")
    spent = time.monotonic() - began
    sys.stdout.write(f"{options.seeds} seeds in {spent:.1f} s, {len(broken)} broken: {broken[:50]}\n")
    return len(broken)


if __name__ == "__main__":
    sys.exit(min(1, main()))
