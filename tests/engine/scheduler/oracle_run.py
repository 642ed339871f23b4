"""Compare occurrences with the minute-by-minute oracle: `python -m tests.engine.scheduler.oracle_run`."""

from __future__ import annotations

import argparse
import sys

from kata_desktop.domain.errors import InvalidInput
from kata_desktop.scheduler.occurrences.cron import parse_cron
from tests.support.cron_cases import Case, cases, difference


def compare(seed: int, count: int) -> tuple[int, list[str]]:
    """Judge `count` valid cases; return how many there were and what differed."""
    differences = []
    judged = 0
    for case in cases(seed, 2 * count):
        if not _valid(case):
            continue
        judged += 1
        if found := difference(case):
            differences.append(found)
        if judged == count:
            break
    return judged, differences


def _valid(case: Case) -> bool:
    try:
        for text in case.expressions:
            parse_cron(text)
    except InvalidInput:
        return False
    return True


def main() -> int:
    """Print the first differences and how many there were."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    judged, differences = compare(options.seed, options.cases)
    for line in differences[:10]:
        print(line)  # noqa: T201 - the result of this command
    print(f"{len(differences)} differences in {judged} cases, seed {options.seed}")  # noqa: T201
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
