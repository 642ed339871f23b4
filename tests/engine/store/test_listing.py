"""Lists: filters, words, orders and counts agree with each other, and with what a row says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kata_desktop.domain.errors import NotFound
from kata_desktop.domain.listing import RunCounts, RunFilter, RunQuery, TaskCounts, TaskFilter, TaskQuery, TaskSort
from kata_desktop.domain.run import Delivery, Reason, RunState
from kata_desktop.domain.task import TaskState
from kata_desktop.store import leases, listing, runs, tasks
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database
from tests.support.store_rows import START, add_run, add_task, add_workspace


@pytest.fixture
def db(path: Path) -> Iterator[Connection]:
    """A connection of the test's own thread to a store with one workspace."""
    Database.open(path).close()
    connection = Connection(path)
    add_workspace(connection)
    yield connection
    connection.close()


def names(db: Connection, **query: object) -> list[str]:
    return [row.task.id for row in listing.task_rows(db, TaskQuery(**query))]  # type: ignore[arg-type]


def found(db: Connection, **query: object) -> list[str]:
    """Runs by a query, and at once: the count of the query is the number of its rows."""
    asked = RunQuery(**query)  # type: ignore[arg-type]
    ids = [run.id for run in listing.run_rows(db, asked)]
    assert listing.run_count(db, asked) == len(ids)
    return ids


# Tasks


def test_tasks_are_filtered_and_counted_alike(db: Connection) -> None:
    add_workspace(db, "w2", "Work")
    add_task(db, "active")
    add_task(db, "elsewhere", workspace="w2")
    add_task(db, "paused", state=TaskState.PAUSED)
    add_task(db, "finished", state=TaskState.FINISHED)
    add_task(db, "deleted", state=TaskState.DELETED)
    assert names(db, filter=TaskFilter.ACTIVE, workspace_id="w1") == ["active"]
    assert names(db, filter=TaskFilter.PAUSED) == ["paused"]
    assert names(db, filter=TaskFilter.FINISHED) == ["finished"]
    assert sorted(names(db)) == ["active", "elsewhere", "finished", "paused"]
    assert listing.task_counts(db) == TaskCounts(all=4, active=2, paused=1, finished=1)
    assert listing.task_counts(db, "w1") == TaskCounts(all=3, active=1, paused=1, finished=1)
    assert listing.task_counts(db, "w3") == TaskCounts()


@pytest.mark.parametrize(
    "reason, delivery, needed",
    [
        (Reason.COMPLETED, Delivery.DELIVERED, False),
        (Reason.COMPLETED, Delivery.FAILED, True),
        (Reason.COMPLETED, Delivery.UNKNOWN, True),
        (Reason.FAILED, Delivery.NONE, True),
        (Reason.TIMED_OUT, Delivery.NONE, True),
        (Reason.INTERRUPTED, Delivery.NONE, True),
        (Reason.ABANDONED, Delivery.NONE, True),
        (Reason.NEEDS_REVIEW, Delivery.NONE, True),
        (Reason.CANCELLED, Delivery.NONE, False),
    ],
)
def test_what_needs_attention(db: Connection, reason: Reason, delivery: Delivery, needed: bool) -> None:
    add_task(db)
    add_run(db, "r1", reason=reason)
    db.execute("UPDATE runs SET delivery = ?", (delivery.value,))
    add_run(db, "r2", minute=1, reason=Reason.SKIPPED_PAUSED)
    add_run(db, "r3", minute=2, test=True)
    assert names(db, filter=TaskFilter.ATTENTION) == ["t1"] * needed
    assert listing.task_counts(db).attention == needed
    add_run(db, "r4", minute=3)
    assert names(db, filter=TaskFilter.ATTENTION) == []


def test_what_waits_or_was_paused_for_failing_needs_attention(db: Connection) -> None:
    add_task(db, "t1")
    add_run(db, "r1")
    add_run(db, "r2", minute=1, state=RunState.PARKED, reason=None)
    add_task(db, "t2", state=TaskState.PAUSED, state_reason="It failed 5 times in a row.")
    add_task(db, "t3", state=TaskState.PAUSED)
    db.execute("UPDATE tasks SET failures_in_row = 5 WHERE id = 't2'")
    assert names(db, filter=TaskFilter.ATTENTION, sort=TaskSort.NAME) == ["t1", "t2"]
    assert listing.task_counts(db).attention == 2


