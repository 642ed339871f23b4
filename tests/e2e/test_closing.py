"""How it starts, hides, comes back and ends: with a tray, without one, and with one that comes late."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.desk.desk import Desk
from tests.support.desk.kata_app import KataApp
from tests.support.model_server.model_server import ModelServer
from tests.support.waiting import wait_for

PANEL = ("xfce4-panel", "--disable-wm-check", "--sm-client-disable")
ENDLESS = {
    "match": {"userMessage": "endless essay"},
    "response": {"content": "word " * 2000},
    "streamingProfile": {"ttft": 50, "tps": 5},
}


@pytest.fixture
def model(start_model_server: Callable[..., ModelServer]) -> ModelServer:
    return start_model_server(ENDLESS)


@pytest.fixture
def essay(kata: KataApp, model: ModelServer) -> KataApp:
    """The program with a task whose answer takes some minutes."""
    kata.add_model(model.openai_url)
    kata.terminal.ok("task", "add", "Write an endless essay.", "--name", "Essay", "--every", "366d")
    return kata


def run_essay(kata: KataApp, model: ModelServer) -> str:
    """Start it; gives the run's id once the model answers."""
    run = kata.terminal.ask("task.run", id="Essay")
    model.wait_requests(1)
    return str(run["id"])


@pytest.mark.desk(tray="none", keyring="none")
def test_without_a_tray_it_never_becomes_invisible(kata: KataApp, desk: Desk) -> None:
    kata.start()
    kata.close_window()
    question = kata.window("Quit or keep running\\?")
    desk.shot("no-tray")
    question.find("push button", "Keep running").click()
    wait_for("a minimised window", lambda: "Kata Desktop" not in seen(desk))
    assert kata.running.running()
    assert desk.app(environment=kata.terminal.environment).wait() == 0
    wait_for("the window", lambda: "Kata Desktop" in seen(desk))
    kata.close_window()
    kata.window("Quit or keep running\\?").find("push button", "Quit").click()
    assert kata.running.wait() == 0
    assert kata.complaints() == []


def seen(desk: Desk) -> list[str]:
    """The titles of the windows that are not minimised."""
    found = desk.screen.windows("--class", "kata-desktop")
    return ["Kata Desktop" for window in found if window.width > 200]


@pytest.mark.desk(keyring="none")
def test_a_panel_that_restarts_gets_the_icon_back(kata: KataApp, desk: Desk) -> None:
    watcher = "org.kde.StatusNotifierWatcher"
    kata.start("--hidden")
    assert kata.tray.labels()
    desk.end_part("panel")
    wait_for("the end of the tray", lambda: not desk.bus.has_owner(watcher))
    desk.start(*PANEL)
    wait_for("a tray", lambda: desk.bus.has_owner(watcher))
    kata.tray.press_icon()
    kata.close_window()
    kata.window("Kata keeps working in the tray").find("push button", "Got it").click()
    kata.gone()
    kata.quit()


@pytest.mark.desk(keyring="none")
def test_a_second_start_shows_the_first_ones_window(kata: KataApp, desk: Desk) -> None:
    kata.start("--hidden")
    assert kata.windows() == []
    second = desk.app(environment=kata.terminal.environment)
    assert second.wait() == 0
    assert second.lines == second.errors == []
    kata.window()
    kata.quit()


@pytest.mark.desk(keyring="none", notifications="none")
def test_quitting_during_a_run_asks(essay: KataApp, model: ModelServer, desk: Desk) -> None:
    kata = essay
    kata.start("--hidden")
    run_id = run_essay(kata, model)
    kata.tray.click("Quit Kata Desktop")
    question = kata.window("Quit while something runs\\?")
    desk.shot("quit-during-a-run")
    question.find("push button", "Cancel").click()
    kata.gone("Quit while something runs\\?")
    assert kata.terminal.ask("runs.show", id=run_id)["status"] == "running"
    kata.tray.click("Quit Kata Desktop")
    kata.window("Quit while something runs\\?").find("push button", "Stop and quit").click()
    assert kata.running.wait() == 0
    assert kata.complaints() == []
    assert kata.terminal.ok("runs", "show", run_id)["status"] == "interrupted"


@pytest.mark.desk(keyring="none", notifications="none")
def test_waiting_for_a_run_before_the_end(essay: KataApp, model: ModelServer) -> None:
    kata = essay
    kata.start()
    run_id = run_essay(kata, model)
    kata.in_front()
    kata.desk.screen.key("ctrl+q")
    kata.window("Quit while something runs\\?").find("push button", "Wait, then quit").click()
    kata.gone("Quit while something runs\\?")
    assert kata.running.running()
    kata.terminal.ask("runs.cancel", id=run_id)
    assert kata.running.wait() == 0


@pytest.mark.desk(keyring="none", notifications="none")
def test_stop_ends_a_run_long_before_its_end(essay: KataApp, model: ModelServer, desk: Desk) -> None:
    kata = essay
    kata.start()
    window = kata.open_page("Tasks")
    run_id = run_essay(kata, model)
    window.find("push button", "Stop: Essay").click()
    assert kata.wait_run("cancelled")["id"] == run_id
    window.find(None, "Essay\\. .*Last result: Stopped.*|Essay\\. .*Last result: Cancelled.*")
    desk.shot("stopped")
    kata.quit()
