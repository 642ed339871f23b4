"""Bytes from a pipe, cut into lines of text."""

from __future__ import annotations

import codecs
from collections.abc import Callable

LONGEST = 8_192
"""Characters after which a line is cut, so that a program without line ends cannot fill the memory."""


class Lines:
    """Calls `on_line` for every line; what is not UTF-8 is shown as replacement characters."""

    def __init__(self, on_line: Callable[[str], None]) -> None:
        self._on_line = on_line
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        text = self._rest + self._decoder.decode(data)
        *whole, rest = text.split("\n")
        for line in whole:
            self._tell(line)
        while len(rest) > LONGEST:
            self._on_line(rest[:LONGEST])
            rest = rest[LONGEST:]
        self._rest = rest

    def close(self) -> None:
        """Tell what stood behind the last line end."""
        rest = self._rest + self._decoder.decode(b"", final=True)
        self._rest = ""
        if rest:
            self._tell(rest)

    def _tell(self, line: str) -> None:
        line = line.removesuffix("\r")
        for start in range(0, max(len(line), 1), LONGEST):
            self._on_line(line[start : start + LONGEST])
