"""Runs the whole suite in two processes: ``python -m tests.run``. The check is meant for two cores.

The tests of the engine are told as they go, those of windows and desktop when they have ended; the last line sums up
both, in the form of pytest's own.
"""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence

HALVES = (("tests/engine",), ("tests/ui", "tests/e2e"))
_CLOSING = re.compile(r"=+ (?P<counts>.*) in [0-9.]+s.*=+$")
_COUNT = re.compile(r"(?P<number>[0-9]+) (?P<what>[a-z]+)")
_WORST_FIRST = ("failed", "error", "passed", "skipped", "deselected", "xfailed", "xpassed", "warning")


def main(halves: Sequence[Sequence[str]] = HALVES) -> int:
    """Run both; returns the first exit code that is not 0."""
    began = time.monotonic()
    first, second = halves
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as told,
        subprocess.Popen(_pytest(*second), stdout=told, stderr=subprocess.STDOUT) as beside,
    ):
        counts, code = _streamed(_pytest(*first))
        other = beside.wait()
        told.seek(0)
        more = _relayed(told)
    counts += _without_a_word(first, counts, code)
    counts += more + _without_a_word(second, more, other)
    sys.stdout.write(f"{_closing(counts, time.monotonic() - began):=^100}\n")
    return code or other


def _pytest(*folders: str) -> list[str]:
    # one cache for two processes would be torn
    return [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--color=no", *folders]


def _streamed(command: list[str]) -> tuple[Counter[str], int]:
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as run:
        assert run.stdout is not None
        counts = _relayed(run.stdout)
    return counts, run.returncode


def _relayed(lines: Iterable[str]) -> Counter[str]:
    """Show what a process says; gives the sums of its last line, since what a test printed may look like one."""
    counts: Counter[str] = Counter()
    for line in lines:
        sys.stdout.write(line)
        sys.stdout.flush()
        counts = _counted(line) or counts
    return counts


def _without_a_word(folders: Sequence[str], counts: Counter[str], code: int) -> Counter[str]:
    """A process that crashed or never began has summed up nothing, or nothing bad: it is told of and counts as one."""
    if code == 0 or (code > 0 and (counts["failed"] or counts["error"])):
        return Counter()
    how = f"the exit code {code}" if code > 0 else f"the signal {-code} ({signal.strsignal(-code)})"
    sys.stdout.write(f"ERROR {' '.join(folders)} - ended with {how}; what it said last stands above.\n")
    return Counter(error=1)


def _counted(line: str) -> Counter[str]:
    found = _CLOSING.match(line.strip())
    if found is None:
        return Counter()
    pairs = ((each["what"].removesuffix("s") if each["what"] != "passed" else "passed", int(each["number"]))
             for each in _COUNT.finditer(found["counts"]))  # fmt: skip
    return Counter(dict(pairs))


def _closing(counts: Counter[str], seconds: float) -> str:
    parts = [f"{counts[what]} {what}" for what in _WORST_FIRST if counts[what]]
    minutes, rest = divmod(round(seconds), 60)
    return f" {', '.join(parts) or 'nothing ran'} in {seconds:.2f}s ({minutes // 60}:{minutes % 60:02}:{rest:02}) "


if __name__ == "__main__":
    raise SystemExit(main())
