"""The whole story as a person lives it: a prompt with a time, its result on the screen, nothing lost by a crash."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import psutil
import pytest

from tests.support.desk.accessibility import Node
from tests.support.desk.desk import Desk
from tests.support.desk.kata_app import KataApp
from tests.support.model_server.model_server import Fixture, ModelServer
from tests.support.waiting import wait_for

KEY = "sk-e2e-morning-0451"
HAIKU: Fixture = {
    "match": {"userMessage": "haiku"},
    "response": {"content": "**Soft rain** taps the roof\n\n- the kettle answers\n- the cat does not"},
}
ESSAY: Fixture = {
    "match": {"userMessage": "slow essay"},
    "response": {"content": " ".join(f"word{number}" for number in range(80))},
    "streamingProfile": {"ttft": 100, "tps": 8},
}
TEST: Fixture = {"match": {"userMessage": "single word OK"}, "response": {"content": "OK"}}


@pytest.fixture
def model(start_model_server: Callable[..., ModelServer]) -> ModelServer:
    return start_model_server(HAIKU, ESSAY, TEST)


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.torture)])
def test_a_prompt_runs_when_its_time_comes_and_survives_a_crash(desk: Desk, model: ModelServer, theme: str) -> None:
    kata = KataApp(desk)
    kata.prefer(theme=theme)
    assert desk.notifications.seen == [], "it listens from here on"
    kata.start("--hidden")
    assert kata.windows() == []
    kata.tray.press_icon()
    assert kata.window().box[3] <= 800 - 32, "the window leaves the panel its place"
    desk.shot("1-first-window")
    add_model(kata, model)
    due = make_task(kata, "Write a haiku about rain.", "Rain", after=20)
    kata.window().find(None, f"Rain\\. .*Next run: .*{due:%H:%M}.*")
    desk.shot("4-task-list")

    note = desk.notifications.wait("Rain", timeout=(due - now()).total_seconds() + 30.0)
    assert now() >= due
    assert note.body == "Soft rain taps the roof\n• the kettle answers\n• the cat does not"
    assert "Soft rain taps" in str(desk.notifications.bubble("Rain").texts)
    desk.shot("5-notification")
    kata.window().find("check box", "Tasks.*").click()
    desk.notifications.click("Rain", button="Open")
    words = read_result(kata)
    assert "Soft rain taps the roof" in words
    assert "the cat does not" in words
    desk.shot("6-activity")
    (run,) = kata.runs()
    assert (run["source"], run["status"], run["delivery"]) == ("schedule", "succeeded", "delivered")
    assert all("authorization" in request.headers for request in model.journal()), "the key went along"

    crash_in_mid_run(kata, desk)
    close_and_quit(kata, desk)
    mark = desk.environment["VD_ID"]
    assert not [each for each in psutil.process_iter(["cmdline", "environ"]) if is_kata(each, mark)]
    assert kata.open_files() == []
    assert not secrets_in(kata.terminal.data, KEY)


def add_model(kata: KataApp, model: ModelServer) -> None:
    """Settings, Models, Add: an endpoint of one's own with a key."""
    window, desk = kata.open_page("Settings"), kata.desk
    window.find(None, "Models").click()
    window.find("push button", "Add model…").click()
    dialog = kata.window("Add a model")
    choose(kata, dialog.labelled("combo box", "Provider"), "OpenAI-compatible.*")
    fill(dialog, desk, "Name", "Local")
    fill(dialog, desk, "Address", model.openai_url)
    fill(dialog, desk, "Key", KEY)
    fill(dialog, desk, "Model", "gpt-4o-mini")
    dialog.find("push button", "Test").click()
    wait_for("the model's answer", lambda: dialog.find_all(None, "Answered in .*"))
    desk.shot("2-model")
    dialog.find("push button", "Add model").click()
    kata.gone("Add a model")


def fill(dialog: Node, desk: Desk, name: str, text: str, role: str = "text") -> None:
    dialog.find(role, name).click()
    desk.screen.key("ctrl+a")
    desk.screen.type(text)


