"""How late deadlines are noticed: our alarm beside asyncio's own timers, on the stock loop and on the loop of Qt.

``python -m benchmarks.punctuality [--deadlines N] [--seconds S]``

A thousand deadlines within eight seconds, and a sparse set; the same ones for each way of waiting, one after the other.
Then as many real tasks through the engine: from the slot to the handler's first line, the durable claim included.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks import figures
from benchmarks.loops import LOOPS, LoopFactory, qt_loop
from benchmarks.seeded import engine_on, no_op, places, seed
from kata_desktop.domain.handler import Result, RunContext
from kata_desktop.runtime.alarm import SystemAlarm
from kata_desktop.runtime.clock import SystemClock

CLOCK = SystemClock()
EARLY_MOST = 1.0
Way = Callable[[list[datetime]], Awaitable[list[float]]]


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


def late_by(deadline: datetime) -> float:
    """Milliseconds since a deadline."""
    return (CLOCK.now() - deadline).total_seconds() * 1000


async def with_alarm(deadlines: list[datetime]) -> list[float]:
    """One alarm for all deadlines, as the engine waits."""
    alarm, late = SystemAlarm(CLOCK), []
    for deadline in deadlines:
        while CLOCK.now() < deadline:
            await alarm.wait(deadline)
        late.append(late_by(deadline))
    alarm.close()
    return late


async def with_timers(deadlines: list[datetime]) -> list[float]:
    """One timer of the loop per deadline, as a naive scheduler waits."""
    loop, late = asyncio.get_running_loop(), []
    done = loop.create_future()

    def fired(deadline: datetime) -> None:
        late.append(late_by(deadline))
        if len(late) == len(deadlines):
            done.set_result(None)

    for deadline in deadlines:
        loop.call_later((deadline - CLOCK.now()).total_seconds(), fired, deadline)
    await done
    return late


async def with_engine(deadlines: list[datetime]) -> list[float]:
    """One task per deadline, through the engine."""
    late: list[float] = []
    ended = asyncio.Event()

    async def work(context: RunContext) -> Result:
        late.append(late_by(context.slot))
        if len(late) == len(deadlines):
            ended.set()
        return await no_op(context)

    with tempfile.TemporaryDirectory() as folder:
        paths = places(Path(folder))
        start = timedelta(seconds=2) + (CLOCK.now() - deadlines[0])
        seed(paths, [deadline + start for deadline in deadlines])
        async with engine_on(paths, work):
            await ended.wait()
            await asyncio.sleep(0.2)
    return late


def plan(count: int, seconds: float) -> list[datetime]:
    """Random deadlines, the same for every way of waiting in relation to their start."""
    choice = random.Random(1)
    start = CLOCK.now() + timedelta(seconds=0.2)
    return [start + timedelta(seconds=offset) for offset in sorted(choice.uniform(0, seconds) for _ in range(count))]


def once(factory: LoopFactory, way: Way, count: int, seconds: float) -> Lateness:
    """One way of waiting on one kind of loop."""

    async def whole() -> list[float]:
        return await way(plan(count, seconds))

    with asyncio.Runner(loop_factory=factory) as runner:
        return measured(runner.run(whole()))


def measure(options: argparse.Namespace) -> Iterator[figures.Figure]:
    """Dense and sparse deadlines, then tasks."""
    ways: tuple[tuple[str, LoopFactory, Way], ...] = (
        ("timers", asyncio.new_event_loop, with_timers),
        *((name, factory, with_alarm) for name, factory in LOOPS),
        ("Qt's timers", qt_loop, with_timers),
    )
    spread = ((f"{options.deadlines:,} deadlines", options.deadlines), ("sparse deadlines", 20))
    for label, count in spread:
        rows: dict[str, list[Lateness]] = {}
        for _ in range(options.rounds):
            for name, factory, way in ways:
                rows.setdefault(name, []).append(once(factory, way, count, options.seconds))
        for loop, _ in LOOPS:
            yield from compared(label, loop, rows)
    for loop, factory in LOOPS:
        found = [once(factory, with_engine, options.deadlines, options.seconds) for _ in range(options.rounds)]
        yield from engine_rows(loop, found, options)


def compared(label: str, loop: str, rows: dict[str, list[Lateness]]) -> Iterator[figures.Figure]:
    """The alarm beside asyncio's own timers; Qt's own are named where they would have been used."""
    dense = label != "sparse deadlines"
    own = statistics.median(each.p99 for each in rows["Qt's timers"])
    qt = f"; Qt's own {own:.1f} ms" if "Qt" in loop else ""
    ours, other = ([each.p99 if dense else each.latest for each in rows[name]] for name in (loop, "timers"))
    yield figures.ratio(
        f"lateness, {label} in 8 s, {'p99' if dense else 'latest'}, {loop}",
        ours,
        other,
        peer=f"asyncio's timers{qt}",
        unit="ms",
        form=".2f",
        goal=figures.at_most(1.5 if dense else 1.2),
    )
    yield early(f"earliest, {label}, {loop}", rows[loop])


def early(what: str, found: list[Lateness]) -> figures.Figure:
    """How much too early anything ever was."""
    most = max(0.0, -min(each.earliest for each in found))
    return figures.absolute(what, [most], unit="ms early", goal=figures.at_most(EARLY_MOST), form=".2f")


def engine_rows(loop: str, found: list[Lateness], options: argparse.Namespace) -> Iterator[figures.Figure]:
    """Real tasks."""
    what = f"{options.deadlines:,} tasks in {options.seconds:g} s through the engine, slot → handler, {loop}"
    medians = statistics.median(each.median for each in found)
    beside = f"median {medians:.1f} ms; claims are durable"
    yield figures.absolute(f"{what}, p99", [each.p99 for each in found], unit="ms", beside=beside)
    yield early(f"earliest, {what}", found)


def main() -> None:
    """Measure and print."""
    parser = figures.options(__doc__, rounds=1)
    parser.add_argument("--deadlines", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=8.0)
    figures.run(parser, measure)


if __name__ == "__main__":
    main()
