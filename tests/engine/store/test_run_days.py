"""The history by calendar day: in the person's zone, by chip, with sums only where they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest

from kata_desktop.domain.listing import RunFilter, RunQuery
from kata_desktop.domain.run import Reason
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database
from kata_desktop.store.run_days import run_days
from tests.support.history_rows import a_run, put_run
from tests.support.store_rows import add_task, add_workspace, opened

BERLIN = "Europe/Berlin"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with opened(tmp_path / "kata.db") as made:
        made.write_now(_furnish)
        yield made


def _furnish(db: Connection) -> None:
    add_workspace(db, "ws_acme", "Acme")
    add_task(db, "t1", workspace="ws_acme")


def _put(database: Database, *slots: datetime, **changes: object) -> None:
    for slot in slots:
        run = a_run(f"run-{slot.timestamp()}", "t1", "t1", slot, **changes)
        database.write_now(partial(put_run, run=run))


def test_days_end_at_local_midnight_also_when_the_clocks_change(database: Database) -> None:
    # Berlin's 29 March 2026 has 23 hours: from 28 March 23:00 to 29 March 22:00 UTC.
    _put(database, datetime(2026, 3, 28, 22, 59, tzinfo=UTC), datetime(2026, 3, 28, 23, 0, tzinfo=UTC),
         datetime(2026, 3, 29, 21, 59, tzinfo=UTC), datetime(2026, 3, 29, 22, 0, tzinfo=UTC))  # fmt: skip
    days = database.read_now(lambda db: run_days(db, RunQuery(), BERLIN, totals=False))
    assert [(each.day, each.counts.all) for each in days] == [
        (date(2026, 3, 30), 1),
        (date(2026, 3, 29), 2),
        (date(2026, 3, 28), 1),
    ]


def test_each_chip_has_its_number_and_sums_come_when_asked_for(database: Database) -> None:
    noon = datetime(2026, 3, 24, 12, tzinfo=UTC)
    _put(database, noon)
    _put(database, noon.replace(minute=1), reason=Reason.FAILED)
    _put(database, noon.replace(minute=2), reason=Reason.MISSED, count=9)
    (plain,) = database.read_now(lambda db: run_days(db, RunQuery(), BERLIN, totals=False))
    assert [plain.rows(kind) for kind in RunFilter] == [3, 1, 1, 0, 1, 0]
    assert (plain.working_seconds, plain.cost_microdollars, plain.tokens) == (0, 0, 0)
    (full,) = database.read_now(lambda db: run_days(db, RunQuery(), BERLIN, totals=True))
    assert (full.working_seconds, full.cost_microdollars, full.tokens) == (144, 35_100, 6_672)


def test_the_query_narrows_and_its_chip_does_not(database: Database) -> None:
    noon = datetime(2026, 3, 24, 12, tzinfo=UTC)
    _put(database, noon, noon.replace(day=23))
    query = RunQuery(workspace_id="ws_acme", filter=RunFilter.FAILED, since=noon.replace(hour=0))
    days = database.read_now(lambda db: run_days(db, query, BERLIN, totals=False))
    assert [each.counts.succeeded for each in days] == [1]
    assert database.read_now(lambda db: run_days(db, RunQuery(task_id="none"), BERLIN, totals=True)) == []
