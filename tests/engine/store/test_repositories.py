"""Workspaces, models, sessions, settings, pauses and the outbox as rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from kata_desktop.domain.errors import Bug, NotFound
from kata_desktop.domain.model import ModelConfig, Provider
from kata_desktop.domain.notification import NotificationKind, OutboxItem, OutboxState
from kata_desktop.domain.run import Delivery, Reason, RunState
from kata_desktop.domain.settings import Settings
from kata_desktop.domain.task import TaskState
from kata_desktop.domain.workspace import Quotas
from kata_desktop.settings.rules import Value
from kata_desktop.store import (
    leases,
    models,
    outbox,
    outbox_claims,
    outbox_doubts,
    outbox_lanes,
    pauses,
    runs,
    sessions,
    settings,
    tasks,
    workspaces,
)
from kata_desktop.store.connection import Connection
from kata_desktop.store.database import Database
from kata_desktop.store.errors import ConstraintBroken
from tests.support.store_rows import START, add_run, add_task, add_workspace, message

HOUR = timedelta(hours=1)


@pytest.fixture
def db(path: Path) -> Iterator[Connection]:
    """A connection of the test's own thread to a complete store."""
    Database.open(path).close()
    connection = Connection(path)
    yield connection
    connection.close()


# Workspaces


def test_a_workspace_comes_back_as_it_was(db: Connection) -> None:
    workspace = add_workspace(db)
    changed = replace(
        workspace,
        name="Büro",
        model="gpt",
        concurrency=5,
        quotas=Quotas(tasks=None, runs_per_hour=3, tokens_per_day=4, cost_per_day_microdollars=5),
    )
    workspaces.update(db, changed)
    assert workspaces.get(db, "w1") == changed
    assert workspaces.find(db, "w1") == workspaces.find(db, "BÜRO") == workspaces.find(db, "bu\u0308ro") == changed
    assert workspaces.find(db, "Home") is None
    with pytest.raises(NotFound):
        workspaces.get(db, "Büro")
    with pytest.raises(NotFound):
        workspaces.update(db, replace(changed, id="w9", name="Else"))


def test_two_workspaces_cannot_share_a_name(db: Connection) -> None:
    add_workspace(db, "w1", "Ärger")
    with pytest.raises(ConstraintBroken):
        add_workspace(db, "w2", "a\u0308RGER")
    add_workspace(db, "w2", "Aber")
    assert [workspace.id for workspace in workspaces.listed(db)] == ["w2", "w1"]


def test_an_id_goes_before_a_name(db: Connection) -> None:
    add_workspace(db, "w1", "w2")
    add_workspace(db, "w2", "Other")
    found = workspaces.find(db, "w2")
    assert found is not None
    assert found.id == "w2"


def test_a_workspace_goes_with_everything_in_it(db: Connection) -> None:
    for ident, name in (("w1", "Home"), ("w2", "Work")):
        add_workspace(db, ident, name)
    add_task(db)
    add_task(db, "t2", state=TaskState.DELETED)
    add_run(db, "r1")
    add_run(db, "r2", minute=1, state=RunState.QUEUED, reason=None)
    leases.claim(db, "r2", "boot", START, START + HOUR)
    outbox.add(db, message("m1", run="r1"))
    pauses.put(db, "w1", START, None)
    sessions.save(db, "s1", "w1", "t1", "Talk", b"{}", START)
    assert workspaces.task_count(db, "w1") == 1
    assert workspaces.running_count(db, "w1") == 1
    assert workspaces.running_count(db, "w2") == 0
    assert workspaces.remove(db, "w1")
    assert not workspaces.remove(db, "w1")
    for table in ("tasks", "task_revisions", "runs", "attempts", "steps", "outbox", "pauses", "sessions"):
        assert db.value(f"SELECT count(*) FROM {table}") == 0, table
    assert [workspace.id for workspace in workspaces.listed(db)] == ["w2"]


# Models


