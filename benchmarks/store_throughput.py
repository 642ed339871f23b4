"""How fast runs become durable: raw sqlite3, the store, the whole engine and APScheduler 3, on the same disk in turn.

``python -m benchmarks.store_throughput [--runs N] [--folder DIR] [--without-apscheduler]``

A run takes two durable transactions, and not fewer, if it is to be known after a crash whether it had been started:
due, claimed, next slot armed; finished. Raw sqlite3 runs the same statements in as many transactions. APScheduler 3
(installed into ``build/peers`` at the first use) stores the next time only, in one transaction a run, and no outcome;
so the comparison is with one that records start and end of each run as well, by turns: that is twice as fast as when
its workers contend for the file. As it comes it is shown without a goal: that is half of the durable work. Its journal
is WAL, its durability full, as ours.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

from benchmarks import figures
from benchmarks.cycles import Transaction, cycles, prepare
from benchmarks.peers.environments import scripts_of
from benchmarks.seeded import engine_on, places, seed
from kata_desktop.domain.events import RunChanged
from kata_desktop.domain.run import RunState
from kata_desktop.runtime.clock import SystemClock
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database

PEER = Path(__file__).with_name("peers") / "apscheduler_runs.py"
UNIT = "runs/s"
APSCHEDULER = {"one-by-one": "APScheduler 3", "burst": "APScheduler 3", "burst-with-record": "APScheduler 3 + record"}

Rates = dict[str, list[float]]


def raw(path: Path, runs: int) -> float:
    """Seconds of plain sqlite3 on the same file with the same durability."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    work = list(cycles(runs))
    began = time.perf_counter()
    for transactions in work:
        for statements in transactions:
            connection.execute("BEGIN IMMEDIATE")
            for sql, params in statements:
                connection.execute(sql, params).fetchall()
            connection.execute("COMMIT")
    seconds = time.perf_counter() - began
    connection.close()
    return seconds


def apply(statements: Transaction, db: Connection) -> None:
    """The closure that the store is given."""
    for sql, params in statements:
        db.all(sql, params)


async def record(database: Database, transactions: tuple[Transaction, ...]) -> None:
    """One run, each step durable before the next."""
    for statements in transactions:
        await database.write(partial(apply, statements))


async def one_by_one(database: Database, runs: int) -> float:
    """Seconds for runs that follow each other."""
    work = list(cycles(runs))
    began = time.perf_counter()
    for transactions in work:
        await record(database, transactions)
    return time.perf_counter() - began


async def burst(database: Database, runs: int) -> float:
    """Seconds for runs that all come due at once."""
    work = list(cycles(runs))
    began = time.perf_counter()
    await asyncio.gather(*(record(database, transactions) for transactions in work))
    return time.perf_counter() - began


async def through_the_engine(folder: Path, runs: int) -> float:
    """Seconds from the instant at which all tasks are due to the last recorded end."""
    paths = places(folder)
    due = SystemClock().now() + timedelta(seconds=1.5 + runs / 1500)
    seed(paths, [due] * runs)
    left, ended = [runs], asyncio.Event()

    def hear(event: RunChanged) -> None:
        left[0] -= event.state is RunState.DONE
        if not left[0]:
            ended.set()

    async with engine_on(paths) as kata:
        kata.bus.subscribe(RunChanged, hear)
        await ended.wait()
        return (SystemClock().now() - due).total_seconds()


def apscheduler(path: Path, runs: int, mode: str) -> float:
    """Runs a second of APScheduler 3."""
    python = scripts_of("apscheduler", "apscheduler<4", "sqlalchemy") / "python"
    command = [str(python), str(PEER), str(path), str(runs), mode]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def one_round(folder: Path, number: int, options: argparse.Namespace, into: Rates) -> None:
    """Everything once, one after the other."""
    runs, path = options.runs, folder / "kata.db"
    into.setdefault("raw", []).append(runs / raw(path, runs))
    database = Database.open(path)
    into.setdefault("store", []).append(runs / asyncio.run(one_by_one(database, runs)))
    into.setdefault("store burst", []).append(runs / asyncio.run(burst(database, runs)))
    database.close()
    engine = asyncio.run(through_the_engine(folder / f"engine{number}", runs))
    into.setdefault("engine burst", []).append(runs / engine)
    if not options.without_apscheduler:
        for mode in APSCHEDULER:
            found = apscheduler(folder / f"{mode}{number}.db", runs, mode)
            into.setdefault(mode, []).append(found)


def measure(options: argparse.Namespace) -> Iterator[figures.Figure]:
    """Round by round."""
    rates: Rates = {}
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        prepare(folder / "kata.db")
        for number in range(options.rounds):
            one_round(folder, number, options, rates)
    what = "claim + start + finish + next slot, durable"
    against_raw = partial(figures.ratio, peer="raw sqlite3", unit=UNIT, form=".0f", beside=rates["raw"])
    yield against_raw(f"{what}: store, one by one", rates["store"], goal=figures.at_least(0.75))
    yield against_raw(f"{what}: store, burst", rates["store burst"], goal=figures.at_least(4))
    yield against_raw(f"{what}: whole engine, burst", rates["engine burst"])
    if not options.without_apscheduler:
        yield from against_apscheduler(what, rates)


def against_apscheduler(what: str, rates: Rates) -> Iterator[figures.Figure]:
    """The schedulers as wholes when everything is due at once, and the stores when runs follow each other."""
    for mode, ours, label, goal in (
        ("burst-with-record", "engine burst", "whole engine, burst", figures.at_least(3)),
        ("burst", "engine burst", "whole engine, burst (two commits beside one)", None),
        ("one-by-one", "store", "store, one by one (two commits beside one)", None),
    ):
        yield figures.ratio(
            f"{what}: {label}", rates[ours], rates[mode], peer=APSCHEDULER[mode], unit=UNIT, form=".0f", goal=goal
        )


def main() -> None:
    """Measure and print."""
    parser = figures.options(__doc__, rounds=5)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--folder", type=Path, default=None, help="a folder on the disk to measure")
    parser.add_argument("--without-apscheduler", action="store_true", help="do not install and run APScheduler")
    figures.run(parser, measure)


if __name__ == "__main__":
    main()
