"""This process as the store knows it, and whether another one is still alive."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from kata_desktop.domain.ids import new_id
from kata_desktop.store.boots import Boot

_STARTED_FIELD = 19
"""Of what follows the command's name in /proc/PID/stat: the start time, in clock ticks since the computer started."""


def this_boot() -> Boot:
    """A new boot of this process."""
    return Boot(id=new_id("boot"), pid=os.getpid(), pid_started=_started(os.getpid()) or 0.0)


def is_alive(boot: Boot) -> bool:
    """Whether the process of a boot still lives; a reused pid is told apart by its start time."""
    if boot.pid == os.getpid():
        return True
    started = _started(boot.pid)
    return started is not None and abs(started - boot.pid_started) < 1.0


def process_exists(pid: int) -> bool:
    """Whether there is a process of that number now."""
    return _started(pid) is not None


def _started(pid: int) -> float | None:
    if sys.platform != "linux":
        import psutil  # not needed where the kernel's files can be read

        try:
            return float(psutil.Process(pid).create_time())
        except psutil.Error:
            return None
    return _started_on_linux(pid)


def _started_on_linux(pid: int) -> float | None:
    try:
        facts = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    if not facts or facts[0] == "Z":  # dead, its parent has not looked yet
        return None
    return float(facts[_STARTED_FIELD])
