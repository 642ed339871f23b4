"""The last line of the whole check sums up what its two processes said."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.run import _closing, _counted, main

GOOD = "def test_good(): pass"
BAD = "def test_bad():\n    print('=== 7 passed in 0.10s ===')\n    raise ValueError"
CRASH = "import os, signal\ndef test_end():\n    os.kill(os.getpid(), signal.SIGKILL)"


def test_what_both_said_is_summed_up_with_the_worst_first() -> None:
    said = [
        "tests/x.py ... passed\n",
        "=========== 2 failed, 3720 passed, 12 deselected in 462.55s (0:07:42) ===========\n",
        "================== 900 passed, 1 error in 61.00s (0:01:01) ==================\n",
    ]
    counts: Counter[str] = sum(map(_counted, said), Counter())

    assert _closing(counts, 523.6) == " 2 failed, 1 error, 4620 passed, 12 deselected in 523.60s (0:08:44) "


def test_a_line_that_only_looks_like_it_counts_nothing() -> None:
    assert _counted("== 3 passed ==") == Counter()
    assert _closing(Counter(), 1.0).strip().startswith("nothing ran")


@pytest.mark.parametrize(
    "first, second, code, summary, said",
    [
        (BAD, CRASH, 1, "1 failed, 1 error", "ERROR {second} - ended with the signal 9"),
        (CRASH, GOOD, -9, "1 error, 1 passed", "ERROR {first} - ended with the signal 9"),
        (GOOD, None, 4, "1 error, 1 passed", "ERROR {second} - ended with the exit code 4"),
    ],
)
def test_neither_a_failure_nor_a_crash_passes_for_good(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    first: str,
    second: str | None,
    code: int,
    summary: str,
    said: str,
) -> None:
    """Two real processes, each with one file of tests."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # they begin sooner
    paths = {"first": tmp_path / "test_first.py", "second": tmp_path / "test_second.py"}
    for path, text in zip(paths.values(), (first, second), strict=True):
        if text is not None:
            path.write_text(text, encoding="utf-8")
    assert main([(os.fspath(path),) for path in paths.values()]) == code
    lines = capfd.readouterr().out.splitlines()
    assert re.fullmatch(f"=+ {summary} in [0-9.]+s .*=+", lines[-1])
    assert said.format(**paths) in "\n".join(lines[:-1])
