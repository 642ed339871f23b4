"""What a start loads before the tray icon is there: counted, because every module costs time and memory."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

TO_THE_ICON = (
    "kata_desktop.__main__, kata_desktop.cli.entry, kata_desktop.cli.start, kata_desktop.bootstrap.running, "
    "kata_desktop.ui.app, kata_desktop.ui.workspace_switching, kata_desktop.control.server, "
    "kata_desktop.control.methods, kata_desktop.ui.qt_loop, kata_desktop.scheduler.engine.engine, "
    "kata_desktop.runtime.alarm, kata_desktop.bootstrap.housekeeping, kata_desktop.desktop.power, "
    "kata_desktop.desktop.network, kata_desktop.desktop.wake"
)
"""In the order of a start: what is imported at the head of these files, and what they import in turn; at the end, what
the engine is made of, which only those load that start it.
"""
MOST = 362
LATER = (
    "kata_desktop.agent",
    "kata_desktop.credentials",
    "kata_desktop.notifications",
    "kata_desktop.plugins",
    "kata_desktop.channels",
    "kata_desktop.servers",
    "kata_desktop.builtin",
    "kata_desktop.scheduler.engine.claiming",
    "kata_desktop.scheduler.engine.executor",
    "kata_desktop.scheduler.engine.firing",
    "kata_desktop.scheduler.exchange",
    "kata_desktop.scheduler.files",
    "kata_desktop.scheduler.occurrences",
    "kata_desktop.scheduler.phrases",
    "kata_desktop.scheduler.policy",
    "kata_desktop.scheduler.service",
    "kata_desktop.scheduler.words",
    "kata_desktop.store.listing",
    "kata_desktop.store.outbox",
    "kata_desktop.ui.dialogs",
    "kata_desktop.ui.main_window",
    "kata_desktop.ui.pages",
    "kata_desktop.ui.theme.icons",
    "kata_desktop.ui.theme.style_sheet",
    "kata_desktop.ui.widgets",
    "PySide6.QtSvg",
    "tomllib",
)
NEVER = ("pydantic", "openai", "anthropic", "mcp", "aiohttp", "slack_bolt", "slack_sdk", "neonize", "keyring", "psutil")


@pytest.fixture(scope="module")
def loaded() -> frozenset[str]:
    """Names of everything that is loaded by then, in an interpreter of its own."""
    program = f"import sys, {TO_THE_ICON}; print(*sys.modules)"
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    told = subprocess.run([sys.executable, "-c", program], env=environment, check=True, capture_output=True, text=True)
    return frozenset(told.stdout.split())


def test_a_start_loads_few_modules(loaded: frozenset[str]) -> None:
    ours = sorted(name for name in loaded if name.startswith("kata_desktop."))
    assert len(loaded) <= MOST, ours


@pytest.mark.parametrize("room", [*LATER, *NEVER])
def test_what_is_not_needed_for_the_icon_is_not_loaded(loaded: frozenset[str], room: str) -> None:
    assert not [name for name in loaded if name == room or name.startswith(f"{room}.")]


def test_the_enums_of_qt_are_not_made() -> None:
    """They are a hundred and take 15 ms; the loop needs them too, but not before the store is written to."""
    program = (
        f"import {TO_THE_ICON}\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from kata_desktop.ui.theme.theme import Theme\n"
        "from kata_desktop.ui.theme.tray_icons import Panel, TrayState, tray_icon\n"
        "from kata_desktop.ui import tray\n"
        "app = QApplication([])\n"
        "theme = Theme()\n"
        "for state in TrayState: tray_icon(state, tray._panel(light=tray._ground_is_light()))\n"
        "import PySide6.QtCore as core, enum\n"
        "kinds = (enum.Enum, enum.Flag, enum.IntEnum, enum.IntFlag)\n"
        "print(sum(each.__qualname__.startswith('Qt.') for kind in kinds for each in kind.__subclasses__()))\n"
    )
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    told = subprocess.run([sys.executable, "-c", program], env=environment, check=True, capture_output=True, text=True)
    assert told.stdout.split() == ["0"]
