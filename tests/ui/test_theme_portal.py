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


class News:
    """A message of the portal."""

    def __init__(self, key: str, value: int) -> None:
        self._arguments = ("org.freedesktop.appearance", key, value)

    def arguments(self) -> tuple[str, str, int]:
        return self._arguments


class Answer:
    """What the portal said when it was asked."""

    def __init__(self, value: int) -> None:
        self._value = value

    def isError(self) -> bool:
        return False

    def reply(self) -> Answer:
        return self

    def arguments(self) -> tuple[int]:
        return (self._value,)

    def deleteLater(self) -> None:
        """It is no object of Qt."""


def test_an_answer_that_news_overtook_is_old(appearance: DesktopAppearance) -> None:
    """On a busy computer Qt hands over both at once, the news first."""
    scheme, motion = Answer(1), Answer(1)
    appearance._asked |= {scheme: "color-scheme", motion: "reduced-motion"}  # type: ignore[dict-item]
    appearance._heard(News("color-scheme", 2))
    appearance._answered(scheme)  # type: ignore[arg-type]
    appearance._answered(motion)  # type: ignore[arg-type]
    assert (appearance.dark, appearance.less_motion) == (False, True)


def test_a_desktop_without_a_portal_leaves_every_wish_unknown(
    bus: QDBusConnection, appearance: DesktopAppearance, qtbot: QtBot
) -> None:
    appearance.start(bus)
    with qtbot.assertNotEmitted(appearance.changed, wait=100):
        pass
    assert appearance.dark is None
