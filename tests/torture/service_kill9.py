"""Kills the real headless app while services start, stop and crash and pipelines run; looks what is left each time.

Run it by hand with ``python -m tests.torture.service_kill9 --kills 30 --seed 7``.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kata_desktop.control.failures import RemoteError
from kata_desktop.domain.errors import Unavailable
from tests.support.command_line import CommandLine
from tests.support.program import Program
from tests.support.services import running_in, service_in, starts_in
from tests.support.waiting import wait_for

WORKSPACES = ("Personal", "Second")
GONE = 12.0
"""Seconds after a kill in which guards must have ended everything: five for TERM, and a busy computer."""
_STEPS = 8
_SERVER_STATES = frozenset({"starting", "running", "waiting", "gave up", "foreign"})


@dataclass(kw_only=True)
class Report:
    """What was seen."""

    kills: int = 0
    starts: int = 0
    """Of services, over all lives."""
    most: int = 0
    """Processes at once beside the app, when it was killed."""
    slowest: float = 0.0
    """Seconds until nothing was left."""
    runs: int = 0
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [
            f"{self.kills} kills, {self.starts} starts of services, at most {self.most} processes beside the app, "
            f"{self.runs} pipeline runs, all gone after {self.slowest:.1f} s at most",
            *(self.problems[:20] or ["nothing left, states right, integrity ok"]),
        ]
        return "\n".join(lines)


class ServiceTorture:
    """One life of the app after the other."""

    def __init__(self, kata: CommandLine, *, seed: int) -> None:
        self._kata = kata
        self._random = random.Random(seed)
        self._report = Report()

    def run(self, *, kills: int) -> Report:
        """Kill it so often; then look whether the last life is right."""
        self._set_up()
        for _ in range(kills):
            self._life()
            self._report.kills += 1
        app = self._start()
        self._examine_states()
        wait_for(self._unfinished, lambda: not self._unfinished(), timeout=60.0)
        for workspace in WORKSPACES:
            self._ask("plugins.disable", id="service", workspace=workspace)
            self._ask("plugins.disable", id="history", workspace=workspace)
        wait_for(lambda: str(self._left(app)), lambda: not self._left(app), timeout=20.0)
        app.end()
        self._examine_store()
        return self._report

    def _set_up(self) -> None:
        app = self._start()
        self._ask("workspace.add", name="Second", folder=str(self._kata.home / "second"))
        for workspace in WORKSPACES:
            folder = self._folder(workspace)
            self._set("command", f"{service_in(folder)} any", workspace)
            self._set("folder", str(folder), workspace)
            for plugin in ("service", "history"):
                self._ask("plugins.enable", id=plugin, workspace=workspace)
        wait_for("the pipelines", lambda: len(self._pipelines()) == len(WORKSPACES))
        app.end()

    def _folder(self, workspace: str) -> Path:
        return self._kata.home / f"service{workspace}"

    def _set(self, key: str, value: str, workspace: str) -> None:
        self._ask("plugins.set", id="service", key=key, value=value, workspace=workspace)

    def _pipelines(self) -> list[str]:
        found = self._ask("task.list") or []
        return [task["id"] for task in found if task["name"] == "Note what I read on the web"]

    # -- a life

    def _life(self) -> None:
        early = self._random.random() < 0.2
        app = self._kata.start("--headless")
        if early:
            time.sleep(self._random.uniform(0.0, 1.5))
        else:
            wait_for(lambda: f"an answer; it said {app.errors[-5:]}", self._answers, timeout=30.0)
            self._examine_states()
            for _ in range(self._random.randrange(_STEPS)):
                self._disturb()
                time.sleep(self._random.uniform(0.0, 0.4))
        self._report.most = max(self._report.most, len(self._left(app)))
        os.kill(app.pid, signal.SIGKILL)  # it alone: its programs are in sessions of their own anyway
        app.wait()
        self._bury(time.monotonic())

    def _disturb(self) -> None:
        workspace = self._random.choice(WORKSPACES)
        match self._random.randrange(7):
            case 0:
                self._ask("plugins.disable", id="service", workspace=workspace)
            case 1 | 2:
                self._ask("plugins.enable", id="service", workspace=workspace)
            case 3:
                self._ask("plugins.restart", id="service", workspace=workspace)
            case 4:
                self._end_one(workspace)
            case _:
                for task in self._pipelines():
                    self._ask("task.run", id=task)

    def _end_one(self, workspace: str) -> None:
        """As if the service had crashed."""
        with suppress(ProcessLookupError, IndexError):
            os.kill(starts_in(self._folder(workspace))[-1], signal.SIGKILL)

    def _bury(self, killed: float) -> None:
        try:
            wait_for(lambda: str(self._left()), lambda: not self._left(), timeout=GONE)
        except AssertionError as error:
            self._report.problems.append(f"kill {self._report.kills}: {error}")
        self._report.slowest = max(self._report.slowest, time.monotonic() - killed)

    # -- looking

    def _examine_states(self) -> None:
        """Every service that is on gets its server, every one that is off has none."""
        for workspace in WORKSPACES:
            try:
                wait_for(lambda w=workspace: str(self._row(w)), lambda w=workspace: _is_right(self._row(w)), timeout=20)  # type: ignore[misc]
            except AssertionError as error:
                self._report.problems.append(f"life {self._report.kills}: {error}")

    def _row(self, workspace: str) -> Any:
        return self._ask("plugins.status", id="service", workspace=workspace)

    def _unfinished(self) -> str:
        with closing(sqlite3.connect(self._kata.data / "kata.db", timeout=10.0)) as db:
            return str(db.execute("SELECT id, state FROM runs WHERE state != 'done'").fetchall() or "")

    def _examine_store(self) -> None:
        problems = self._report.problems
        self._report.starts = sum(len(starts_in(self._folder(workspace))) for workspace in WORKSPACES)
        with closing(sqlite3.connect(self._kata.data / "kata.db", timeout=10.0)) as db:
            if (verdict := db.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
                problems.append(f"integrity: {verdict}")
            ends = db.execute("SELECT status, count(*) FROM runs GROUP BY status").fetchall()
        self._report.runs = sum(number for _, number in ends)
        problems += [f"{number} runs ended as {status}" for status, number in ends if status == "failed"]
        complaints = [line for line in self._kata.log.splitlines() if " ERROR " in line or "Traceback" in line]
        problems += complaints[:5]

    def _left(self, *apps: Program) -> list[str]:
        return running_in(self._kata.home, but=tuple(app.pid for app in apps))

    # -- talking

    def _start(self) -> Program:
        app = self._kata.start("--headless")
        wait_for(lambda: f"an answer; it said {app.errors[-5:]}", self._answers, timeout=30.0)
        return app

    def _answers(self) -> bool:
        with suppress(Unavailable):  # the socket of the one that was killed
            return bool(self._kata.ask("app.status")["running"])
        return False

    def _ask(self, method: str, **params: object) -> Any:
        """The answer; None for what is refused, such as the restart of something that is off."""
        try:
            return self._kata.ask(method, **params)
        except RemoteError:
            return None


def _is_right(row: Any) -> bool:
    if row is None or not row["on"]:
        return row is not None and row["state"] == "off" and row["server"] is None
    return row["server"] is not None and row["server"]["state"] in _SERVER_STATES


def torture(folder: Path, *, kills: int, seed: int) -> Report:
    """Do it all in a folder with a short name."""
    kata = CommandLine(folder)
    try:
        return ServiceTorture(kata, seed=seed).run(kills=kills)
    finally:
        kata.close()


def main() -> int:
    """Run by hand."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args()
    sys.stdout.write(f"seed {options.seed}\n")
    with tempfile.TemporaryDirectory(prefix="kata-") as folder:
        report = torture(Path(folder), kills=options.kills, seed=options.seed)
    sys.stdout.write(f"{report}\n")
    return 1 if report.problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
