"""Two processes' connections on one real file: looking and taking is one step."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from kata_desktop.domain.run import Run, RunState, Source
from kata_desktop.store import leases, runs
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database
from tests.support.store_rows import START, add_task, add_workspace

ROUNDS = 150


def _take_next(db: Connection, who: str) -> str:
    """Look for the newest row, then file one after it: the pattern of every round of the engine."""
    newest = runs.latest_slot(db) or START
    run = Run(
        id=f"{who}-{newest.timestamp()}",
        task_id="t1",
        task_name="t1",
        workspace_id="w1",
        revision=1,
        slot=newest + timedelta(minutes=1),
        source=Source.SCHEDULE,
        state=RunState.QUEUED,
        available_at=START,
        created_at=START,
    )
    assert runs.insert(db, run, runs.Placement()), "somebody wrote between our look and our step"
    assert leases.claim(db, run.id, who, START, START + timedelta(minutes=1)) is not None
    return run.id


def _begin(db: Connection) -> None:
    add_workspace(db)
    add_task(db)


async def test_two_writers_never_come_between_a_look_and_a_step(tmp_path: Path) -> None:
    path = tmp_path / "kata.db"
    first = Database.open(path)
    second = Database.open(path)
    try:
        await first.write(_begin)

        async def work(database: Database, who: str) -> None:
            for _ in range(ROUNDS):
                await database.write(lambda db: _take_next(db, who))

        await asyncio.gather(work(first, "a"), work(second, "b"))
        slots = await first.read(lambda db: db.all("SELECT slot, count(*) FROM runs GROUP BY slot"))
        assert [count for _, count in slots] == [1] * (2 * ROUNDS)
    finally:
        await second.aclose()
        await first.aclose()
