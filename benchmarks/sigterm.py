"""How soon an idle program notices SIGTERM, headless and on Qt's loop.

``python -m benchmarks.sigterm``

Measured inside a program that is set up as ours is: from the sending of the signal to the callback on the loop. And
from outside: from the signal to the end of the whole process, with the store closed.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import figures
from benchmarks.idle import headless
from benchmarks.loops import LOOPS, LoopFactory
from benchmarks.seeded import far, places, seed

GOAL_MS = 50.0
IDLE = 0.4


async def noticed() -> float:
    """Milliseconds until the loop, which sleeps, hears of a signal."""
    loop = asyncio.get_running_loop()
    heard: asyncio.Future[float] = loop.create_future()
    sent: list[float] = []

    def send() -> None:
        time.sleep(IDLE)
        sent.append(time.perf_counter())
        os.kill(os.getpid(), signal.SIGTERM)

    loop.add_signal_handler(signal.SIGTERM, lambda: heard.set_result(time.perf_counter()))
    thread = threading.Thread(target=send, name="sender")
    thread.start()
    try:
        return (await heard - sent[0]) * 1000
    finally:
        loop.remove_signal_handler(signal.SIGTERM)
        thread.join()


def on(factory: LoopFactory, rounds: int) -> list[float]:
    """Several times on one kind of loop."""
    found = []
    for _ in range(rounds):
        with asyncio.Runner(loop_factory=factory) as runner:
            found.append(runner.run(noticed()))
    return found


def ended(folder: Path) -> float:
    """Milliseconds from the signal to the end of the process."""
    with headless(folder) as pid:
        time.sleep(IDLE)
        began = time.perf_counter()
        os.kill(pid, signal.SIGTERM)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        return (time.perf_counter() - began) * 1000


def measure(options: argparse.Namespace) -> Iterator[figures.Figure]:
    """Both loops, then the whole program."""
    for name, factory in LOOPS:
        yield figures.absolute(
            f"SIGTERM noticed when idle, {name}",
            on(factory, options.rounds),
            unit="ms",
            goal=figures.at_most(GOAL_MS),
            form=".2f",
        )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seed(places(folder), far(20))
        yield figures.absolute(
            "SIGTERM to the end of the headless program, store closed",
            [ended(folder) for _ in range(options.rounds)],
            unit="ms",
        )


def main() -> None:
    """Measure and print."""
    figures.run(figures.options(__doc__, rounds=5), measure)


if __name__ == "__main__":
    main()
