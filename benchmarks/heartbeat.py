"""How long the loop is held up while a thousand runs are recorded by the engine, also on a slow disk.

``python -m benchmarks.heartbeat [--runs N]``

A heartbeat beats every 4 ms on the loop that the engine works on; the longest time between two beats counts, the 4 ms
included. The same is measured with every sync 20 ms slower (a small library in C that is loaded before the others;
Linux with gcc only), and with nothing to do, which is the floor.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from benchmarks import figures
from benchmarks.beating import Beat, favour_this_process
from benchmarks.loops import LOOPS
from benchmarks.seeded import engine_on, far, no_op, places, seed
from benchmarks.slow_disk import slow_sync
from kata_desktop.domain.events import RunChanged
from kata_desktop.domain.handler import Result, RunContext
from kata_desktop.domain.run import RunState
from kata_desktop.runtime.clock import SystemClock

GOAL_MS = 16.7
SLOWER_MS = 20


async def recorded(folder: Path, runs: int) -> float:
    """Longest gap in milliseconds while `runs` tasks that come due at once are run and recorded."""
    start = SystemClock().now() + timedelta(seconds=2.5 + runs / 2000)
    paths = places(folder)
    seed(paths, [start] * runs)
    ended: set[str] = set()
    all_ended = asyncio.Event()

    def hear(event: RunChanged) -> None:
        if event.state is RunState.DONE:
            ended.add(event.run_id)
        if len(ended) == runs:
            all_ended.set()

    async with engine_on(paths, _work) as kata:
        kata.bus.subscribe(RunChanged, hear)
        await asyncio.sleep(max(0.0, (start - SystemClock().now()).total_seconds() - 0.3))
        async with Beat() as beat:
            await all_ended.wait()
    return beat.longest_ms


async def _work(context: RunContext) -> Result:
    return await no_op(context)


async def idle(folder: Path, seconds: float) -> float:
    """Longest gap with nothing to do."""
    paths = places(folder)
    seed(paths, far(10))
    async with engine_on(paths), Beat() as beat:
        await asyncio.sleep(seconds)
    return beat.longest_ms


def child(loop: str, runs: int, *, slower: bool) -> float:
    """One measurement in a process of its own; `runs` 0 measures the floor."""
    environment = dict(os.environ)
    if slower:
        environment |= slow_sync(SLOWER_MS)
    command = [sys.executable, "-m", "benchmarks.heartbeat", "--child", loop, "--runs", str(runs)]
    told = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
    return float(json.loads(told))


def in_child(loop: str, runs: int) -> None:
    """What a child does."""
    favour_this_process()
    factory = dict(LOOPS)[loop]
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner(loop_factory=factory) as runner:
        work = recorded(Path(folder), runs) if runs else idle(Path(folder), 2.0)
        print(json.dumps(runner.run(work)))


def measure(options: argparse.Namespace) -> Iterator[figures.Figure]:
    """Both loops, both disks, interleaved."""
    speeds = (False, True) if slow_sync(SLOWER_MS) else (False,)
    gaps: dict[tuple[str, int, bool], list[float]] = {}
    for _ in range(options.rounds):
        for loop, _ in LOOPS:
            gaps.setdefault((loop, 0, False), []).append(child(loop, 0, slower=False))
            for slower in speeds:
                gaps.setdefault((loop, options.runs, slower), []).append(child(loop, options.runs, slower=slower))
    for (loop, runs, slower), values in gaps.items():
        if runs:
            disk = f", every sync {SLOWER_MS} ms slower" if slower else ""
            floor = sorted(gaps[loop, 0, False])[options.rounds // 2]
            yield figures.absolute(
                f"longest gap of a 4 ms heartbeat, {runs:,} runs recorded, {loop}{disk}",
                values,
                unit="ms",
                goal=figures.at_most(GOAL_MS),
                beside=f"nothing to do: {floor:.1f} ms",
            )
    if len(speeds) == 1:
        print("No C compiler, or not Linux: the slow disk was not measured", file=sys.stderr)


def main() -> None:
    """Measure and print."""
    parser = figures.options(__doc__, rounds=3)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--child", choices=[name for name, _ in LOOPS], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        in_child(options.child, options.runs)
    else:
        figures.run(parser, measure)


if __name__ == "__main__":
    main()
