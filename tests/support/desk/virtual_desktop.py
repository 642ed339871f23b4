"""Starts the script `virtual-desktop` and hands out the environment inside it."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from tests.support.program import Program
from tests.support.waiting import wait_for

SCRIPT = Path(__file__).with_name("virtual-desktop")
# Tells the environment inside, then waits for the end of its standard input.
INSIDE = 'env -0 >"$1.part" && mv "$1.part" "$1" && exec cat >/dev/null'


@dataclass(frozen=True, kw_only=True)
class DesktopOptions:
    """Which desktop is wanted."""

    keyring: Literal["unlocked", "locked", "none"] = "unlocked"
    tray: Literal["sni", "xembed", "none"] = "sni"
    notifications: Literal["xfce", "dunst", "none"] = "xfce"
    logind: bool = False
    """Also a private system bus with mocks of logind and timedated."""
    size: str = "1280x800"

    def arguments(self) -> list[str]:
        """The options of the script."""
        chosen = ["--keyring", self.keyring, "--tray", self.tray, "--notifications", self.notifications]
        return [*chosen, "--size", self.size, *(["--fake-logind"] if self.logind else [])]


class VirtualDesktop:
    """A private X server, session bus, panel with a tray, notification daemon, keyring and accessibility bus.

    `environment` is what a program inside must be given. Everything that carries it is ended by `close`.
    """

    def __init__(self, options: DesktopOptions, *, shots: Path) -> None:
        self._place = TemporaryDirectory(prefix="desk-")
        told = Path(self._place.name, "environment")
        arguments = [*options.arguments(), "--screenshot-dir", str(shots)]
        self._script = Program(
            [SCRIPT, *arguments, "--", "sh", "-c", INSIDE, "sh", told], environment=_outer_environment(os.environ)
        )
        try:
            wait_for(self._story, lambda: told.exists() or not self._script.running(), timeout=120.0)
            assert told.exists(), self._story()
        except BaseException:
            self.close()
            raise
        pairs = (entry.partition("=") for entry in told.read_text(encoding="utf-8").split("\0") if entry)
        self.environment = {name: value for name, _, value in pairs}
        self.place = Path(self.environment["VD_DIR"])
        self.home = Path(self.environment["HOME"])

    def _story(self) -> str:
        return f"the virtual desktop ({' '.join(self._script.errors[-20:])})"

    def part(self, name: str) -> int:
        """The process id of a part of the desktop: xvfb, dbus, a11y, keyring, wm, notifyd, panel, logind."""
        pairs = (line.partition("=") for line in (self.place / "pids").read_text(encoding="utf-8").splitlines())
        return {part: int(pid) for part, _, pid in pairs}[name]

    def close(self) -> None:
        """Ends the desktop and every program that was started inside it."""
        if self._script.running() and self._script.process.stdin is not None:
            self._script.process.stdin.close()
            wait_for("the end of the virtual desktop", lambda: not self._script.running())
        self._script.end(timeout=20.0)
        self._place.cleanup()


def _outer_environment(environment: os._Environ[str]) -> dict[str, str]:
    """The tests' own Python first on the path, and no settings of pytest or pip for what runs inside."""
    kept = {name: value for name, value in environment.items() if not name.startswith(("PYTEST_", "PIP_", "QT_"))}
    return {**kept, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', os.defpath)}"}
