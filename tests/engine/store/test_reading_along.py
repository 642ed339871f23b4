"""What lists of conversations and messages ask of the store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kata_desktop.domain.channel import InboxItem, InboxState
from kata_desktop.domain.notification import OutboxQuery, OutboxState
from kata_desktop.domain.run import Reason, RunState
from kata_desktop.store import inbox, outbox, runs, sessions
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database
from tests.support.fake_channel import wrote
from tests.support.store_rows import START, add_run, add_task, add_workspace, message, opened


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    with opened(path) as database:
        database.write_now(furnish)
        yield database


def furnish(db: Connection) -> None:
    add_workspace(db)
    add_workspace(db, "w2", "Other")
    add_task(db)
    for minute, ident in enumerate(("s1", "s2")):
        sessions.save(db, ident, "w1", "t1", f"Talk {ident}", b"[]", START + timedelta(minutes=minute))
    sessions.save(db, "s3", "w2", "", "Elsewhere", b"[]", START)
    for minute, (session, output) in enumerate((("s1", "first"), ("s1", "Grüße **zuletzt**"), ("s2", ""))):
        add_run(db, f"r{minute}", minute=minute, session_id=session)
        db.execute("UPDATE runs SET output = ? WHERE id = ?", (output, f"r{minute}"))
    db.execute("UPDATE runs SET reason = ?, detail = 'No key' WHERE id = 'r2'", (Reason.FAILED.value,))


def test_conversations_come_with_their_last_words(database: Database) -> None:
    rows = database.read_now(lambda db: sessions.rows(db, "w1"))
    assert [(row.session.id, row.last_words, row.failed) for row in rows] == [
        ("s2", "No key", True),
        ("s1", "Grüße **zuletzt**", False),
    ]
    assert rows[0].task_name == "t1"
    assert rows[1].run_state is RunState.DONE
    assert database.read_now(lambda db: sessions.rows(db, "w1", limit=1, offset=1))[0].session.id == "s1"
    assert database.read_now(sessions.rows)[-1].run_state is None


@pytest.mark.parametrize(
    "search, found", [("GRÜSSE", ["s1"]), ("talk s2", ["s2"]), ("no key", []), ("t1", ["s2", "s1"]), ("%", [])]
)
def test_conversations_are_searched(database: Database, search: str, found: list[str]) -> None:
    rows = database.read_now(lambda db: sessions.rows(db, "w1", search=search))
    assert [row.session.id for row in rows] == found
    assert database.read_now(lambda db: sessions.count(db, "w1", search=search)) == len(found)


def test_the_runs_of_a_conversation_come_in_their_order(database: Database) -> None:
    assert [run.id for run in database.read_now(lambda db: runs.of_session(db, "s1", limit=9))] == ["r0", "r1"]
    assert [run.id for run in database.read_now(lambda db: runs.of_session(db, "s1", limit=1))] == ["r1"]
    assert database.read_now(lambda db: runs.of_session(db, "", limit=9)) == []


def put_messages(db: Connection) -> None:
    for number, state in enumerate(("failed", "failed", "unknown", "pending")):
        outbox.add(db, replace(message(f"m{number}"), created_at=START + timedelta(minutes=number)))
        db.execute("UPDATE outbox SET state = ? WHERE id = ?", (state, f"m{number}"))
    outbox.add(db, replace(message("of-nobody"), workspace_id=""))
    outbox.add(db, replace(message("elsewhere"), workspace_id="w2", body="100 % different"))


def test_messages_are_found_counted_and_paged(database: Database) -> None:
    database.write_now(put_messages)
    here = OutboxQuery(workspace_id="w1")
    assert database.read_now(lambda db: outbox.counts(db, here)) == {
        OutboxState.FAILED: 2, OutboxState.UNKNOWN: 1, OutboxState.PENDING: 2,
    }  # fmt: skip
    failed = replace(here, states=(OutboxState.FAILED,))
    assert [item.id for item in database.read_now(lambda db: outbox.found(db, failed))] == ["m1", "m0"]
    paged = replace(here, limit=2, offset=2)
    assert [item.id for item in database.read_now(lambda db: outbox.found(db, paged))] == ["m1", "of-nobody"]
    words = OutboxQuery(search="100 %")
    assert [item.id for item in database.read_now(lambda db: outbox.found(db, words))] == ["elsewhere"]


def test_a_withdrawal_is_taken_back_to_what_it_was(database: Database) -> None:
    database.write_now(put_messages)
    before = database.read_now(lambda db: outbox.get(db, "m0"))
    assert before is not None
    assert database.write_now(lambda db: outbox.drop(db, "m0"))
    assert database.write_now(lambda db: outbox.restore(db, before))
    assert database.read_now(lambda db: outbox.get(db, "m0")) == before
    assert not database.write_now(lambda db: outbox.restore(db, before)), "it was not withdrawn"


def test_a_conversation_that_was_begun_keeps_what_is_in_it(database: Database) -> None:
    later = START + timedelta(hours=1)
    database.write_now(lambda db: sessions.begin(db, "s9", "w1", "t1", "Who is in?", later))
    (first, *_) = database.read_now(lambda db: sessions.rows(db, "w1"))
    assert (first.session.id, first.session.title, first.last_words) == ("s9", "Who is in?", "")
    database.write_now(lambda db: sessions.save(db, "s9", "w1", "t1", "", b"[1]", later))
    database.write_now(lambda db: sessions.begin(db, "s9", "w1", "t1", "Still?", later + timedelta(hours=1)))
    kept = database.read_now(lambda db: sessions.get(db, "s9"))
    assert (kept.title, kept.updated_at) == ("Who is in?", later + timedelta(hours=1))
    assert database.read_now(lambda db: sessions.get_state(db, "s9")) == b"[1]"


@pytest.mark.parametrize(
    "search, found",
    [
        ("GRÜSSE", ["i1"]), ("ann team", ["i2", "i1"]), ("not allowed", ["i2"]), ("u7", ["i2", "i1"]), ("%", []),
        ("conversation_name", []),
    ],
)  # fmt: skip
def test_what_came_in_is_searched(database: Database, search: str, found: list[str]) -> None:
    def put(db: Connection) -> None:
        for number, text in ((1, "Grüße aus Kiel"), (2, "And you?")):
            heard = wrote(f"m{number}", text, sender="U7", sender_name="Ann", conversation_name="#team", at=START)
            item = InboxItem(id=f"i{number}", workspace_id="w1", message=heard, state=InboxState.RECEIVED)
            assert inbox.add(db, item, START + timedelta(minutes=number))
        inbox.settle(db, "i2", InboxState.IGNORED, reason="Its sender is not allowed.")

    database.write_now(put)
    items = database.read_now(lambda db: inbox.listed(db, "w1", search=search))
    assert [item.id for item in items] == found
    counts = database.read_now(lambda db: inbox.counts(db, "w1", search=search))
    assert sum(counts.values()) == len(found)