def test_models_are_found_in_any_letter_case(db: Connection) -> None:
    local = ModelConfig(
        name="Küche", provider=Provider.OPENAI_COMPATIBLE, model_id="m", base_url="http://localhost:1", thinking="low"
    )
    models.upsert(db, local)
    assert models.get(db, "küche") == models.find(db, "KÜCHE") == local
    models.upsert(db, replace(local, model_id="n"))
    assert [model.model_id for model in models.listed(db)] == ["n"]
    assert models.find(db, "Bad") is None
    with pytest.raises(NotFound):
        models.get(db, "Bad")
    assert models.remove(db, "Küche")
    assert not models.remove(db, "Küche")


def test_there_is_one_default_model(db: Connection) -> None:
    assert models.default(db) is None
    for name in "abc":
        models.upsert(db, ModelConfig(name=name, provider=Provider.OPENAI, is_default=True))
    assert [model.name for model in models.listed(db) if model.is_default] == ["c"]
    models.set_default(db, "a")
    default = models.default(db)
    assert default is not None
    assert default.name == "a"
    models.set_default(db, "")
    assert models.default(db) is None
    with pytest.raises(NotFound):
        models.set_default(db, "z")


# Sessions


def test_a_session_keeps_its_beginning(db: Connection) -> None:
    add_workspace(db)
    sessions.save(db, "s1", "w1", "t1", "First", b"\x00one", START)
    sessions.save(db, "s1", "w1", "t1", "", b"\xfftwo", START + HOUR)
    session = sessions.get(db, "s1")
    assert (session.title, session.created_at, session.updated_at) == ("First", START, START + HOUR)
    assert sessions.get_state(db, "s1") == b"\xfftwo"
    assert sessions.get_state(db, "none") == b""
    sessions.save(db, "s2", "w1", "t1", "Second", b"", START + 2 * HOUR)
    assert [found.id for found in sessions.listed(db, "w1")] == ["s2", "s1"]
    assert [found.id for found in sessions.listed(db, limit=1, offset=1)] == ["s1"]
    assert sessions.listed(db, "w2") == []
    latest = sessions.latest_of_task(db, "t1")
    assert latest is not None
    assert latest.id == "s2"
    assert sessions.latest_of_task(db, "") is None
    assert sessions.remove(db, "s2")
    with pytest.raises(NotFound):
        sessions.get(db, "s2")


# Settings


def test_settings_come_back_in_their_types(db: Connection) -> None:
    assert settings.load(db) == Settings()
    settings.save_all(db, {"concurrency": 7, "quiet_from": time(21, 30), "theme": "dark", "quiet_hours": True})
    assert settings.load(db) == Settings(concurrency=7, quiet_from=time(21, 30), theme="dark", quiet_hours=True)
    settings.save(db, "theme", "system")
    assert db.all("SELECT key FROM settings WHERE key = 'theme'") == []


def test_every_setting_can_be_stored(db: Connection) -> None:
    for field in fields(Settings):
        default = getattr(Settings(), field.name)
        others: dict[type, Value] = {str: "other", int: 9, bool: not default, time: time(3, 4)}
        other = others[type(default)]
        settings.save(db, field.name, other)
        assert getattr(settings.load(db), field.name) == other


def test_stored_settings_that_make_no_sense_are_left_alone(db: Connection) -> None:
    rows = (("of_tomorrow", "1"), ("concurrency", '"many"'), ("quiet_from", '"25:00"'), ("keep_awake", "1"))
    for key, value in rows:
        db.execute("INSERT INTO settings (key, value) VALUES (?, ?)", (key, value))
    assert settings.load(db) == Settings()
    assert db.value("SELECT count(*) FROM settings") == 4
    with pytest.raises(Bug):
        settings.save(db, "concurrency", "many")
    with pytest.raises(Bug):
        settings.save(db, "of_tomorrow", 1)


# Pauses


def test_pauses_end_by_themselves(db: Connection) -> None:
    pauses.put(db, pauses.ALL, START, None)
    pauses.put(db, "w1", START, START + HOUR)
    assert pauses.active(db, START) == {pauses.ALL: None, "w1": START + HOUR}
    assert pauses.active(db, START + HOUR) == {pauses.ALL: None}
    pauses.put(db, "w1", START + HOUR, START + 2 * HOUR)
    assert [(pause.scope, pause.since, pause.until) for pause in pauses.listed(db)] == [
        (pauses.ALL, START, None),
        ("w1", START, START + 2 * HOUR),
    ]
    assert pauses.clear(db, pauses.ALL)
    assert not pauses.clear(db, pauses.ALL)
    assert pauses.active(db, START + HOUR) == {"w1": START + 2 * HOUR}


