"""The last line of the whole check sums up what its two processes said."""

from __future__ import annotations

from collections import Counter

from tests.run import _closing, _counted


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
