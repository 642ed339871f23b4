"""How long the loop is held up while the libraries of the models are brought in for the first time.

``python -m benchmarks.agent_import``

Ours imports them in a thread with the garbage collector paused; the naive way is a plain import on the loop.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator

from benchmarks import figures
from benchmarks.beating import Beat, favour_this_process
from benchmarks.loops import LOOPS
from benchmarks.processes import as_installed

GOAL_MS = 50.0
STACK = "kata_desktop.agent.runner"
WAYS = ("ours", "naive")


async def held_up(way: str) -> dict[str, float]:
    """Longest gap of a 4 ms heartbeat, and how long the import took; milliseconds."""
    from kata_desktop.agent import loading

    async with Beat() as beat:
        began = time.perf_counter()
        if way == "ours":
            await loading.runner()
        else:
            importlib.import_module(STACK)
        took = time.perf_counter() - began
        await asyncio.sleep(0.5)
    return {"gap": beat.longest_ms, "took": took * 1000}


def child(loop: str, way: str) -> dict[str, float]:
    """One import in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.agent_import", "--loop", loop, "--way", way]
    told = subprocess.run(command, env=as_installed(os.environ), check=True, stdout=subprocess.PIPE, text=True)
    facts: dict[str, float] = json.loads(told.stdout)
    return facts


def measure(options: argparse.Namespace) -> Iterator[figures.Figure]:
    """Both loops, ours and the naive way in turn."""
    for loop, _ in LOOPS:
        rounds = [{way: child(loop, way) for way in WAYS} for _ in range(options.rounds)]
        naive = sorted(each["naive"]["gap"] for each in rounds)[options.rounds // 2]
        took = sorted(each["ours"]["took"] for each in rounds)[options.rounds // 2]
        yield figures.absolute(
            f"longest gap while the agent stack is imported ({took:.0f} ms), {loop}",
            [each["ours"]["gap"] for each in rounds],
            unit="ms",
            goal=figures.at_most(GOAL_MS),
            beside=f"imported on the loop: {naive:.0f} ms",
        )


def main() -> None:
    """Measure and print."""
    parser = figures.options(__doc__, rounds=5)
    parser.add_argument("--loop", choices=[name for name, _ in LOOPS], help=argparse.SUPPRESS)
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.loop:
        favour_this_process()
        with asyncio.Runner(loop_factory=dict(LOOPS)[options.loop]) as runner:
            print(json.dumps(runner.run(held_up(options.way))))
    else:
        figures.run(parser, measure)


if __name__ == "__main__":
    main()
