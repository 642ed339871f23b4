"""The control socket's client: blocking and light, for a command that lives for a moment."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

from kata_desktop.control.failures import RemoteError
from kata_desktop.control.protocol import LONGEST_LINE, request_line
from kata_desktop.domain.errors import FieldError, InvalidInput, Unavailable

CONNECT_LIMIT = 5.0
"""Seconds the running app may take to accept a caller."""

Told = Callable[[str, object], None]
"""Hears what comes before the answer: a notification's method and parameters, both JSON values."""

_CHUNK = 65_536


class NobodyThere(Unavailable):
    """No app listens on the socket."""

    def __init__(self) -> None:
        super().__init__("Kata Desktop does not run on this data folder; start it and try again.")


class Gone(Unavailable):
    """The app ended, or froze, before it answered."""

    def __init__(self) -> None:
        super().__init__(
            "Kata Desktop ended before it answered, so it is not known whether this was done; "
            "look at its state and try again."
        )


class Client:
    """A connection to the running app."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._number = 0
        self._buffer = bytearray()

    @classmethod
    def connect(cls, path: Path) -> Self:
        """Reach the app that listens at `path`. Raises `NobodyThere`."""
        if not hasattr(socket, "AF_UNIX"):
            raise NobodyThere
        end = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            end.settimeout(CONNECT_LIMIT)
            end.connect(str(path))
            end.settimeout(None)
        except OSError as error:
            end.close()
            raise NobodyThere from error
        return cls(end)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up; harmless when repeated."""
        self._end.close()

    def call(
        self,
        method: str,
        params: Mapping[str, object] | None = None,
        *,
        told: Told | None = None,
        limit: float | None = None,
    ) -> object:
        """Call a method and wait for its answer, at most `limit` seconds; `told` hears what comes before it.

        Raises:
            RemoteError: the app refused, with its sentence and exit code.
            Gone: the app did not answer.
            InvalidInput: the parameters are too long to be sent.
        """
        self._number += 1
        line = request_line(method, params or {}, self._number)
        if len(line) > LONGEST_LINE:
            reason = "it is more than a megabyte long, which is more than can be handed over"
            raise InvalidInput(FieldError(field="input", label="Input", reason=reason))
        try:
            self._end.settimeout(limit)
            self._end.sendall(line)
            while True:
                message = self._next()
                if message.get("id") == self._number and "method" not in message:
                    return _result(message)
                if told is not None and "method" in message:
                    told(str(message["method"]), message.get("params"))
        except OSError as error:  # a time-out is one too
            raise Gone from error

    def _next(self) -> dict[str, object]:
        seen = 0
        while (end := self._buffer.find(b"\n", seen)) < 0:
            seen = len(self._buffer)
            piece = self._end.recv(_CHUNK)
            if not piece:
                raise Gone
            self._buffer += piece
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        message = json.loads(line)
        return message if isinstance(message, dict) else {}


def _result(message: Mapping[str, object]) -> object:
    error = message.get("error")
    if not isinstance(error, dict):
        return message.get("result")
    data = error.get("data")
    raise RemoteError(int(error.get("code", 0)), str(error.get("message", "")), data if isinstance(data, dict) else {})
