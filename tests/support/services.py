"""Programs for the Local service plugin that behave badly, and what of them is running: known by their private home."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

import psutil

CODE = """
import os, random, signal, socket, subprocess, sys, time
from pathlib import Path
ways = sys.argv[1].split(",")
with open("starts.txt", "a") as starts:
    starts.write(f"{os.getpid()}\\n")
if "any" in ways:
    ways = random.choice([["crash"], ["stubborn"], ["daemon"], ["stay"], ["family"], ["crash", "daemon"], ["loud"]])
if "stubborn" in ways:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if "port" in ways:
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("127.0.0.1", int(sys.argv[2])))
    server.listen()
if "daemon" in ways and os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        Path("daemon.pid").write_text(str(os.getpid()))
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(300)
    os._exit(0)
if "family" in ways:
    for _ in range(3):
        subprocess.Popen([sys.executable, "-I", "-S", "-c", "import time; time.sleep(300)"], start_new_session=True)
print("ready", flush=True)
if "crash" in ways:
    time.sleep(random.uniform(0.0, 0.3))
    raise SystemExit(3)
while "loud" in ways:
    print("x" * 200)
    time.sleep(0.001)
time.sleep(300)
"""


def service_in(folder: Path) -> str:
    """Put the program there; returns the command that starts it, to which a way of behaving is added.

    Ways: ``stay``, ``crash``, ``stubborn`` (heeds no TERM), ``daemon`` (leaves its session), ``family`` (children in
    sessions of their own), ``loud``, ``port`` (and its number), ``any``; several with commas.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "service.py").write_text(CODE, encoding="utf-8")
    return f"{sys.executable} -I -S -u {folder / 'service.py'}"


def starts_in(folder: Path) -> list[int]:
    """The process ids of all its starts."""
    file = folder / "starts.txt"
    return [int(line) for line in file.read_text(encoding="ascii").split()] if file.exists() else []


def running_in(home: Path, *, but: tuple[int, ...] = ()) -> list[str]:
    """Everything that runs with this home: guards, programs and whatever those started."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.pid in (os.getpid(), *but) or process.status() == psutil.STATUS_ZOMBIE:
                continue
            if process.environ().get("HOME") == str(home):
                found.append(f"{process.pid} {' '.join(process.cmdline())[:150]}")
    return found
