"""The first start of all: the first steps come up, bring a task about, and do not come back."""

from __future__ import annotations

import pytest

from tests.support.desk.desk import Desk
from tests.support.desk.kata_app import KataApp
from tests.support.waiting import wait_for

STEPS = "First steps"


@pytest.mark.desk(keyring="none")
def test_the_first_steps_bring_a_task_about_and_do_not_come_back(kata: KataApp, desk: Desk) -> None:
    kata.start(welcome=True)
    steps = kata.window(STEPS)
    desk.shot("workspace")
    steps.find("push button", "Next").press()
    steps.find("radio button", "Reminder")
    desk.shot("model")
    steps.find("push button", "Next").press()
    steps.find("push button", "Test run").press()
    wait_for("the test run", lambda: any(run["source"] == "test" for run in kata.runs()))
    desk.shot("task")
    steps.find("push button", "Create task").press()
    steps.find("push button", "Finish")
    desk.shot("background")
    steps.find("push button", "Finish").press()
    kata.gone(STEPS)
    assert [task["name"] for task in kata.terminal.ok("task", "list")] == ["Inbox triage"]
    assert kata.complaints() == []
    kata.quit()
    kata.start()
    kata.window()
    assert kata.windows() == ["Kata Desktop"]


@pytest.mark.desk(keyring="none")
def test_a_hidden_start_welcomes_nobody_before_the_window_is_wanted(kata: KataApp) -> None:
    kata.start("--hidden", welcome=True)
    assert kata.windows() == []
    kata.tray.press_icon()
    kata.window(STEPS)
