"""How late deadlines are noticed: our alarm beside asyncio's own timers, on the stock loop and on the loop of Qt.

``python -m benchmarks.punctuality [--deadlines N] [--seconds S]``

A thousand deadlines within eight seconds, and a sparse set; the same ones for each way of waiting, one after the other.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from kata_desktop.runtime.alarm import SystemAlarm
from kata_desktop.runtime.clock import SystemClock

CLOCK = SystemClock()


@dataclass(frozen=True, kw_only=True, slots=True)
class Lateness:
    """Milliseconds after the deadline; negative would be early."""

    earliest: float
    median: float
    p99: float
    latest: float


def measured(values: list[float]) -> Lateness:
    """Summarise lateness in milliseconds."""
    ordered = sorted(values)
    return Lateness(
        earliest=ordered[0],
        median=statistics.median(ordered),
        p99=ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))],
        latest=ordered[-1],
    )


async def with_alarm(deadlines: list[datetime]) -> list[float]:
    """One alarm for all deadlines, as the engine waits."""
    alarm, late = SystemAlarm(CLOCK), []
    for deadline in deadlines:
        while (now := CLOCK.now()) < deadline:
            await alarm.wait(deadline)
        late.append((now - deadline).total_seconds() * 1000)
    alarm.close()
    return late


async def with_timers(deadlines: list[datetime]) -> list[float]:
    """One timer of the loop per deadline, as a naive scheduler waits."""
    loop, late = asyncio.get_running_loop(), []
    done = loop.create_future()

    def fired(deadline: datetime) -> None:
        late.append((CLOCK.now() - deadline).total_seconds() * 1000)
        if len(late) == len(deadlines):
            done.set_result(None)

    for deadline in deadlines:
        loop.call_later((deadline - CLOCK.now()).total_seconds(), fired, deadline)
    await done
    return late


def plan(count: int, seconds: float) -> list[datetime]:
    """Random deadlines, the same for every way of waiting in relation to their start."""
    choice = random.Random(1)
    start = CLOCK.now() + timedelta(seconds=0.2)
    return [start + timedelta(seconds=offset) for offset in sorted(choice.uniform(0, seconds) for _ in range(count))]


def qt_loop() -> asyncio.AbstractEventLoop:
    """The loop that the window runs on."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    _kept.append(QApplication.instance() or QApplication([]))  # noqa: TID251 - a benchmark owns its process
    import qasync

    return qasync.QEventLoop(_kept[0])  # type: ignore[no-any-return]


_kept: list[object] = []


def main() -> None:
    """Print a row for each way of waiting and the ratios that count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deadlines", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=8.0)
    options = parser.parse_args()
    ways: tuple[tuple[str, Callable[[], asyncio.AbstractEventLoop], Callable[[list[datetime]], object]], ...] = (
        ("asyncio's timers, stock loop", asyncio.new_event_loop, with_timers),
        ("our alarm, stock loop", asyncio.new_event_loop, with_alarm),
        ("Qt loop's own timers", qt_loop, with_timers),
        ("our alarm, Qt loop", qt_loop, with_alarm),
    )
    for label, count, seconds in (("dense", options.deadlines, options.seconds), ("sparse", 20, options.seconds)):
        rows: dict[str, Lateness] = {}
        for name, factory, way in ways:
            with asyncio.Runner(loop_factory=factory) as runner:
                rows[name] = measured(runner.run(way(plan(count, seconds))))  # type: ignore[arg-type]
        base = rows["asyncio's timers, stock loop"]
        print(f"{label}: {count} deadlines in {seconds:g} s; milliseconds late")
        for name, row in rows.items():
            print(
                f"  {name:30} earliest {row.earliest:7.2f}  median {row.median:7.2f}  p99 {row.p99:7.2f}  "
                f"latest {row.latest:7.2f}  p99 {row.p99 / base.p99:6.2f} ×  latest {row.latest / base.latest:6.2f} ×"
            )


if __name__ == "__main__":
    main()
