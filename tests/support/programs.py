"""Small real programs for tests of supervision, and questions about processes."""

from __future__ import annotations

import sys
from pathlib import Path

import psutil

from kata_desktop.domain.command import CommandSpec

DAEMON = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open(sys.argv[1], "w").write(str(os.getpid()))
        time.sleep(300)
    os._exit(0)
time.sleep(300)
"""
"""Leaves its session by forking twice, writes its process id and stays."""

STUBBORN = """
import signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(300)
"""
"""Does not heed TERM."""


def python(code: str, folder: Path, *arguments: str, **environment: str) -> CommandSpec:
    """A command that runs a piece of Python."""
    return CommandSpec(
        argv=(sys.executable, "-I", "-S", "-u", "-c", code, *arguments),
        folder=str(folder),
        environment=tuple(environment.items()),
    )


def is_alive(pid: int) -> bool:
    """Whether a process lives; zombies do not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
