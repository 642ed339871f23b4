"""A person's everyday work with tasks: a mistake in the dialog, a deletion taken back, a pause."""

from __future__ import annotations

import pytest

from tests.support.desk.accessibility import Node
from tests.support.desk.desk import Desk
from tests.support.desk.kata_app import KataApp
from tests.support.waiting import wait_for

pytestmark = pytest.mark.desk(keyring="none")


def row(kata: KataApp, name: str) -> Node:
    """A row of the task list, in the window that has the keyboard."""
    return kata.in_front().find("filler", f"{name}\\. .*")


def test_a_wrong_schedule_is_refused_at_its_field_and_put_right_by_keyboard(kata: KataApp, desk: Desk) -> None:
    kata.start()
    kata.in_front()
    desk.screen.key("ctrl+n")
    dialog = kata.in_front("New scheduled prompt")
    dialog.find("text", "Prompt").do("SetFocus")
    desk.screen.type("Water the plants")
    dialog.find("check box", "Cron").press()
    cron = dialog.find("text", "Cron expression")
    cron.do("SetFocus")
    desk.screen.key("ctrl+a")
    desk.screen.type("60 * * * *")
    dialog.find("text", "Name").do("SetFocus")
    desk.screen.key("ctrl+s")
    wait_for("the keyboard at the field", lambda: "focused" in cron.states)
    assert dialog.find("push button", "Create task").states >= {"enabled"}, "the button is never grey"
    said = cron.description
    assert "minute" in said.lower(), said
    assert "59" in said, said
    dialog.find("label", "1 field needs attention:")
    desk.shot("error")
    assert kata.terminal.ask("task.list") == []
    desk.screen.key("ctrl+a")
    desk.screen.type("*/30 * * * *")
    desk.screen.key("ctrl+s")
    kata.gone("New scheduled prompt")
    (task,) = kata.terminal.ask("task.list")
    assert task["trigger"]["expressions"] == ["*/30 * * * *"]
    assert "Every 30 minutes" in row(kata, "Water the plants").name
    kata.quit()
    assert kata.complaints() == []


def test_words_become_a_task_that_is_looked_at_before_it_is_saved(kata: KataApp, desk: Desk) -> None:
    kata.start()
    line = kata.in_front().find("text", "Describe a task in words")
    line.do("SetFocus")
    desk.screen.type("every weekday at 7 summarise my inbox")  # not the time of an empty form
    desk.screen.key("Return")
    dialog = kata.in_front("New scheduled prompt")
    assert dialog.find("text", "Prompt").text == "Summarise my inbox"
    assert kata.terminal.ask("task.list") == [], "nothing is saved silently"
    desk.screen.key("ctrl+s")
    kata.gone("New scheduled prompt")
    (task,) = kata.terminal.ask("task.list")
    assert task["trigger"]["expressions"] == ["0 7 * * 1-5"]


def test_a_deleted_task_comes_back_with_undo(kata: KataApp, desk: Desk) -> None:
    for name in ("Alpha", "Beta"):
        kata.terminal.ok("task", "add", f"Say {name}", "--name", name, "--every", "2h")
    kata.start()
    row(kata, "Alpha").do("SetFocus")
    desk.screen.key("Delete")
    window = kata.window()
    window.find("label", "Deleted “Alpha”")
    wait_for("the end of the row", lambda: not window.find_all("filler", "Alpha\\. .*"))
    desk.shot("deleted")
    assert [task["name"] for task in kata.terminal.ask("task.list")] == ["Beta"]
    window.find("push button", "Undo").click()
    row(kata, "Alpha")
    assert {task["name"] for task in kata.terminal.ask("task.list")} == {"Alpha", "Beta"}
    row(kata, "Beta").do("SetFocus")
    desk.screen.key("Delete")
    window.find("label", "Deleted “Beta”")
    desk.screen.key("ctrl+z")
    row(kata, "Beta")


def test_paused_in_the_tray_and_resumed_in_a_terminal(kata: KataApp, desk: Desk) -> None:
    kata.terminal.ok("task", "add", "Say hello", "--every", "1m")
    kata.start()
    kata.tray.click("Pause schedules", "Until I resume")
    banner = "All schedules are paused.*"
    kata.window().find("panel", banner)
    wait_for("the tip", lambda: "Paused until you resume" in kata.tray.tooltip())
    wait_for("the menu", lambda: "Resume schedules" in kata.tray.labels())
    assert "Pause schedules" not in kata.tray.labels()
    desk.shot("paused")
    assert kata.terminal.ok("status")["paused"] is True
    assert kata.terminal("resume").out == "Schedules go on.\n"
    wait_for("the end of the banner", lambda: not kata.window().find_all("panel", banner))
    wait_for("the menu", lambda: "Pause schedules" in kata.tray.labels())
    assert "next: Say hello" in kata.tray.tooltip()


def test_a_row_is_worked_with_by_keyboard_alone(kata: KataApp, desk: Desk) -> None:
    kata.terminal.ok("task", "add", "Say hello", "--name", "Hello", "--every", "2h")
    kata.start()
    row(kata, "Hello").do("SetFocus")
    desk.screen.key("space")
    wait_for("the pause", lambda: kata.terminal.ask("task.show", id="Hello")["state"] == "paused")
    desk.screen.key("space")
    wait_for("the end of the pause", lambda: kata.terminal.ask("task.show", id="Hello")["state"] == "active")
    desk.screen.key("ctrl+r")
    assert kata.wait_run("succeeded")["source"] == "manual"
    desk.screen.key("ctrl+d")
    wait_for("the copy", lambda: len(kata.terminal.ask("task.list")) == 2)
    row(kata, "Hello").do("SetFocus")
    desk.screen.key("Return")
    kata.in_front("Edit “Hello”")
    desk.screen.key("Escape")
    kata.gone("Edit “Hello”")
