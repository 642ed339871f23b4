"""How fast runs become durable: raw sqlite3 and the store doing the same statements on the same disk, side by side.

``python -m benchmarks.store_throughput [--runs N] [--folder DIR] [--apscheduler PYTHON]``

The ratios count; absolute figures depend on the disk. APScheduler 3 is compared when the interpreter of a virtual
environment that has ``apscheduler<4`` and ``sqlalchemy`` is named.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import sqlite3
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from kata_desktop.runtime.clock import SystemClock
from kata_desktop.store.batches import write_batch
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database
from kata_desktop.store.jobs import Job
from kata_desktop.store.migrations.runner import MIGRATIONS
from kata_desktop.store.opening import open_store
from kata_desktop.store.worker import Worker

Statement = tuple[str, tuple[object, ...]]
Transaction = tuple[Statement, ...]

TASKS = 50
ROUNDS = 9
HEARTBEAT = 0.004
AT_ONCE = 50

_numbers = itertools.count(1)


def cycle(number: int) -> tuple[Transaction, ...]:
    """One run as the engine records it: come due with the next slot armed, claimed, finished."""
    run, task, now = f"run_{number}", f"task_{number % TASKS}", 1_000_000 + number
    due: Transaction = (
        (
            "INSERT INTO runs (id, task_id, task_name, workspace_id, revision, slot, source, state, status, "
            "available_at, created_at) VALUES (?, ?, 'Task', 'w', 1, ?, 'schedule', 'queued', 'queued', ?, ?) "
            "ON CONFLICT DO NOTHING",
            (run, task, now, now, now),
        ),
        ("UPDATE tasks SET next_slot = ?, due_at = ? WHERE id = ?", (now, now, task)),
    )
    claim: Transaction = (
        (
            "UPDATE runs SET state = 'running', status = 'running', boot_id = 'b', lease_until = ?, "
            "attempt = attempt + 1, started_at = coalesce(started_at, ?) "
            "WHERE id = ? AND state = 'queued' RETURNING attempt",
            (now, now, run),
        ),
        ("INSERT INTO attempts (run_id, number, boot_id, started_at) VALUES (?, 1, 'b', ?)", (run, now)),
        ("UPDATE tasks SET started_runs = started_runs + 1 WHERE id = ?", (task,)),
    )
    finish: Transaction = (
        (
            "UPDATE runs SET state = 'done', reason = 'completed', status = 'succeeded', output = ?, finished_at = ?, "
            "boot_id = NULL, lease_until = NULL WHERE id = ? AND state = 'running' AND boot_id = 'b' AND attempt = 1",
            ("A short answer. " * 20, now, run),
        ),
        ("UPDATE attempts SET finished_at = ?, outcome = 'completed' WHERE run_id = ? AND number = 1", (now, run)),
        (
            "INSERT INTO steps (run_id, number, attempt, kind, at, text, ok) "
            "VALUES (?, 1, 1, 'note', ?, 'Completed', 1)",
            (run, now),
        ),
    )
    return due, claim, finish


def cycles(runs: int) -> Iterator[tuple[Transaction, ...]]:
    """Fresh runs, never the same number twice."""
    return (cycle(next(_numbers)) for _ in range(runs))


def prepare(path: Path) -> None:
    """A store with a few tasks."""

    def fill(db: Connection) -> None:
        db.execute("INSERT INTO workspaces (id, name, name_key, folder, created_at) VALUES ('w', 'W', 'w', '/', 0)")
        for number in range(TASKS):
            db.execute(
                "INSERT INTO tasks (id, workspace_id, name, name_key, handler, trigger_kind, revision, state, "
                "created_at, prompt) VALUES (?, 'w', ?, ?, 'prompt', 'cron', 1, 'active', 0, 'Do it')",
                (f"task_{number}", f"Task {number}", f"task {number}"),
            )

    database = Database.open(path)
    database.write_now(fill)
    database.close()


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
    """Seconds for runs that follow each other, each waiting for the disk three times."""
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


async def longest_gap(database: Database, runs: int) -> float:
    """Seconds that a heartbeat on the loop was held up at worst while runs are recorded all at once."""
    gaps = []
    done = asyncio.Event()

    async def beat() -> None:
        last = time.perf_counter()
        while not done.is_set():
            await asyncio.sleep(HEARTBEAT)
            now = time.perf_counter()
            gaps.append(now - last - HEARTBEAT)
            last = now

    work = list(cycles(runs))
    heart = asyncio.gather(beat())
    await asyncio.sleep(HEARTBEAT * 10)
    under_way = []
    for start in range(0, runs, AT_ONCE):  # starting a thousand tasks in one pass would be the gap itself
        under_way.append(asyncio.gather(*(record(database, item) for item in work[start : start + AT_ONCE])))
        await asyncio.sleep(0)
    await asyncio.gather(*under_way)
    done.set()
    await heart
    return max(gaps)


def slowed(path: Path, delay: float) -> Database:
    """The store on a disk whose sync takes longer."""

    def run(connection: Connection, jobs: list[Job]) -> None:
        write_batch(connection, jobs)
        time.sleep(delay)

    connect = partial(open_store, path, patience=5.0, clock=SystemClock(), migrations=MIGRATIONS)
    worker = Worker("slow-writer", connect=connect, run=run, finish=Connection.close)
    worker.wait_until_open()
    return Database(path, worker, 5.0)


APSCHEDULER = """
import sys, time
from datetime import datetime, timedelta, timezone
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import create_engine, event
engine = create_engine("sqlite:///" + sys.argv[1])
@event.listens_for(engine, "connect")
def pragmas(connection, _):
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
store = SQLAlchemyJobStore(engine=engine)
scheduler = BackgroundScheduler(jobstores={"default": store}, timezone="UTC")
scheduler.start(paused=True)
now = datetime.now(timezone.utc)
for number in range(50):
    scheduler.add_job(print, "interval", seconds=50, id=str(number), next_run_time=now + timedelta(seconds=number))
