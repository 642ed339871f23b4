"""The desktop's keyring daemon, as it fares in real life: locked, opened elsewhere, frozen, killed, started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from tests.support.desk.accessibility import ProgramNode
from tests.support.desk.bus import Bus
from tests.support.desk.desk import Desk
from tests.support.waiting import wait_for

SECRETS = "org.freedesktop.secrets"
LOGIN = "/org/freedesktop/secrets/collection/login"
COLLECTION = "org.freedesktop.Secret.Collection"


class Keyring:
    """GNOME Keyring on a virtual desktop, with one collection."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @cached_property
    def _bus(self) -> Bus:
        return self._desk.bus

    @property
    def pid(self) -> int:
        """The daemon's process."""
        return self._bus.pid_of(SECRETS)

    @property
    def is_locked(self) -> bool:
        """Whether the collection is locked."""
        return bool(self._bus.get(SECRETS, LOGIN, COLLECTION, "Locked"))

    def lock(self) -> None:
        """Lock the collection."""
        self._bus.call(SECRETS, "/org/freedesktop/secrets", "org.freedesktop.Secret.Service", "Lock", "ao", [LOGIN])
        wait_for("the lock", lambda: self.is_locked)

    def unlock(self) -> None:
        """Open it without any question: as a new login does, with a new daemon."""
        self.kill()
        self.come_back()

    def unlock_by_another_program(self) -> None:
        """Some program asks for it, and the person types the password."""
        code = "import secretstorage as s; c = s.dbus_init(); s.get_default_collection(c).unlock(); c.close()"
        self._desk.start(sys.executable, "-c", code)
        self.answer()
        wait_for("the open keyring", lambda: not self.is_locked)

    def freeze(self) -> None:
        """It takes calls and answers none."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self, pid: int) -> None:
        """Let the frozen process go on."""
        os.kill(pid, signal.SIGCONT)

    def kill(self) -> None:
        """It dies without a word."""
        os.kill(self.pid, signal.SIGKILL)
        wait_for("its end", lambda: not self._bus.has_owner(SECRETS))

    def come_back(self) -> None:
        """Start it again, with the same collection, open."""
        self._daemon("--daemonize", "--unlock", "--components=secrets")
        wait_for("the keyring", lambda: self._bus.has_owner(SECRETS))
        wait_for("the open keyring", lambda: not self.is_locked)

    def dismiss(self) -> None:
        """Close the window that asks for the password."""
        prompter = self.question()
        prompter.find("push button", "Cancel").click()
        wait_for("the end of the question", lambda: not prompter.children())

    def answer(self) -> None:
        """Type the password into the window that asks for it."""
        self.question()
        self._desk.screen.type(self._desk.environment["VD_KEYRING_PASSWORD"])
        self._desk.screen.key("Return")

    def question(self) -> ProgramNode:
        """The window that asks; waits for it."""
        prompter = self._desk.accessibility.named("gcr-prompter")
        prompter.find("password text")
        return prompter

    @property
    def asks(self) -> bool:
        """Whether such a window is there now."""
        return bool(self._desk.accessibility.named("gcr-prompter").children())

    def _daemon(self, *options: str) -> None:
        place = Path(self._desk.environment["VD_DIR"])
        control = f"{self._desk.environment['XDG_RUNTIME_DIR']}/keyring"
        home = str(place / "home")
        with suppress(subprocess.TimeoutExpired):
            subprocess.run(
                ["gnome-keyring-daemon", *options, f"--control-directory={control}"],
                input=self._desk.environment["VD_KEYRING_PASSWORD"].encode(),
                env={
                    **self._desk.environment,
                    "HOME": home,
                    "XDG_CONFIG_HOME": f"{home}/.config",
                    "XDG_DATA_HOME": f"{home}/.local/share",
                    "GNOME_KEYRING_CONTROL": control,
                },
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=10,
                check=False,
            )
