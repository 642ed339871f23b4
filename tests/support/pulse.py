"""How long the program keeps others waiting: a question to its loop again and again, from a thread of its own."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from kata_desktop.control.client import Client
from kata_desktop.domain.errors import Unavailable

EVERY = 0.02


class Pulse:
    """Asks while it is entered.

    Attributes:
        longest: The most seconds that an answer took.
        answers: How many came.
    """

    def __init__(self, socket: Path) -> None:
        self.longest = 0.0
        self.answers = 0
        self._socket = socket
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._ask, name="test gear: pulse", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join(10)

    def _ask(self) -> None:
        try:
            with Client.connect(self._socket) as client:
                while not self._over.wait(EVERY):
                    began = time.monotonic()
                    client.call("app.status", {})
                    self.longest = max(self.longest, time.monotonic() - began)
                    self.answers += 1
        except Unavailable:  # the program ended
            return