began = time.perf_counter()
for number in range(int(sys.argv[2])):
    at = now + timedelta(seconds=number)
    for job in store.get_due_jobs(at):
        job._modify(next_run_time=at + timedelta(seconds=50))
        store.update_job(job)
    store.get_next_run_time()
print(int(sys.argv[2]) / (time.perf_counter() - began))
scheduler.shutdown(wait=False)
"""


def apscheduler(python: str, path: Path, runs: int) -> float:
    """Runs per second of APScheduler 3, which records only the next time: no claim, no outcome, no history."""
    arguments = [python, "-c", APSCHEDULER, str(path), str(runs)]
    finished = subprocess.run(arguments, check=True, capture_output=True, text=True)
    return float(finished.stdout)


def compared(path: Path, runs: int, python: str) -> list[tuple[float, ...]]:
    """Runs per second, round by round: raw, store one by one, store in bursts, APScheduler when it is there."""
    rounds: list[tuple[float, ...]] = []
    for number in range(ROUNDS):
        plain = runs / raw(path, runs)
        database = Database.open(path)
        single = runs / asyncio.run(one_by_one(database, runs))
        many = runs / asyncio.run(burst(database, runs))
        database.close()
        other = (apscheduler(python, path.with_name(f"apscheduler{number}.db"), runs),) if python else ()
        rounds.append((plain, single, many, *other))
    return rounds


def figures(name: str, rounds: list[tuple[float, ...]], column: int, against: int) -> None:
    """One kind of work: the median of its rounds, and of its ratios to another kind in the same round."""
    ratio = statistics.median(each[column] / each[against] for each in rounds)
    row(name, f"{statistics.median(each[column] for each in rounds):.0f} runs/s", f"{ratio:.2f}")


def row(name: str, value: str, ratio: str = "") -> None:
    """One line of the table."""
    print(f"{name:<58} {value:>14} {ratio:>10}")


def gap_row(name: str, gap: Callable[[], Database], runs: int) -> None:
    """Measure and print the longest gap with one kind of disk."""
    database = gap()
    seconds = sorted(asyncio.run(longest_gap(database, runs)) for _ in range(ROUNDS))
    database.close()
    row(name, f"{statistics.median(seconds) * 1000:.1f} ms", f"≤ {seconds[-1] * 1000:.1f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--folder", type=Path, default=None, help="a folder on the disk to measure")
    parser.add_argument("--apscheduler", default="", help="interpreter that has apscheduler<4 and sqlalchemy")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        path = Path(name) / "data" / "kata.db"
        prepare(path)
        rounds = compared(path, options.runs, options.apscheduler)
        figures("raw sqlite3, three durable transactions a run", rounds, 0, 0)
        figures("store, one run after the other; against raw", rounds, 1, 0)
        figures("store, all at once (group commit); against raw", rounds, 2, 0)
        gap_row("longest gap of the loop, 1,000 runs at once", partial(Database.open, path), 1000)
        gap_row("  with every sync 20 ms slower", partial(slowed, path, 0.02), 1000)
        if options.apscheduler:
            figures("APScheduler 3, one transaction a run; against raw", rounds, 3, 0)
            figures("store, one run after the other; against APScheduler", rounds, 1, 3)
            figures("store, all at once; against APScheduler", rounds, 2, 3)


if __name__ == "__main__":
    main()
