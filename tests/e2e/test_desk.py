"""The virtual desktop shows, hears and presses what a person would: proved with a tiny tray program."""

from __future__ import annotations

import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from tests.e2e.conftest import StartProgram
from tests.support.desk.desk import Desk
from tests.support.desk.virtual_desktop import DesktopOptions
from tests.support.fake_time import FakeTime
from tests.support.program import Program
from tests.support.waiting import wait_for

TRAY_PROGRAM = Path(__file__).parents[1] / "support/desk/tray_program.py"
TELL_YEAR = "import sys, datetime\nfor line in sys.stdin: print(datetime.datetime.now().isoformat(), flush=True)"


def started(desk: Desk, **environment: str) -> Program:
    program = desk.start(sys.executable, TRAY_PROGRAM, environment=environment)
    program.wait_event("ready")
    return program


def test_menu_window_and_keys(desk: Desk) -> None:
    program = started(desk)
    tray = desk.tray(program)
    assert tray.labels() == ["Open", "Tell", "Quit"]
    assert tray.tooltip() == "Tray program"

    tray.click("Open")
    ui = desk.ui(program)
    ui.find("text", "Task name").click()
    desk.screen.type("Feed the cat")
    ui.find("push button", "Save").press()
    assert program.wait_event("saved")["name"] == "Feed the cat"
    ui.find("check box", "Start at login").click()
    program.wait_event("login", on=True)
    assert desk.shot("window").stat().st_size > 10_000

    tray.click_with_mouse("Quit")
    assert program.wait() == 0


def test_notification_is_heard_and_seen(desk: Desk) -> None:
    notifications = desk.notifications
    desk.tray(started(desk)).click("Tell")
    assert notifications.wait("Backup failed").body == "The disk is full."
    assert "The disk is full." in notifications.bubble("Backup failed").texts


def test_button_of_a_notification_is_pressed_with_the_mouse(desk: Desk) -> None:
    name, path = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
    words: tuple[object, ...] = (
        "Test",
        0,
        "",
        "Approve?",
        "It wants to write a file.",
        ["yes", "Allow", "no", "Deny"],
        {},
        -1,
    )
    notifications = desk.notifications
    desk.bus.call(name, path, name, "Notify", "susssasa{sv}i", *words)
    assert notifications.wait("Approve").actions == ["yes", "Allow", "no", "Deny"]
    notifications.click("Approve", button="Allow")
    wait_for("the bubble to go", lambda: not notifications.bubbles())


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(DesktopOptions(tray="xembed", notifications="dunst"), id="older tray, plain notifications"),
        pytest.param(DesktopOptions(keyring="locked", size="1920x1080"), id="locked keyring, larger screen"),
    ],
)
def test_other_desktops_start(options: DesktopOptions, tmp_path: Path) -> None:
    desk = Desk(options, shots=tmp_path)
    try:
        assert desk.bus.has_owner("org.freedesktop.Notifications")
        assert desk.bus.has_owner("org.freedesktop.secrets")
        assert desk.bus.has_owner("org.kde.StatusNotifierWatcher") == (options.tray == "sni")
        assert desk.shot("screen").stat().st_size > 0
    finally:
        desk.close()


@pytest.mark.desk(tray="none", keyring="none", notifications="none", logind=True)
def test_parts_can_be_left_out(desk: Desk) -> None:
    assert not desk.bus.has_owner("org.kde.StatusNotifierWatcher")
    assert not desk.bus.has_owner("org.freedesktop.secrets")
    assert not desk.bus.has_owner("org.freedesktop.Notifications")
    assert desk.system_bus.has_owner("org.freedesktop.login1")
    desk.logind_signal("PrepareForSleep", value=True)


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    desk = Desk(DesktopOptions(), shots=tmp_path)
    program = started(desk)
    mark = desk.environment["VD_ID"]
    parts = [desk.desktop.part(name) for name in ("xvfb", "dbus", "panel", "notifyd", "keyring")]
    desk.close()
    pids = [program.pid, *parts]
    wait_for("the end of all", lambda: not [pid for pid in pids if psutil.pid_exists(pid) and _carries(pid, mark)])
    wait_for("the end of their place", lambda: not desk.desktop.place.exists())


def _carries(pid: int, mark: str) -> bool:
    try:
        return psutil.Process(pid).environ().get("VD_ID") == mark
    except psutil.NoSuchProcess:
        return False


def test_wall_clock_is_set_while_the_program_runs(start_program: StartProgram, fake_time: FakeTime) -> None:
    program = start_program(sys.executable, "-c", TELL_YEAR, environment={**fake_time.environment(), "TZ": "UTC"})
    fake_time.stand_at(datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC))
    program.write("\n")
    program.wait_line("2031-05-06T07:08:09")
    fake_time.run_from(datetime(2040, 1, 1, tzinfo=UTC))
    program.write("\n")
    program.wait_line("2040-01-01T00:00")
    fake_time.shift(timedelta(days=-400))
    program.write("\n")
    program.wait_line(str((datetime.now(UTC) - timedelta(days=400)).date()))  # noqa: TID251 - beside the real clock
    program.signal(signal.SIGINT)
    assert program.wait() != 0


def test_qt_program_under_a_faked_clock(desk: Desk, fake_time: FakeTime) -> None:
    fake_time.run_from(datetime(2035, 6, 1, tzinfo=UTC))
    program = started(desk, **fake_time.environment())
    desk.tray(program).click("Open")
    desk.ui(program).find("push button", "Save").press()
    assert program.wait_event("saved")["year"] == 2035
