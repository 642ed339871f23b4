"""The icon in the tray and the window it opens, on desktops with a tray, without one, and where it comes late."""

from __future__ import annotations

import pytest

from tests.support.desk.desk import Desk
from tests.support.desk.kata_app import KataApp
from tests.support.waiting import wait_for

NEW_TASK = ("push button", "New task")
PANEL = ("xfce4-panel", "--disable-wm-check", "--sm-client-disable")


def test_a_click_on_the_icon_opens_and_hides_the_window(desk: Desk, kata: KataApp) -> None:
    program = kata.start("--hidden")
    tray = desk.tray(program, timeout=20)
    ui = desk.ui(program)
    assert not ui.find_all(*NEW_TASK)
    tray.press_icon()
    ui.find(*NEW_TASK)
    wait_for("the tip", lambda: tray.tooltip() == "Kata Desktop · nothing scheduled")
    tray.press_icon()
    wait_for("the window to go", lambda: not ui.find_all(*NEW_TASK))
    tray.click("Open Kata Desktop")
    ui.find(*NEW_TASK)
    desk.shot("window")
    tray.click("Quit Kata Desktop")
    assert program.wait() == 0
    assert program.errors == []


def test_the_desktops_action_opens_the_dialog_at_a_first_and_at_a_second_start(kata: KataApp) -> None:
    kata.start("--new-task")
    dialog = kata.window("New scheduled prompt")
    dialog.find("push button", "Cancel").press()
    kata.gone("New scheduled prompt")
    assert kata.terminal("--new-task").code == 0
    kata.window("New scheduled prompt")
    assert kata.complaints() == []


@pytest.mark.desk(tray="none")
def test_without_a_tray_the_window_comes_up_and_a_late_tray_is_noticed(desk: Desk, kata: KataApp) -> None:
    program = kata.start("--hidden")
    ui = desk.ui(program)
    ui.find(*NEW_TASK, timeout=20)
    desk.start(*PANEL)
    tray = desk.tray(program, timeout=20)
    assert "Quit Kata Desktop" in tray.labels()
    tray.click("Quit Kata Desktop")
    assert program.wait() == 0


@pytest.mark.desk(tray="none")
def test_without_a_tray_closing_asks(desk: Desk, kata: KataApp) -> None:
    program = kata.start()
    ui = desk.ui(program)
    ui.find(*NEW_TASK, timeout=20)
    wait_for("the window to be in front", lambda: any("active" in window.states for window in ui.children()))
    desk.screen.key("ctrl+w")
    ui.find("push button", "Quit").press()
    assert program.wait() == 0
