"""What a verb that only reads costs, beside the bare interpreter: with the app running and without.

``python -m benchmarks.command_line``
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import figures
from benchmarks.idle import command, headless
from benchmarks.processes import as_installed
from benchmarks.seeded import far, places, seed

GOAL_MS = 150.0
BARE = (sys.executable, "-c", "pass")
VERBS = (("status",), ("task", "list"))


def took(words: Sequence[str | Path]) -> float:
    """Milliseconds from the start of a program to its end."""
    began = time.perf_counter()
    told = subprocess.run([str(word) for word in words], env=as_installed(os.environ), check=True, capture_output=True)
    del told
    return (time.perf_counter() - began) * 1000


def beside_bare(what: str, words: Sequence[str | Path], rounds: int) -> figures.Figure:
    """Ours and the bare interpreter in turn."""
    took(words)  # fills the caches
    found = [(took(words), took(BARE)) for _ in range(rounds)]
    more = [ours - bare for ours, bare in found]
    return figures.Figure(
        what=what,
        ours=f"{statistics.median(ours for ours, _ in found):.0f} ms",
        beside=f"bare interpreter: {statistics.median(bare for _, bare in found):.0f} ms",
        measured=f"+ {statistics.median(more):.0f} ms",
        goal=f"≤ + {GOAL_MS:.0f} ms",
        met=statistics.median(more) <= GOAL_MS,
    )


def measure(options: argparse.Namespace) -> Iterator[figures.Figure]:
    """Each verb, with the app and without."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seed(places(folder), far(20))
        for verb in VERBS:
            yield beside_bare(f"“{' '.join(verb)}”, no app running", command(folder, *verb), options.rounds)
        with headless(folder):
            for verb in VERBS:
                yield beside_bare(f"“{' '.join(verb)}”, app running", command(folder, *verb), options.rounds)


def main() -> None:
    """Measure and print."""
    figures.run(figures.options(__doc__, rounds=9), measure)


if __name__ == "__main__":
    main()
