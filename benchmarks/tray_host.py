"""A virtual desktop whose tray tells when an icon came: the end of a start as a person sees it."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jeepney import MatchRule, message_bus
from jeepney.io.blocking import open_dbus_connection

from benchmarks.processes import as_installed
from tests.support.desk.bus import DAEMON, Bus
from tests.support.desk.virtual_desktop import DesktopOptions, VirtualDesktop

WATCHER = "org.kde.StatusNotifierWatcher"
PATIENCE = 30.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Started:
    """A program whose icon is there."""

    seconds: float
    """From its start to its icon."""
    pid: int
    """Of the process that shows it; another than the one that was started when that one forked."""


class TrayHost:
    """Starts programs one at a time and waits for their icons.

    Attributes:
        environment: what a program inside must be given.
    """

    def __init__(self, shots: Path) -> None:
        self.desktop = VirtualDesktop(DesktopOptions(keyring="none"), shots=shots)
        self.environment = self.desktop.environment
        self._bus = Bus(self.environment["DBUS_SESSION_BUS_ADDRESS"])
        self._ears: Any = open_dbus_connection(self.environment["DBUS_SESSION_BUS_ADDRESS"])
        self._rule = MatchRule(type="signal", interface=WATCHER, member="StatusNotifierItemRegistered")
        self._ears.send_and_get_reply(message_bus.AddMatch(self._rule))

    def close(self) -> None:
        """End the desktop and all that was started in it."""
        self._ears.close()
        self._bus.close()
        self.desktop.close()

    @contextmanager
    def started(self, command: Sequence[str | Path], more: Mapping[str, str] | None = None) -> Iterator[Started]:
        """Start a program, hand it out when its icon is there, and end it.

        Raises `TimeoutError` when no icon comes.
        """
        heard: deque[Any] = deque()
        with self._ears.filter(self._rule, queue=heard):
            began = time.perf_counter()
            program = subprocess.Popen(
                [str(word) for word in command],
                env=as_installed({**self.environment, **(more or {})}),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            try:
                message = self._ears.recv_until_filtered(heard, timeout=PATIENCE)
            except BaseException:
                program.kill()
                program.wait()
                raise
            seconds = time.perf_counter() - began
        pid = self._owner(str(message.body[0]))
        try:
            yield Started(seconds=seconds, pid=pid)
        finally:
            _end(pid)
            program.wait()
            if program.stdin is not None:
                program.stdin.close()

    def _owner(self, item: str) -> int:
        return int(self._bus.call(*DAEMON, "GetConnectionUnixProcessID", "s", item.partition("/")[0])[0])


def _end(pid: int) -> None:
    os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + 5
    while time.monotonic() < end and _lives(pid):
        time.sleep(0.02)
    if _lives(pid):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
