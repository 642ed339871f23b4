"""What a hand does and an eye sees: mouse, keys, windows and pictures of the X display."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HOVER_SECONDS = "0.15"
"""The target sees the pointer enter and move before the press, as with a hand."""


@dataclass(frozen=True, kw_only=True)
class WindowOnScreen:
    """A visible X window: its place in pixels from the upper left corner of the screen, and its identifier."""

    x: int
    y: int
    width: int
    height: int
    ident: int


class Screen:
    """The display of the desktop whose environment is given."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)

    def _run(self, *arguments: object) -> str:
        done = subprocess.run(
            [str(argument) for argument in arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        return done.stdout

    def windows(self, *search: str) -> list[WindowOnScreen]:
        """The visible windows that `xdotool search` finds, for instance `--class`, `kata-desktop`."""
        found = []
        for ident in self._run("xdotool", "search", "--onlyvisible", *search).split():
            lines = self._run("xdotool", "getwindowgeometry", "--shell", ident).splitlines()
            box = {name: int(value) for name, _, value in (line.partition("=") for line in lines)}
            if box:
                place = {"x": box["X"], "y": box["Y"], "width": box["WIDTH"], "height": box["HEIGHT"]}
                found.append(WindowOnScreen(ident=int(ident), **place))
        return found

    def click(self, x: int, y: int, *, button: int = 1) -> None:
        """Moves the pointer there and presses a button: 1 left, 2 middle, 3 right."""
        # Never with --sync: it waits 15 s where the pointer is there already.
        self._run("xdotool", "mousemove", x, y, "sleep", HOVER_SECONDS, "click", button)

    def click_often(self, x: int, y: int, times: int) -> None:
        """As `click`, so many times as quickly as a program can."""
        self._run("xdotool", "mousemove", x, y, "sleep", HOVER_SECONDS, "click", "--repeat", times, "--delay", 8, 1)

    def rest_pointer(self) -> None:
        """Takes the pointer off whatever it hovers over."""
        self._run("xdotool", "mousemove", 640, 20)

    def type(self, text: str) -> None:
        """Types the text on the keyboard."""
        self._run("xdotool", "type", "--delay", 12, "--", text)

    def key(self, *names: str) -> None:
        """Presses keys in turn, by their X names: `Return`, `ctrl+n`."""
        self._run("xdotool", "key", "--delay", 30, *names)

    def shot(self, path: Path) -> Path:
        """A picture of the whole screen as PNG."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._run("import", "-silent", "-window", "root", path)
        assert path.stat().st_size > 0, f"no picture came out at {path}"
        return path
