"""A desktop that lacks something, a computer that slept, a file that broke: said honestly, and nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.support.desk.desk import Desk
from tests.support.desk.kata_app import KataApp
from tests.support.desk.screen import WindowOnScreen
from tests.support.fake_time import FakeTime
from tests.support.model_server.model_server import ModelServer
from tests.support.waiting import wait_for

pytestmark = pytest.mark.timeout(400)
OK = {"match": {"userMessage": "single word OK"}, "response": {"content": "OK"}}


@pytest.mark.desk(tray="none", keyring="none", notifications="none")
def test_a_result_that_nobody_could_be_told_of_says_so(kata: KataApp, desk: Desk) -> None:
    kata.terminal.ok("task", "add", "Say hello", "--name", "Hello", "--every", "2h")
    kata.start()
    kata.terminal.ok("task", "run", "Hello", "--wait")
    wait_for("the failed delivery", lambda: kata.terminal.ask("runs.list")["runs"][0]["delivery"] == "failed")
    (run,) = kata.runs()
    assert run["status"] == "succeeded", "the work itself was done"
    kata.window().find("filler", "Hello\\. .*Last result: .*[Nn]ot delivered.*")
    kata.open_page("Activity").find("filler", "Notification: not delivered.*")
    desk.shot("not-delivered")
    assert kata.complaints() == []


@pytest.mark.desk(keyring="none", notifications="none")
def test_a_tray_that_would_only_flash_does_not_count_as_told(kata: KataApp) -> None:
    kata.terminal.ok("task", "add", "Say hello", "--name", "Hello", "--every", "2h")
    kata.start("--hidden")
    kata.terminal.ok("task", "run", "Hello", "--wait")
    wait_for("the failed delivery", lambda: kata.terminal.ask("runs.list")["runs"][0]["delivery"] == "failed")
    (sent,) = kata.terminal.ask("outbox.list")
    assert "no notification service" in sent["error"].lower()
    assert kata.complaints() == []


@pytest.mark.desk(keyring="none", notifications="none", tray="xembed")
def test_an_older_tray_tells_by_itself_where_there_is_no_service(kata: KataApp, desk: Desk) -> None:
    kata.terminal.ok("task", "add", "Say hello", "--name", "Hello", "--every", "2h")
    kata.start("--hidden")
    kata.terminal.ok("task", "run", "Hello", "--wait")
    wait_for("its balloon", lambda: balloons(desk))
    desk.shot("balloon")
    wait_for("the delivery", lambda: kata.terminal.ask("runs.list")["runs"][0]["delivery"] == "delivered")


def balloons(desk: Desk) -> list[WindowOnScreen]:
    """The windows of the program that are neither its main window nor its icon."""
    return [window for window in desk.screen.windows("--class", "kata-desktop") if 60 < window.width < 600]


def open_add_model(kata: KataApp, address: str) -> None:
    """The dialog for a model, filled in but for its key."""
    window, screen = kata.open_page("Settings"), kata.desk.screen
    window.find("check box", "Models").click()
    window.find("push button", "Add model…").click()
    dialog = kata.window("Add a model")
    dialog.labelled("combo box", "Provider").click()
    kata.ui.find("list item", "OpenAI-compatible.*").click()
    for name, text in (("Name", "Local"), ("Address", address), ("Key", "sk-locked-away"), ("Model", "gpt-4o-mini")):
        dialog.find("text", name).click()
        screen.key("ctrl+a")
        screen.type(text)
    dialog.find("push button", "Add model").click()


@pytest.mark.desk(keyring="locked", tray="none", notifications="none")
def test_a_locked_keyring_is_asked_for_once(
    kata: KataApp, desk: Desk, start_model_server: Callable[..., ModelServer]
) -> None:
    model = start_model_server(OK)
    kata.start()
    window = kata.open_page("Settings")
    window.find("check box", "Models").click()
    window.find("panel", "Your keyring is locked.*")
    prompter = desk.accessibility.named("gcr-prompter")
    assert not prompter.children(), "looking asks nothing"
    window.find("push button", "Unlock…").click()
    prompter.find("password text")
    desk.shot("asked")
    prompter.find("push button", "Cancel").click()
    wait_for("the end of the question", lambda: not prompter.children())
    open_add_model(kata, model.openai_url)
    kata.window("Your keyring is locked").find("push button", "Cancel").click()
    dialog = kata.window("Add a model")
    wait_for("a word at the key", lambda: "keyring is locked" in dialog.find("text", "Key").description)
    desk.shot("locked")
    assert not prompter.children(), "no second question"
    dialog.find("push button", "Cancel").click()
    kata.gone("Add a model")
    window.find("push button", "Unlock…").click()
    prompter.find("password text")
    desk.screen.type(desk.environment["VD_KEYRING_PASSWORD"])
    desk.screen.key("Return")
    wait_for("the end of the banner", lambda: not window.find_all("push button", "Unlock…"))
    open_add_model(kata, model.openai_url)
    kata.gone("Add a model")
    assert kata.terminal.ask("model.test", name="Local")["ok"] is True
    files = [path for path in kata.terminal.home.rglob("*") if path.is_file()]
    assert not [path for path in files if b"sk-locked-away" in path.read_bytes()]
    assert kata.complaints() == []


@pytest.mark.desk(keyring="none", tray="none", notifications="none")
def test_without_a_keyring_a_key_stays_in_memory_when_a_person_says_so(
    kata: KataApp, desk: Desk, start_model_server: Callable[..., ModelServer]
) -> None:
    kata.start()
    open_add_model(kata, start_model_server(OK).openai_url)
    question = kata.window("The keyring cannot be used")
    desk.shot("no-keyring")
    question.find("push button", "Keep for this session only").click()
    kata.gone("Add a model")
    kata.window().find("panel", "Keys are kept in memory for this session only.*")
    assert kata.terminal.ask("model.test", name="Local")["ok"] is True
    files = [path for path in kata.terminal.home.rglob("*") if path.is_file()]
    assert not [path for path in files if b"sk-locked-away" in path.read_bytes()]


@pytest.mark.desk(keyring="none", logind=True)
def test_after_sleep_one_run_and_one_quiet_digest(kata: KataApp, desk: Desk, fake_time: FakeTime) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    fake_time.run_from(datetime(2026, 3, 10, 10, 0, tzinfo=berlin))
    kata.terminal.environment.update(fake_time.environment())
    assert desk.notifications.seen == [], "it listens from here on"
    kata.start("--hidden")
    kata.terminal.ask("task.add", prompt="Say hello", name="Hourly", cron=["0 * * * *"])
    desk.logind_signal("PrepareForSleep", value=True)
    fake_time.run_from(datetime(2026, 3, 10, 14, 20, tzinfo=berlin))
    desk.logind_signal("PrepareForSleep", value=False)
    assert "While you were away: 1 " in desk.notifications.wait("Welcome back", timeout=25.0).body
    desk.shot("digest")
    late = kata.wait_run("succeeded", timeout=25.0)
    assert (late["source"], late["slot"]) == ("catch-up", "2026-03-10T13:00:00Z")
    (missed,) = kata.runs("--status", "missed")
    assert kata.terminal.ask("runs.show", id=missed["id"])["count"] == 3
    assert len([note for note in desk.notifications.seen if note.summary == "Welcome back"]) == 1


@pytest.mark.desk(keyring="none", notifications="none")
def test_restored_data_is_announced_and_nothing_starts_by_itself(kata: KataApp, desk: Desk) -> None:
    kata.terminal.ok("task", "add", "Say hello", "--name", "Keep me", "--every", "1m")
    kata.terminal.ok("backup")
    (kata.terminal.data / "kata.db").write_bytes(b"not a database at all" * 500)
    kata.start()
    window = kata.window()
    window.find("panel", "Your data was restored.*")
    window.find("panel", "All schedules are paused.*")
    window.find("filler", "Keep me\\. .*")
    desk.shot("restored")
    window.find("push button", "Got it").click()
    wait_for("the end of the banner", lambda: not window.find_all("panel", "Your data was restored.*"))
    aside = [
        path for path in kata.terminal.data.rglob("*") if path.is_file() and b"not a database" in path.read_bytes()
    ]
    assert aside, "what was broken is kept"
    assert kata.open_files() == []
    assert json.dumps(kata.runs()) == "[]"
