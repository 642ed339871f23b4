"""A person's place at the desktop: start programs, look, listen, press."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from tests.support.desk.accessibility import Accessibility, ProgramNode
from tests.support.desk.bus import Bus
from tests.support.desk.notifications import Notifications
from tests.support.desk.screen import Screen
from tests.support.desk.tray import Tray
from tests.support.desk.virtual_desktop import DesktopOptions, VirtualDesktop
from tests.support.program import Program


class Desk:
    """One virtual desktop with everything that looks at it. Pictures go to `shots`."""

    def __init__(self, options: DesktopOptions, *, shots: Path) -> None:
        self.desktop = VirtualDesktop(options, shots=shots)
        self.environment = self.desktop.environment
        self.home = self.desktop.home
        self.screen = Screen(self.environment)
        self.bus = Bus(self.environment["DBUS_SESSION_BUS_ADDRESS"])
        self.programs: list[Program] = []
        self._shots = shots

    @cached_property
    def accessibility(self) -> Accessibility:
        """The accessibility tree of all programs here."""
        return Accessibility(self.bus, self.screen)

    @cached_property
    def notifications(self) -> Notifications:
        """All notifications since this was first asked for."""
        return Notifications(self.environment["DBUS_SESSION_BUS_ADDRESS"], self.accessibility)

    @cached_property
    def system_bus(self) -> Bus:
        """The private system bus, where the desktop has the mock of logind."""
        return Bus(self.environment["DBUS_SYSTEM_BUS_ADDRESS"])

    def app(self, *arguments: str, environment: Mapping[str, str] | None = None) -> Program:
        """Starts Kata Desktop with these arguments."""
        return self.start(sys.executable, "-m", "kata_desktop", *arguments, environment=environment)

    def start(self, *arguments: str | Path, environment: Mapping[str, str] | None = None) -> Program:
        """Starts any program on this desktop; it is ended with it."""
        program = Program(arguments, environment={**self.environment, **(environment or {})}, cwd=self.home)
        self.programs.append(program)
        return program

    def tray(self, program: Program, *, timeout: float = 30.0) -> Tray:
        """The tray icon of a program; waits for it."""
        return Tray(self.bus, self.screen, program.pid, timeout=timeout)

    def ui(self, program: Program, *, timeout: float = 30.0) -> ProgramNode:
        """The windows of a program as a screen reader sees them; waits for the first."""
        return self.accessibility.program(program.pid, timeout=timeout)

    def shot(self, name: str) -> Path:
        """A picture of the screen, named so; gives its place."""
        return self.screen.shot(self._shots / f"{re.sub(r'[^A-Za-z0-9_.-]+', '-', name)}.png")

    def end_part(self, name: str) -> None:
        """Takes away a part of the desktop: panel, notifyd, keyring."""
        os.kill(self.desktop.part(name), signal.SIGTERM)

    def logind_signal(self, member: str, *, value: bool) -> None:
        """Lets the mock of logind tell everybody, for instance `PrepareForSleep`."""
        login = ("org.freedesktop.login1", "/org/freedesktop/login1")
        arguments = ("org.freedesktop.login1.Manager", member, "b", [("b", value)])
        self.system_bus.call(*login, "org.freedesktop.DBus.Mock", "EmitSignal", "sssav", *arguments)

    def close(self) -> None:
        """Ends the programs in reverse order, then the desktop; what they said is kept beside the pictures."""
        if any(program.running() for program in self.programs):
            self.shot("last")
        for number, program in reversed(list(enumerate(self.programs, start=1))):
            program.end()
            said = [repr(program), *program.lines, "-- standard error --", *program.errors, ""]
            self._shots.joinpath(f"program-{number}.log").write_text("\n".join(said), encoding="utf-8")
        for name in ("notifications", "accessibility", "system_bus"):
            if name in self.__dict__:
                with suppress(ConnectionError):
                    getattr(self, name).close()
        self.bus.close()
        self.desktop.close()