# Outbox


@pytest.fixture
def queued(db: Connection) -> Connection:
    """A run with two messages, of which one asks to be sent first."""
    add_workspace(db)
    add_task(db)
    add_run(db, "r1", delivery=Delivery.PENDING)
    assert outbox.add(db, message("m1", run="r1", task="t1"))
    assert outbox.add(db, replace(message("m2", run="r1", task="t1"), next_at=START - HOUR))
    return db


def state(db: Connection, ident: str) -> OutboxState:
    item = outbox.get(db, ident)
    assert item is not None
    return item.state


def delivery(db: Connection) -> str:
    return str(db.value("SELECT delivery FROM runs WHERE id = 'r1'"))


def test_a_message_comes_back_as_it_was(queued: Connection) -> None:
    expected = message("m1", run="r1", task="t1")
    assert outbox.get(queued, "m1") == expected
    assert outbox.get(queued, "none") is None
    bare = OutboxItem(
        id="m3", key="k", kind=NotificationKind.TROUBLE, target_kind="desktop", title="", body="", created_at=START
    )
    outbox.add(queued, bare)
    assert outbox.get(queued, "m3") == replace(bare, next_at=START)


def test_the_same_thing_is_never_queued_twice(queued: Connection) -> None:
    again = replace(message("m9", run="r1"), key="key-m1")
    assert not outbox.add(queued, again)
    outbox_claims.claim(queued, "m1", "b")
    outbox_claims.delivered(queued, "m1", "b", START)
    assert not outbox.add(queued, again)


def test_what_is_due_comes_in_order(queued: Connection) -> None:
    assert [item.id for item in outbox_lanes.due(queued, START, 10)] == ["m2", "m1"]
    assert [item.id for item in outbox_lanes.due(queued, START, 1)] == ["m2"]
    assert [item.id for item in outbox_lanes.due(queued, START - HOUR, 10)] == ["m2"]
    assert outbox_lanes.next_at(queued, START) == START - HOUR
    assert outbox_claims.claim(queued, "m2", "b")
    assert not outbox_claims.claim(queued, "m2", "c")
    assert outbox_lanes.next_at(queued, START) == START
    assert outbox_claims.postpone(queued, "m1", START + HOUR)
    assert outbox_lanes.due(queued, START, 10) == []


def test_only_the_sender_ends_a_sending(queued: Connection) -> None:
    outbox_claims.claim(queued, "m1", "b")
    for act in (outbox_claims.failed, outbox_claims.unknown, outbox_claims.dropped):
        assert not act(queued, "m1", "other", "late")
    assert not outbox_claims.delivered(queued, "m1", "other", START)
    assert not outbox_claims.retry_at(queued, "m1", "other", START, "late")
    assert state(queued, "m1") is OutboxState.SENDING
    assert outbox_claims.retry_at(queued, "m1", "b", START + HOUR, "busy")
    item = outbox.get(queued, "m1")
    assert item is not None
    assert (item.state, item.attempts, item.next_at, item.last_error) == (OutboxState.PENDING, 1, START + HOUR, "busy")
    assert not outbox_claims.delivered(queued, "m1", "b", START), "it is not being sent any more"


def settle(db: Connection, ident: str, how: str) -> None:
    if how == "pending":
        return
    outbox_claims.claim(db, ident, "b")
    if how == "delivered":
        outbox_claims.delivered(db, ident, "b", START)
    elif how != "sending":
        getattr(outbox_claims, how)(db, ident, "b", "because")


@pytest.mark.parametrize(
    "first, second, expected",
    [
        ("failed", "delivered", "failed"),
        ("failed", "unknown", "failed"),
        ("unknown", "delivered", "unknown"),
        ("unknown", "pending", "unknown"),
        ("delivered", "pending", "pending"),
        ("delivered", "sending", "pending"),
        ("delivered", "delivered", "delivered"),
        ("delivered", "dropped", "delivered"),
        ("dropped", "dropped", "dropped"),
    ],
)
def test_a_run_is_as_delivered_as_its_worst_message(queued: Connection, first: str, second: str, expected: str) -> None:
    settle(queued, "m1", first)
    settle(queued, "m2", second)
    assert delivery(queued) == expected


