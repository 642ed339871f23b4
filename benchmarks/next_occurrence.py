"""What the next occurrence costs: ours, croniter alone, and croniter asked for the next of the same expressions.

``python -m benchmarks.next_occurrence [--rounds N]``
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from croniter import croniter

from benchmarks import figures
from kata_desktop.domain.trigger import Cron
from kata_desktop.scheduler.occurrences.slots import next_after

EXPRESSIONS = ("0 9 * * 1-5", "*/5 * * * *", "30 8,17 * * *", "0 0 1 * *", "15 2 * * 0", "0 12 L * *", "0 */2 * * *")
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC")
START = datetime(2026, 3, 20, 10, 0, tzinfo=UTC)


def ours(expression: str, zone: str, count: int) -> None:
    """The next occurrence again and again, as the engine asks for it."""
    at, trigger = START, Cron(expressions=(expression,), zone=zone)
    for _ in range(count):
        found = next_after(trigger, at, system_zone="UTC")
        assert found is not None
        at = found


def theirs(expression: str, zone: str, count: int) -> None:
    """The same through croniter, which parses the expression for every question, as a scheduler without state would."""
    at = START.astimezone(ZoneInfo(zone))
    for _ in range(count):
        at = croniter(expression, at).get_next(datetime)


def measure(options: argparse.Namespace) -> Iterator[figures.Figure]:
    """Microseconds for one occurrence, interleaved so that both meet the same machine."""
    rows: dict[str, list[float]] = {"ours": [], "croniter": []}
    for _ in range(options.rounds):
        for name, call in (("ours", ours), ("croniter", theirs)):
            began = time.perf_counter()
            for expression in EXPRESSIONS:
                for zone in ZONES:
                    call(expression, zone, options.count)
            span = timedelta(seconds=time.perf_counter() - began)
            rows[name].append(span / timedelta(microseconds=1) / (len(EXPRESSIONS) * len(ZONES) * options.count))
    yield figures.ratio(
        "next occurrence", rows["ours"], rows["croniter"], peer="croniter", unit="µs", goal=figures.at_most(0.4)
    )


def main() -> None:
    """Measure and print."""
    parser = figures.options(__doc__, rounds=5)
    parser.add_argument("--count", type=int, default=200)
    figures.run(parser, measure)


if __name__ == "__main__":
    main()
