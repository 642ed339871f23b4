"""What the desktop wishes comes over a real bus."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import shiboken6
from PySide6.QtDBus import QDBusConnection
from pytestqt.qtbot import QtBot

from kata_desktop.ui.theme.appearance import DesktopAppearance

BUS_NAME = "appearance under test"


@pytest.fixture
def address() -> Iterator[str]:
    """The address of a private bus."""
    command = ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as daemon:
        assert daemon.stdout is not None
        yield daemon.stdout.readline().strip()
        daemon.terminate()


@pytest.fixture
def bus(address: str) -> Iterator[QDBusConnection]:
    yield QDBusConnection.connectToBus(address, BUS_NAME)
    QDBusConnection.disconnectFromBus(BUS_NAME)


@pytest.fixture
def appearance(bus: QDBusConnection) -> Iterator[DesktopAppearance]:
    """Gone before its bus: to let go of an object of ours the bus's thread waits for the interpreter, which waits for
    that thread when it connects to the next bus, both for ever.
    """
    made = DesktopAppearance()
    assert bus.isConnected()
    yield made
    shiboken6.delete(made)


def test_wishes_are_asked_for_and_followed(
    address: str, bus: QDBusConnection, appearance: DesktopAppearance, qtbot: QtBot
) -> None:
    command = [sys.executable, "-m", "tests.support.fake_portal", address]
    seen: list[tuple[bool | None, bool, bool]] = []

    def note() -> None:
        seen.append((appearance.dark, appearance.more_contrast, appearance.less_motion))

    appearance.changed.connect(note)
    with ExitStack() as ends:
        portal = ends.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        ends.callback(portal.terminate)
        assert portal.stdout is not None
        assert portal.stdout.readline() == "ready\n"
        appearance.start(bus)
        qtbot.waitUntil(lambda: seen[-1:] == [(False, True, True)], timeout=30_000)
    assert seen[0] == (True, False, False)


def test_a_desktop_without_a_portal_leaves_every_wish_unknown(
    bus: QDBusConnection, appearance: DesktopAppearance, qtbot: QtBot
) -> None:
    appearance.start(bus)
    with qtbot.assertNotEmitted(appearance.changed, wait=100):
        pass
    assert appearance.dark is None