def test_every_word_must_occur_somewhere(db: Connection) -> None:
    add_task(db, "t1", name="Ärger im Büro", prompt="100% of_it", tags=("Post", "häufig"))
    add_task(db, "t2", name="Post", prompt="Read it")
    assert names(db, search="POST", sort=TaskSort.NAME) == ["t2", "t1"]
    assert names(db, search="post BÜRO") == ["t1"]
    assert names(db, search="ärger") == ["t1"]
    assert names(db, search="a\u0308RGER") == ["t1"]
    assert names(db, search="HÄUFIG") == ["t1"]
    assert names(db, search="0% f_i") == ["t1"]
    assert names(db, search="1_0") == []
    assert names(db, search="' OR 1=1 --") == []
    assert names(db, tag="post") == ["t1"]
    assert names(db, tag="pos") == []


def test_tasks_are_sorted(db: Connection) -> None:
    for number, name in enumerate(("Zebra", "ape", "Maus")):
        slot = START + timedelta(hours=3 - number)
        add_task(db, f"t{number}", name=name, next_slot=slot, due_at=slot, created_at=START + timedelta(days=number))
    add_task(db, "p", name="b", state=TaskState.PAUSED, next_slot=START, due_at=START)
    add_task(db, "f", name="c", state=TaskState.FINISHED, next_slot=None, due_at=None)
    add_run(db, "r1", task="t1", minute=5)
    add_run(db, "r2", task="t2", minute=1)
    add_run(db, "r3", task="p", minute=9, test=True)
    assert names(db) == ["t2", "t1", "t0", "p", "f"]
    assert names(db, sort=TaskSort.NAME) == ["t1", "p", "f", "t2", "t0"]
    assert names(db, sort=TaskSort.LAST_RUN)[:2] == ["t1", "t2"]
    assert names(db, sort=TaskSort.CREATED) == ["t2", "t1", "t0", "p", "f"]
    assert names(db, limit=2, offset=1) == ["t1", "t0"]


def test_a_task_is_shown_with_its_runs(db: Connection) -> None:
    add_task(db, "t1")
    add_task(db, "t2")
    for minute in range(14):
        add_run(db, f"r{minute}", minute=minute, reason=Reason.FAILED if minute % 3 == 0 else Reason.COMPLETED)
    add_run(db, "test", minute=20, test=True)
    add_run(db, "waiting", minute=21, state=RunState.QUEUED, reason=None)
    add_run(db, "going", minute=22, state=RunState.QUEUED, reason=None)
    leases.claim(db, "going", "boot", START, START)
    first, second = listing.task_rows(db, TaskQuery(sort=TaskSort.NAME))
    assert first.history == tuple("failed" if minute % 3 == 0 else "succeeded" for minute in range(4, 14))
    assert first.last_run is not None
    assert first.last_run.id == "going"
    assert first.active_run is not None
    assert first.active_run.id == "going"
    assert (second.history, second.last_run, second.active_run) == ((), None, None)
    assert listing.task_row(db, "t1") == first
    with pytest.raises(NotFound):
        listing.task_row(db, "none")
    assert listing.task_rows(db, TaskQuery(workspace_id="none")) == []


def test_the_outlook_tells_how_it_went(db: Connection) -> None:
    add_task(db, "t1")
    add_task(db, "t2", next_slot=START - timedelta(hours=1), due_at=START - timedelta(hours=1))
    add_task(db, "t3", state=TaskState.PAUSED)
    add_run(db, "r1", reason=Reason.FAILED)
    db.execute("UPDATE runs SET error_kind = 'bad-key'")
    assert [(look.task.id, look.last_status, look.last_error_kind) for look in listing.outlooks(db)] == [
        ("t2", "", ""),
        ("t1", "failed", "bad-key"),
    ]
    assert listing.outlooks(db, "w2") == []


# Runs


