"""Whether somebody else has started a server already. Asks disk, processes and port, so it runs in a thread."""

from __future__ import annotations

import contextlib
import socket
from pathlib import Path

from kata_desktop.domain.command import ServerSpec

_LONGEST = 64
_ANSWER = 0.5


def started_elsewhere(spec: ServerSpec) -> str:
    """Return a sentence about the copy that runs already; empty when there is none.

    A process id counts only when its process lives; a port counts when something answers on it.
    """
    if spec.pid_file and (pid := _living(Path(spec.command.folder) / spec.pid_file)):
        return f"It runs already as process {pid}, started by somebody else, so it is left alone."
    if spec.port is not None and _answers(spec.port):
        return f"Something else listens on port {spec.port} already, so it is left alone."
    return ""


def _living(file: Path) -> int:
    import psutil  # a third of the start-up time of a command line, for the few who have a server

    try:
        with file.open("rb") as content:
            text = content.read(_LONGEST).decode("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return 0
    if not text.isdecimal():
        return 0
    with contextlib.suppress(psutil.Error, OverflowError, ValueError):
        if psutil.Process(int(text)).status() != psutil.STATUS_ZOMBIE:
            return int(text)
    return 0


def _answers(port: int) -> bool:
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.settimeout(_ANSWER)
            probe.connect((host, port))
            return True
    return False
