"""APScheduler 3 at work, on SQLite with WAL and full durability; prints runs a second.

Run by an interpreter that has it. Arguments: a file that does not exist yet, the number of runs, and

* ``one-by-one``: the steps of its main loop for one job after the other, without running anything;
* ``burst``: the scheduler itself; all jobs come due at once and do nothing;
* ``burst-with-record``: the same, and start and end of each run are stored, as one has to add to know what ran.
"""

from __future__ import annotations

import sqlite3
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.events import EVENT_JOB_EXECUTED
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import create_engine, event, text

HISTORY = (
    "CREATE TABLE history (id INTEGER PRIMARY KEY, job TEXT NOT NULL, started REAL NOT NULL, ended REAL, output TEXT)"
)
WORKERS = 20
_one_writer = threading.Lock()
"""Its workers take turns in recording: waiting for each other inside SQLite, which sleeps, would halve their rate."""
_engine: Any = None


def opened(path: str) -> Any:
    """The engine that the job store and the record share."""
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 60})

    def set_up(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")

    event.listen(engine, "connect", set_up)
    return engine


def nothing(_: str) -> None:
    """A job that has nothing to do."""


def recorded(job: str) -> None:
    """A job that has nothing to do, with its start and its end made durable."""
    with _one_writer, _engine.begin() as connection:
        begun = connection.execute(
            text("INSERT INTO history (job, started) VALUES (:job, :at)"), {"job": job, "at": time.monotonic()}
        )
    with _one_writer, _engine.begin() as connection:
        connection.execute(
            text("UPDATE history SET ended = :at, output = 'Done.' WHERE id = :id"),
            {"at": time.monotonic(), "id": begun.lastrowid},
        )


def one_by_one(store: SQLAlchemyJobStore, runs: int) -> float:
    """What its main loop does for a due job, again and again."""
    scheduler = BackgroundScheduler(jobstores={"default": store}, timezone=UTC)
    scheduler.start(paused=True)
    now = datetime.now(UTC)  # noqa: TID251 - another program's clock
    for number in range(50):
        at = now + timedelta(seconds=number)
        scheduler.add_job(nothing, "interval", seconds=50, id=str(number), args=["x"], next_run_time=at)
    began = time.perf_counter()
    for number in range(runs):
        at = now + timedelta(seconds=number)
        for job in store.get_due_jobs(at):
            job._modify(next_run_time=at + timedelta(seconds=50))
            store.update_job(job)
        store.get_next_run_time()
    seconds = time.perf_counter() - began
    scheduler.shutdown(wait=False)
    return seconds


def burst(store: SQLAlchemyJobStore, runs: int, job: Any) -> float:
    """From the instant at which all jobs are due to the end of the last one."""
    executors = {"default": {"type": "threadpool", "max_workers": WORKERS}}
    scheduler = BackgroundScheduler(jobstores={"default": store}, executors=executors, timezone=UTC)
    scheduler.start(paused=True)
    due = datetime.now(UTC) + timedelta(seconds=2 + runs / 150)  # noqa: TID251
    for number in range(runs):
        options: dict[str, Any] = {"id": str(number), "args": [str(number)], "misfire_grace_time": 600}
        scheduler.add_job(job, "interval", days=1, next_run_time=due, **options)
    ended, left = threading.Event(), [runs]

    def count(_: object) -> None:
        left[0] -= 1
        if not left[0]:
            ended.set()

    scheduler.add_listener(count, EVENT_JOB_EXECUTED)
    scheduler.resume()
    time.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds()))  # noqa: TID251
    began = time.perf_counter()
    ended.wait(600)
    seconds = time.perf_counter() - began
    scheduler.shutdown(wait=False)
    return seconds


def main() -> None:
    """Print runs a second."""
    global _engine  # noqa: PLW0603 - jobs of APScheduler are found by name, so what they need is the module's
    path, runs, mode = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    _engine = opened(path)
    with _engine.begin() as connection:
        connection.execute(text(HISTORY))
    store = SQLAlchemyJobStore(engine=_engine)
    if mode == "one-by-one":
        seconds = one_by_one(store, runs)
    else:
        seconds = burst(store, runs, recorded if mode == "burst-with-record" else nothing)
    print(runs / seconds)


if __name__ == "__main__":
    main()
