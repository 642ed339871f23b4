"""What the engine asks the store many times a minute never walks through the history, however long that is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from kata_desktop.store import agenda, leases, runs, usage
from kata_desktop.store.connection import Connection, Row
from kata_desktop.store.migrations.runner import upgrade
from tests.support.sim.disk import MEMORY, SimConnection, SimDatabase
from tests.support.store_rows import START, add_run, add_task, add_workspace

HISTORY = 3000

LOOKS: dict[str, Callable[[Connection], object]] = {
    "claimable": lambda db: leases.claimable(db, START, 16, places=3),
    "expired": lambda db: leases.expired(db, START, "me"),
    "lost": lambda db: leases.lost(db, ["dead"]),
    "held": lambda db: leases.held(db, "me"),
    "renew": lambda db: leases.renew(db, "me", START),
    "cancel requests": lambda db: leases.cancel_requests(db, "me"),
    "open of task": lambda db: runs.open_of_task(db, "t1"),
    "next available": lambda db: leases.next_available(db, START),
    "any waiting": lambda db: leases.any_waiting(db, START),
    "counts": runs.state_counts,
    "newest slot": runs.latest_slot,
    "tasks due": lambda db: agenda.due(db, START, 32),
    "next due": agenda.next_due,
    "runs of an hour": lambda db: usage.runs_started(db, "w1", START + timedelta(days=90), START + timedelta(days=91)),
}


class Counting(SimConnection):
    """Counts the virtual machine's steps, a hundred at a time."""

    def __init__(self) -> None:
        self.steps = 0
        super().__init__(MEMORY)
        self._raw.set_progress_handler(self._step, 100)

    def _step(self) -> int:
        self.steps += 100
        return 0


@pytest.fixture(scope="module")
def connection() -> Counting:
    counting = Counting()
    upgrade(counting)
    disk = SimDatabase(counting)

    def fill(db: Connection) -> list[Row]:
        add_workspace(db)
        add_task(db)
        for number in range(HISTORY):
            add_run(db, f"r{number}", minute=number)
        return []

    disk.write_now(fill)
    return counting


@pytest.mark.parametrize("what", LOOKS)
def test_no_look_walks_through_the_history(connection: Counting, what: str) -> None:
    connection.steps = 0
    LOOKS[what](connection)
    assert connection.steps < HISTORY / 3, "a step or more for every row of the history"
