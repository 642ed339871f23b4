"""What the program costs while nothing is due: wake-ups and processor time a minute, with 1,000 tasks.

Without a window it is looked at twice, the second time with ten folders in which a task waits for files to change.

``python -m benchmarks.idle [--seconds S] [--headless-only]``

Every thread is counted, whatever woke it (voluntary context switches as the kernel counts them). The bare PySide6 tray
program stands beside the one with a tray.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks import figures
from benchmarks.processes import Activity, activity, as_installed, is_armed
from benchmarks.seeded import far, places, seed, seed_listeners
from benchmarks.tray_host import TrayHost

TASKS = 1000
FOLDERS = 10
SETTLING = 75.0
"""Seconds after the start: the first backup and other housekeeping are done by then, and the engine has seen for a
minute that nobody changes its store.
"""
GOAL_WAKE_UPS, GOAL_CPU_MS = 3, 1


def command(folder: Path, *more: str) -> Sequence[str | Path]:
    """How ours is started."""
    return (sys.executable, "-m", "kata_desktop", "--data-dir", places(folder).data_dir, *more)


@contextmanager
def headless(folder: Path) -> Iterator[int]:
    """The program without a window; its process id."""
    with subprocess.Popen(
        [str(word) for word in command(folder, "--headless")], env=as_installed(os.environ)
    ) as program:
        while not is_armed(program.pid):
            time.sleep(0.01)
        try:
            yield program.pid
        finally:
            program.send_signal(signal.SIGTERM)
            program.wait(10)


def quiet(pid: int, seconds: float) -> Activity:
    """What a process does in so many seconds, as for a minute."""
    time.sleep(SETTLING)
    before, began = activity(pid), time.monotonic()
    time.sleep(seconds)
    after, minutes = activity(pid), (time.monotonic() - began) / 60
    return Activity(
        wake_ups=round((after.wake_ups - before.wake_ups) / minutes), cpu_ms=(after.cpu_ms - before.cpu_ms) / minutes
    )


def rows(what: str, found: Activity, beside: Activity | None = None) -> Iterator[figures.Figure]:
    """Wake-ups and processor time."""
    yield figures.absolute(
        f"wake-ups a minute, {what}",
        [found.wake_ups],
        unit="a minute",
        goal=figures.at_most(GOAL_WAKE_UPS),
        beside=f"bare PySide6 tray: {beside.wake_ups}" if beside else "",
        form=".0f",
    )
    yield figures.absolute(
        f"processor time a minute, {what}",
        [found.cpu_ms],
        unit="ms",
        goal=figures.at_most(GOAL_CPU_MS),
        beside=f"bare PySide6 tray: {beside.cpu_ms:.1f} ms" if beside else "",
        form=".2f",
    )


def measure(options: argparse.Namespace) -> Iterator[figures.Figure]:
    """Without a window, then with a tray."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seed(places(folder), far(TASKS))
        with headless(folder) as pid:
            found = quiet(pid, options.seconds)
        yield from rows(f"{TASKS:,} tasks, headless", found)
        listening = Path(name) / "listening"
        seed(places(listening), far(TASKS))
        seed_listeners(places(listening), [listening / f"folder {number}" for number in range(FOLDERS)])
        with headless(listening) as pid:
            found = quiet(pid, options.seconds)
        yield from rows(f"{TASKS:,} tasks, {FOLDERS} folders watched, headless", found)
        if not options.headless_only:
            yield from with_tray(folder, options.seconds)


def with_tray(folder: Path, seconds: float) -> Iterator[figures.Figure]:
    """On a desktop where nobody does anything."""
    host = TrayHost(folder / "shots")
    try:
        with host.started((sys.executable, "-m", "benchmarks.peers.bare_tray")) as bare:
            floor = quiet(bare.pid, seconds)
        with host.started(command(folder, "--hidden")) as there:
            found = quiet(there.pid, seconds)
    finally:
        host.close()
    yield from rows(f"{TASKS:,} tasks, in the tray", found, floor)


def main() -> None:
    """Measure and print."""
    parser = figures.options(__doc__, rounds=1)
    parser.add_argument("--seconds", type=float, default=120.0, help="how long to look; default 120")
    parser.add_argument("--headless-only", action="store_true")
    figures.run(parser, measure)


if __name__ == "__main__":
    main()