def test_messages_about_a_run_are_not_its_result(queued: Connection) -> None:
    outbox.add(queued, replace(message("m3", run="r1"), kind=NotificationKind.FAILURE))
    for ident in ("m1", "m2"):
        settle(queued, ident, "delivered")
    settle(queued, "m3", "failed")
    assert delivery(queued) == "delivered"
    add_run(queued, "r2", minute=1, delivery=Delivery.NONE, reason=Reason.FAILED)
    outbox.add(queued, replace(message("m4", run="r2"), kind=NotificationKind.FAILURE))
    settle(queued, "m4", "delivered")
    assert runs.get(queued, "r2").delivery is Delivery.NONE


def test_dead_senders_leave_doubt(queued: Connection) -> None:
    outbox_claims.claim(queued, "m1", "dead")
    outbox_claims.claim(queued, "m2", "alive")
    assert [item.id for item in outbox_doubts.recover_dead(queued, ["dead"], START)] == ["m1"]
    assert outbox_doubts.recover_dead(queued, ["dead"], START) == []
    assert outbox_doubts.recover_dead(queued, [], START) == []
    assert state(queued, "m1") is OutboxState.UNKNOWN
    assert state(queued, "m2") is OutboxState.SENDING
    assert delivery(queued) == "unknown"
    assert not outbox_claims.delivered(queued, "m1", "dead", START), "a late answer is fenced off"
    assert outbox_doubts.found(queued, "m1", START)
    assert state(queued, "m1") is OutboxState.DELIVERED


def test_people_resend_and_withdraw(queued: Connection) -> None:
    settle(queued, "m1", "failed")
    assert outbox.resend(queued, "m1", START + HOUR)
    item = outbox.get(queued, "m1")
    assert item is not None
    assert (item.state, item.attempts, item.next_at) == (OutboxState.PENDING, 0, START + HOUR)
    assert not outbox.resend(queued, "m1", START)
    assert outbox.drop(queued, "m1")
    assert state(queued, "m1") is OutboxState.DROPPED
    settle(queued, "m2", "delivered")
    assert not outbox.drop(queued, "m2")
    assert not outbox.resend(queued, "m2", START)
    assert delivery(queued) == "delivered"


def test_a_deleted_tasks_messages_are_withdrawn(queued: Connection) -> None:
    outbox_claims.claim(queued, "m2", "b")
    assert outbox.drop_unsent_of_task(queued, "t1") == 1
    assert outbox.drop_unsent_of_task(queued, "") == 0
    assert state(queued, "m1") is OutboxState.DROPPED
    assert state(queued, "m2") is OutboxState.SENDING
    assert delivery(queued) == "pending"


def test_messages_are_listed(queued: Connection) -> None:
    outbox.add(queued, replace(message("m3"), workspace_id="w2", created_at=START + HOUR))
    settle(queued, "m1", "failed")
    assert [item.id for item in outbox.listed(queued)] == ["m3", "m2", "m1"]
    assert [item.id for item in outbox.listed(queued, workspace_id="w2")] == ["m3"]
    assert [item.id for item in outbox.listed(queued, states=(OutboxState.FAILED,))] == ["m1"]
    assert [item.id for item in outbox.listed(queued, limit=1, offset=1)] == ["m2"]
    assert [item.id for item in outbox.of_run(queued, "r1")] == ["m1", "m2"]
    assert outbox.of_run(queued, "") == []


def test_a_finished_task_keeps_its_place(db: Connection) -> None:
    """The schema's own rules hold whatever the code above them does."""
    add_workspace(db)
    add_task(db)
    with pytest.raises(ConstraintBroken):
        db.execute("UPDATE tasks SET next_slot = NULL")
    with pytest.raises(ConstraintBroken):
        db.execute("UPDATE tasks SET state = 'lost'")
    with pytest.raises(ConstraintBroken):
        add_task(db, "t2", name="T1")
    with pytest.raises(ConstraintBroken):
        add_task(db, "t3", workspace="gone")
    assert tasks.get(db, "t1").state is TaskState.ACTIVE
