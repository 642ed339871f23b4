"""The real command line, as a shell would call it, on a data folder of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kata_desktop.control.client import Client
from tests.support.private_home import private_environment
from tests.support.program import Program
from tests.support.waiting import wait_for


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on standard output."""
        return json.loads(self.out)


class CommandLine:
    """Runs ``python -m kata_desktop`` in a private home; `data` is the data folder.

    It sees nothing but that home, or what `environment` holds.
    """

    def __init__(self, home: Path, environment: Mapping[str, str] | None = None) -> None:
        self.home = home
        self.data = home / "data"
        around = private_environment(home) if environment is None else environment
        self.environment = {**around, "KATA_DATA_DIR": str(self.data), "TZ": "Europe/Berlin"}
        self._programs: list[Program] = []

    def __call__(
        self, *arguments: str | Path, text: str = "", environment: Mapping[str, str] | None = None, timeout: float = 90
    ) -> Outcome:
        done = subprocess.run(
            [sys.executable, "-m", "kata_desktop", *map(str, arguments)],
            input=text.encode("utf-8", "surrogateescape"),
            env={**self.environment, **(environment or {})},
            cwd=self.home,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
        return Outcome(code=done.returncode, out=done.stdout.decode(), err=done.stderr.decode())

    def ok(self, *arguments: str | Path, text: str = "") -> Any:
        """The JSON of a command that must succeed."""
        outcome = self(*arguments, "--json", text=text)
        assert outcome.code == 0, outcome
        assert outcome.err == "", outcome
        return outcome.json

    def ask(self, method: str, **params: object) -> Any:
        """The answer of the running app to one call, without the cost of a command."""
        with Client.connect(self.socket) as client:
            return client.call(method, params)

    def start(self, *arguments: str, environment: Mapping[str, str] | None = None) -> Program:
        """Start the program and leave it running; it is ended by `close`."""
        program = Program(
            [sys.executable, "-m", "kata_desktop", *arguments],
            environment={**self.environment, **(environment or {})},
            cwd=self.home,
        )
        self._programs.append(program)
        return program

    def headless(self, *arguments: str) -> Program:
        """A headless app that answers."""
        program = self.start("--headless", *arguments)
        wait_for(
            lambda: f"an answer of {program}; it said {program.errors[-10:]}",
            lambda: self("status", "--json").json["running"] if self.socket.exists() else None,
            timeout=20.0,
        )
        return program

    @property
    def socket(self) -> Path:
        """The control socket."""
        return self.data / "run" / "control.sock"

    @property
    def log(self) -> str:
        """Today's log; empty while there is none."""
        file = self.data / "logs" / "kata.log"
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def close(self) -> None:
        """End every program."""
        for program in reversed(self._programs):
            program.end()