@pytest.fixture
def history(db: Connection) -> Connection:
    add_task(db, "t1")
    add_task(db, "t2")
    for minute, reason in enumerate(Reason):
        add_run(db, reason.name.lower(), task="t1", minute=minute, reason=reason, detail=f"Because {reason.value}")
    add_run(db, "queued", task="t2", minute=100, state=RunState.QUEUED, reason=None)
    add_run(db, "parked", task="t2", minute=101, state=RunState.PARKED, reason=None)
    add_run(db, "undelivered", task="t2", minute=102)
    db.execute("UPDATE runs SET delivery = 'failed', output = ? WHERE id = 'undelivered'", ("Längst " * 2000,))
    return db


def test_runs_come_newest_first(history: Connection) -> None:
    assert found(history)[:4] == ["undelivered", "parked", "queued", "needs_review"]
    assert found(history, task_id="t2") == ["undelivered", "parked", "queued"]
    assert found(history, workspace_id="w2") == []
    assert found(history, since=START + timedelta(minutes=101)) == ["undelivered", "parked"]


def test_runs_are_filtered_and_counted_alike(history: Connection) -> None:
    counts = listing.run_counts(history, RunQuery(filter=RunFilter.FAILED))
    assert counts == RunCounts(all=19, succeeded=1, failed=6, waiting=1, skipped=9, running=1)
    for kind in RunFilter:
        assert len(found(history, filter=kind)) == getattr(counts, kind.value)
    assert found(history, filter=RunFilter.FAILED) == [
        "undelivered",
        "needs_review",
        "abandoned",
        "interrupted",
        "timed_out",
        "failed",
    ]
    assert found(history, status="missed") == ["expired", "missed"]
    assert listing.run_counts(history, RunQuery(task_id="t2")).all == 3
    assert listing.run_counts(history, RunQuery(workspace_id="none")) == RunCounts()


def test_every_status_is_under_some_filter_but_cancelled(history: Connection) -> None:
    under = {ident for kind in RunFilter if kind is not RunFilter.ALL for ident in found(history, filter=kind)}
    assert set(found(history)) - under == {"cancelled"}


def test_runs_are_searched(history: Connection) -> None:
    assert found(history, search="LÄNGST") == ["undelivered"]
    assert found(history, search="because MISSED") == ["missed"]
    assert found(history, search="T2 längst") == ["undelivered"]


def test_a_list_shows_the_beginning_of_an_output(history: Connection) -> None:
    [run] = [run for run in listing.run_rows(history, RunQuery()) if run.id == "undelivered"]
    whole = runs.get(history, "undelivered").output
    assert run.output == whole[: listing.OUTPUT_SHOWN]
    assert len(whole) > listing.OUTPUT_SHOWN


def test_pages_never_overlap(db: Connection) -> None:
    for number in range(30):
        add_task(db, f"t{number:02}")
        add_run(db, f"r{number:02}", task=f"t{number:02}")  # all at the same instant
    pages = [run.id for offset in range(0, 30, 7) for run in listing.run_rows(db, RunQuery(limit=7, offset=offset))]
    assert sorted(pages) == [f"r{number:02}" for number in range(30)]


@pytest.mark.parametrize("workspace", ["", "w1"])
def test_a_page_is_found_without_reading_the_history(history: Connection, workspace: str) -> None:
    seen: list[str] = []

    class Watched(Connection):
        """Asks how each statement would be carried out."""

        def all(self, sql: str, params: object = ()) -> list[tuple[object, ...]]:
            seen.extend(row[3] for row in super().all(f"EXPLAIN QUERY PLAN {sql}", params))  # type: ignore[arg-type]
            return super().all(sql, params)  # type: ignore[arg-type]

    watched = Watched(history.path)
    listing.run_rows(watched, RunQuery(workspace_id=workspace, filter=RunFilter.FAILED))
    watched.close()
    index = "runs_by_workspace" if workspace else "runs_by_time"
    assert any(f"USING COVERING INDEX {index}" in step for step in seen), seen
    assert sum("TEMP B-TREE" in step for step in seen) <= 1, "only the page itself may be sorted"
    assert tasks.get(history, "t1").id == "t1"
