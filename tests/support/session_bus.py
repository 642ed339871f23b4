"""A private session bus without a screen, and a real GNOME keyring on it."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from pathlib import Path

from tests.support.desk.bus import Bus
from tests.support.program import Program
from tests.support.waiting import wait_for

CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
SECRETS = "org.freedesktop.secrets"
LOGIN = "/org/freedesktop/secrets/collection/login"


class SessionBus:
    """A bus of its own in `place` (a short path); nothing on it starts by itself."""

    def __init__(self, place: Path, environment: Mapping[str, str]) -> None:
        self.address = f"unix:path={place / 'bus'}"
        self.environment = {**environment, "DBUS_SESSION_BUS_ADDRESS": self.address, "XDG_RUNTIME_DIR": str(place)}
        configuration = place / "session.conf"
        configuration.write_text(CONFIGURATION.format(socket=place / "bus"), encoding="utf-8")
        self._programs = [self.start("dbus-daemon", f"--config-file={configuration}", "--nofork", "--print-address")]
        self._programs[0].wait_line("unix:")
        self._bus: Bus | None = None

    @property
    def bus(self) -> Bus:
        """A connection for looking on."""
        if self._bus is None:
            self._bus = Bus(self.address)
        return self._bus

    def start(self, *arguments: str | Path) -> Program:
        """Start a program that sees this bus; ended by whoever called."""
        return Program(arguments, environment=self.environment)

    def close(self) -> None:
        """End the bus."""
        if self._bus is not None:
            self._bus.close()
        for program in self._programs:
            program.end()


class GnomeKeyring:
    """A real gnome-keyring-daemon, unlocked once constructed."""

    def __init__(self, session: SessionBus) -> None:
        self._session = session
        self._program = self._started()

    def _started(self) -> Program:
        control = Path(self._session.environment["XDG_RUNTIME_DIR"], "keyring")
        parts = ["--foreground", "--unlock", "--components=secrets", f"--control-directory={control}"]
        program = self._session.start("gnome-keyring-daemon", *parts)
        program.write("password")
        assert program.process.stdin is not None
        program.process.stdin.close()
        wait_for("an open keyring", self._is_open)
        return program

    def _is_open(self) -> bool:
        if not self._session.bus.has_owner(SECRETS):
            return False
        return not self._session.bus.get(SECRETS, LOGIN, "org.freedesktop.Secret.Collection", "Locked")

    def lock(self) -> None:
        """Lock it; there is nobody on this bus who could ask a person for the password."""
        path, interface = "/org/freedesktop/secrets", "org.freedesktop.Secret.Service"
        self._session.bus.call(SECRETS, path, interface, "Lock", "ao", [LOGIN])

    def restart(self) -> None:
        """Start it anew on the same files; unlocked, as after a person's log-in."""
        self.close()
        wait_for("the old keyring to go", lambda: not self._session.bus.has_owner(SECRETS))
        self._program = self._started()

    def freeze(self) -> None:
        """Stand still without ending."""
        self._program.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Go on."""
        self._program.signal(signal.SIGCONT)

    def kill(self) -> None:
        """Die at once."""
        self._program.kill()

    def close(self) -> None:
        """End it."""
        if self._program.running():
            self._program.signal(signal.SIGCONT)
        self._program.end()
