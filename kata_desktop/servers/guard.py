"""The parent-death guard: a small program between Kata and a program that Kata starts.

It runs the program in a session of its own, and ends it with everything it has started when it is told to, when the
pipe from Kata breaks because Kata died, or when the program itself has ended. Run as a script with ``-I -S``, so it
imports the standard library alone.

    guard.py CONTROL STATUS GRACE PROGRAM [ARGUMENT...]

CONTROL is a descriptor to read: a byte, or its end, means "stop". STATUS is a descriptor to write: the program's
process id, then a line ``end CODE`` (negative for a signal), then its end. GRACE is in seconds. Standard input is
handed on: nothing to read, or the link of a program that talks with Kata.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

CANNOT_START = 127
"""Exit code when the program could not be started; why is on standard error."""
_BECOME_REAPER = 36
"""PR_SET_CHILD_SUBREAPER of Linux: what the program leaves behind becomes our child instead of being lost."""
_LOOK = 0.05


def main(arguments: list[str]) -> int:
    """Look after one program until it has ended; returns the exit code."""
    control, status, grace = int(arguments[0]), int(arguments[1]), float(arguments[2])
    _ignore_signals()
    _adopt_orphans()
    try:
        program = subprocess.Popen(arguments[3:], start_new_session=True)
    except OSError as error:
        sys.stderr.write(f"{arguments[3]} could not be started: {error.strerror}.\n")
        sys.stderr.flush()
        _tell(status, f"end {CANNOT_START}")
        return CANNOT_START
    _tell(status, str(program.pid))
    _let_go_of_output()
    _wait(program, control)
    _end(program, grace)
    _tell(status, f"end {program.returncode}")
    return program.returncode if program.returncode >= 0 else 128 - program.returncode


def _ignore_signals() -> None:
    """Only Kata ends a guard: a Ctrl-C in Kata's terminal, say, must not leave the program alone."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, lambda *_: None)  # not SIG_IGN: the program would inherit that


def _adopt_orphans() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_BECOME_REAPER, 1, 0, 0, 0)


def _let_go_of_output() -> None:
    """Keep no end of the output pipes: whoever reads them sees their end when the program's last process is gone."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.close(nothing)


def _tell(status: int, line: str) -> None:
    with contextlib.suppress(OSError):  # nobody reads any more
        os.write(status, f"{line}\n".encode())


def _wait(program: subprocess.Popen[bytes], control: int) -> None:
    """Return when the program has ended or is to be stopped."""
    ended, sink = os.pipe()
    os.set_blocking(sink, False)
    signal.set_wakeup_fd(sink, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    while program.poll() is None:
        ready, _, _ = select.select([control, ended], [], [], 1.0)
        if control in ready:
            return
        if ended in ready:
            os.read(ended, 4096)
            _bury_orphans(program.pid)


def _bury_orphans(but: int) -> None:
    """Take note of the ends of what the program left behind, lest they stay as zombies as long as it runs."""
    for child in _children():
        if child != but:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(child, os.WNOHANG)


def _end(program: subprocess.Popen[bytes], grace: float) -> None:
    """Ask the program's group to end, then insist; then see to whatever it left behind."""
    if program.poll() is None:
        _signal_group(program.pid, signal.SIGTERM)
        until = time.monotonic() + grace
        while program.poll() is None and time.monotonic() < until:
            time.sleep(_LOOK)
    _signal_group(program.pid, signal.SIGKILL)
    program.wait()
    _end_orphans()


def _signal_group(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _end_orphans() -> None:
    """Kill what had left the group, such as a daemon that forked twice; each round may bring new ones to us."""
    for _ in range(100):
        children = _children()
        if not children:
            return
        for child in children:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(child, signal.SIGKILL)
        for child in children:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(child, 0)


def _children() -> list[int]:
    try:
        return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]
    except OSError:  # not Linux: the group was all we know
        return []


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