def choose(kata: KataApp, box: Node, option: str) -> None:
    """Open a combo box and choose by the mouse."""
    box.click()
    kata.ui.find("list item", option).click()


def in_seconds(seconds: int) -> datetime:
    return now().replace(microsecond=0) + timedelta(seconds=seconds)


def now() -> datetime:
    return datetime.now(ZoneInfo("Europe/Berlin"))  # noqa: TID251 - the real clock is meant


def make_task(kata: KataApp, prompt: str, name: str, *, after: int) -> datetime:
    """The dialog, by its accessible names and the keyboard; when it is due, so many seconds after that was typed."""
    desk = kata.desk
    kata.open_page("Tasks")
    desk.screen.key("ctrl+n")
    dialog = kata.in_front("New scheduled prompt")
    fill(dialog, desk, "Prompt", prompt)
    fill(dialog, desk, "Name", name)
    dialog.find("check box", "Once").click()
    due = in_seconds(after)
    fill(dialog, desk, "Date", f"{due:%Y-%m-%d}")
    fill(dialog, desk, "Time", f"{due:%H:%M:%S}", role="spin box")
    dialog.find("label", f"Once, .* at {due:%H:%M}.*")  # what will happen is shown before it is saved
    desk.shot("3-dialog")
    desk.screen.key("ctrl+s")
    kata.gone("New scheduled prompt")
    return due


def read_result(kata: KataApp) -> str:
    """The result as the window shows it, in one line."""
    view = wait_for(
        "the result", lambda: [each for each in kata.window().find_all("label", "Result") if _holds_text(each)]
    )
    return " ".join(view[0].text.split())


def _holds_text(node: Node) -> bool:
    return "multi_line" in node.states


def crash_in_mid_run(kata: KataApp, desk: Desk) -> None:
    """SIGKILL while words come in; the next start tells of it, and runs it again by itself."""
    kata.terminal.ok("task", "add", "Write a slow essay.", "--name", "Essay", "--every", "366d")
    kata.terminal.ok("task", "run", "Essay")
    kata.open_page("Activity").find("cell", "Essay.*").click()
    wait_for("the first words", lambda: "word3" in kata.window().find("text", "Live output").text)
    desk.shot("7-running")
    os.kill(kata.running.pid, signal.SIGKILL)
    kata.running.wait()
    kata.start()
    window = kata.open_page("Activity")
    wait_for("the interrupted run", lambda: window.find_all("cell", "Essay.*[Ii]nterrupted.*"))
    desk.shot("8-interrupted")
    again = kata.wait_run("succeeded", "--task", "Essay", timeout=40.0)
    assert again["source"] == "retry"
    assert {run["status"] for run in kata.runs("--task", "Essay")} == {"interrupted", "succeeded"}
    window.find("cell", "Essay.*[Ss]ucceeded.*").click()
    wait_for("its words", lambda: "word79" in read_result(kata))
    desk.shot("9-retried")


def close_and_quit(kata: KataApp, desk: Desk) -> None:
    """Closing hides, and says so once; the tray menu ends it."""
    kata.close_window()
    question = kata.window("Kata keeps working in the tray")
    desk.shot("10-closing")
    question.find("push button", "Got it").click()
    kata.gone("Kata Desktop")
    kata.tray.press_icon()
    kata.close_window()
    kata.gone("Kata Desktop")
    assert kata.windows() == [], "it is explained once"
    assert kata.running.running()
    kata.tray.click_with_mouse("Quit Kata Desktop")
    assert kata.running.wait() == 0
    assert kata.complaints() == []
    assert not kata.terminal.socket.exists()
    assert kata.terminal.ok("status")["running"] is False


def secrets_in(folder: Path, secret: str) -> list[Path]:
    """The files that hold a secret."""
    wanted = re.escape(secret).encode()
    return [path for path in folder.rglob("*") if path.is_file() and re.search(wanted, path.read_bytes())]


def is_kata(process: psutil.Process, mark: str) -> bool:
    """Whether it is the program of this desktop."""
    around, command = process.info["environ"] or {}, process.info["cmdline"] or []
    return around.get("VD_ID") == mark and "kata_desktop" in command
