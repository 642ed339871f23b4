"""Kata Desktop as a person has it in front of them: the program, its tray, its windows, and a terminal beside it."""

from __future__ import annotations

import contextlib
import re
import stat
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from kata_desktop.runtime.clock import SystemClock
from kata_desktop.store import settings as stored_settings
from kata_desktop.store.database import Database
from tests.support.command_line import CommandLine
from tests.support.desk.accessibility import Node, ProgramNode
from tests.support.desk.bus import GONE
from tests.support.desk.desk import Desk
from tests.support.desk.tray import Tray
from tests.support.program import Program
from tests.support.waiting import wait_for


class KataApp:
    """The program on a desktop; `terminal` runs its command line on the same data folder and the same session bus."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.terminal = CommandLine(desk.home, desk.environment)
        self.program: Program | None = None

    def prefer(self, **settings: str | int | bool) -> None:
        """Store settings while it does not run, as if a person had chosen them before, the first steps done."""
        settings.setdefault("onboarding_done", True)
        self.terminal.ok("task", "list")  # makes the store
        database = Database.open(self.terminal.data / "kata.db", clock=SystemClock())
        try:
            for key, value in settings.items():
                database.write_now(partial(stored_settings.save, key=key, value=value))
        finally:
            database.close()

    def start(self, *arguments: str, environment: Mapping[str, str] | None = None, welcome: bool = False) -> Program:
        """Start it and wait until it answers; on a new store only with `welcome` it begins with the first steps."""
        if not welcome and not (self.terminal.data / "kata.db").exists():
            self.prefer(onboarding_done=True)
        self.program = self.desk.app(*arguments, environment={**self.terminal.environment, **(environment or {})})
        wait_for(self._silence, self._answers)
        return self.program

    def _silence(self) -> str:
        return f"an answer of {self.program!r}; it said {self.program.errors[-10:] if self.program else ''}"

    def _answers(self) -> bool:
        assert self.program is not None
        if not self.terminal.socket.exists():
            return False
        told = self.terminal("status", "--json")
        return told.code == 0 and told.json["pid"] == self.program.pid

    @property
    def running(self) -> Program:
        """The program that was started last."""
        assert self.program is not None, "it was not started"
        return self.program

    def complaints(self) -> list[str]:
        """Errors in its log, and standard error; not that a screen reader asked for an element that had just gone."""
        said = [line for line in self.running.errors if not line.startswith("qt.accessibility.")]
        return said + [line for line in self.terminal.log.splitlines() if " ERROR " in line or "Traceback" in line]

    @property
    def ui(self) -> ProgramNode:
        """Its windows."""
        return self.desk.ui(self.running)

    @property
    def tray(self) -> Tray:
        """Its icon."""
        return self.desk.tray(self.running)

    def window(self, title: str = "Kata Desktop", *, timeout: float = 30.0) -> Node:
        """The window or dialog with this title (a regular expression); waits for it."""
        found = wait_for(f"the window {title!r}", lambda: self._windows(title), timeout=timeout)
        assert len(found) == 1, found
        return found[0]

    def in_front(self, title: str = "Kata Desktop") -> Node:
        """The same, once the keyboard is its own: keys that are pressed before are lost."""
        window = self.window(title)
        wait_for(f"the window {title!r} in front", lambda: "active" in window.states)
        return window

    def _windows(self, title: str) -> list[Node]:
        # Qt adds the name of the program to the titles of further windows.
        title = f"(?:{title})(?: — Kata Desktop)?"
        return [node for node in self._shown() if re.fullmatch(title, node.name)]

    def _shown(self) -> list[Node]:
        found = []
        for node in self.ui.children():
            with suppress(*GONE):  # it closes just now
                if "showing" in node.states and node.name:
                    found.append(node)
        return found

    def windows(self) -> list[str]:
        """The titles of the windows on the screen now."""
        return [node.name for node in self._shown()]

    def close_window(self) -> None:
        """Close the window by the keyboard; again when the window manager, busy with something else, lost the key."""
        window, before = self.window(), self.windows()
        for _ in range(5):
            if "active" not in window.states:
                window.click(at=(4, 4))
            self.desk.screen.key("alt+F4")
            with contextlib.suppress(AssertionError):
                wait_for("what closing brings", lambda: self.windows() != before, timeout=10.0)
                return
        raise AssertionError("the window does not react to alt+F4")

    def gone(self, title: str = "Kata Desktop") -> None:
        """Wait until no such window is on the screen."""
        wait_for(f"the end of the window {title!r}", lambda: not self._windows(title))

    def open_page(self, name: str) -> Node:
        """Choose a page in the sidebar; gives the window."""
        window = self.window()
        window.find("check box", f"{name}.*").click()
        return window

    def add_model(self, address: str, name: str = "Local") -> None:
        """Set up a model by the command line, as the default."""
        options = ("--provider", "openai-compatible", "--base-url", address, "--model", "gpt-4o-mini")
        self.terminal.ok("model", "add", name, *options)
        self.terminal.ok("model", "default", name)

    def runs(self, *options: str) -> list[dict[str, Any]]:
        """The runs, newest first."""
        found: list[dict[str, Any]] = self.terminal.ok("runs", "list", *options)
        return found

    def wait_run(self, status: str, *options: str, timeout: float = 30.0) -> dict[str, Any]:
        """The newest run with this status; waits for it."""
        return wait_for(
            lambda: f"a run that is {status}; there are {[(run['source'], run['status']) for run in self.runs()]}",
            lambda: next(iter(self.runs("--status", status, *options)), None),
            timeout=timeout,
        )

    def quit(self) -> None:
        """End it by the tray menu."""
        self.tray.click("Quit Kata Desktop")
        assert self.running.wait() == 0

    def open_files(self) -> Sequence[Path]:
        """What others of this computer could read in its data folder; nothing, it is hoped."""
        everything = [self.terminal.data, *self.terminal.data.rglob("*")]
        return [path for path in everything if stat.S_IMODE(path.lstat().st_mode) & 0o077]
