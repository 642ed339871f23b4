"""A program under test: started in a session of its own, its output kept line by line, ended with all its children."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from tests.support.waiting import wait_for


class Program:
    """A started process.

    `environment` is all that it sees: nothing is inherited. `lines` and `errors` grow while it writes to its standard
    output and standard error.
    """

    def __init__(
        self, arguments: Sequence[str | Path], *, environment: Mapping[str, str], cwd: Path | None = None
    ) -> None:
        self.arguments = [str(argument) for argument in arguments]
        self.process = subprocess.Popen(
            self.arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=dict(environment),
            cwd=cwd,
            start_new_session=True,
        )
        self.pid = self.process.pid
        self.lines: list[str] = []
        self.errors: list[str] = []
        self._readers = [self._follow(self.process.stdout, self.lines), self._follow(self.process.stderr, self.errors)]

    def __repr__(self) -> str:
        return f"<program {' '.join(self.arguments)} pid={self.pid}>"

    def _follow(self, stream: IO[str] | None, lines: list[str]) -> threading.Thread:
        assert stream is not None
        thread = threading.Thread(target=_collect, args=(stream, lines.append), name=f"test gear: output of {self.pid}")
        thread.daemon = True
        thread.start()
        return thread

    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self.process.poll() is None

    def write(self, text: str) -> None:
        """Sends text to its standard input."""
        assert self.process.stdin is not None
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def wait_line(self, part: str, *, timeout: float = 30.0) -> str:
        """The first line of its output, standard or error, that holds `part`."""
        return wait_for(
            lambda: f"{part!r} from {self!r}; it said {self.lines[-5:]} and {self.errors[-10:]}",
            lambda: next((line for line in [*self.lines, *self.errors] if part in line), None),
            timeout=timeout,
        )

    def events(self, name: str | None = None) -> list[dict[str, Any]]:
        """The lines of JSON with an `event` in its output so far."""
        found = [json.loads(line) for line in list(self.lines) if line.startswith("{")]
        return [event for event in found if name is None or event.get("event") == name]

    def wait_event(self, name: str, *, timeout: float = 30.0, **like: object) -> dict[str, Any]:
        """The first such event whose fields are as given."""
        return wait_for(
            lambda: f"event {name} {like} from {self!r}; it said {self.lines[-5:]} and {self.errors[-10:]}",
            lambda: next((event for event in self.events(name) if like.items() <= event.items()), None),
            timeout=timeout,
        )

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal to the program alone."""
        self.process.send_signal(number)

    def wait(self, *, timeout: float = 30.0) -> int:
        """Waits for its end and all of its output; the exit status."""
        try:
            status = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self!r} did not end in {timeout:g} s; it said {self.errors[-10:]}") from None
        for reader in self._readers:
            reader.join(2.0)
        return status

    def kill(self) -> None:
        """SIGKILL to the program and all that it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.wait()

    def end(self, *, timeout: float = 15.0) -> int:
        """Asks it to end, and kills it with all that it started where it does not; the exit status."""
        if self.running():
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout)
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        status = self.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert stream is not None
            with suppress(BrokenPipeError):
                stream.close()
        return status


def _collect(stream: IO[str], keep: Callable[[str], None]) -> None:
    with suppress(ValueError):  # closed while reading, at the end
        for line in stream:
            keep(line.rstrip("\n"))
