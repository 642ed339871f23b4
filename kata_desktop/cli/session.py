"""One command line at work: its options, its link to the engine, and what it says."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable
from typing import Any

from kata_desktop.cli.link import Link, open_link
from kata_desktop.cli.printing import document, plain
from kata_desktop.control.client import Told
from kata_desktop.desktop.paths import Paths
from kata_desktop.domain.errors import FieldError, InvalidInput, Unavailable

LONGEST_INPUT = 2_000_000
"""Bytes."""


class NotTaken(Unavailable):
    """Standard output does not take what is said."""

    def __init__(self, error: OSError) -> None:
        why = (error.strerror or str(error)).lower()
        super().__init__(f"What was found out cannot be written ({why}); send the output elsewhere and try again.")


class Session:
    """Given to every verb.

    Attributes:
        options: What was typed, parsed.
        json: Whether a program reads the output.
    """

    def __init__(self, options: Namespace, paths: Paths) -> None:
        self.options = options
        self.paths = paths
        self.json = bool(getattr(options, "json", False))
        self.verbose = bool(getattr(options, "verbose", False))
        self._link: Link | None = None

    def link(self, *, engine: bool = False) -> Link:
        """The link, opened at the first call; `engine` as for `open_link`."""
        if self._link is None:
            self._link = open_link(self.paths, engine=engine, verbose=self.verbose)
            if notice := getattr(self._link, "notice", ""):
                self.tell(notice)
        return self._link

    def call(self, method: str, /, *, told: Told | None = None, **params: object) -> Any:
        """Call a method of the engine; the result is the JSON it answered."""
        return self.link().call(method, params, told)

    def show(self, value: Any, human: Callable[[Any], str]) -> int:
        """Print a result: as JSON, or in words; exit code 0."""
        if text := document(value) if self.json else human(value):
            self.put(text)
        return 0

    def put(self, text: str) -> None:
        """Print lines at once. Raises `NotTaken` when they cannot be written, such as onto a full disk."""
        try:
            print(text, flush=True)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise NotTaken(error) from error

    def tell(self, text: str) -> None:
        """Tell a person something beside the result."""
        print(f"kata-desktop: {plain(' '.join(text.split()))}", file=sys.stderr)

    def read(self) -> str:
        """What standard input holds, the line end at its end left out. What is no UTF-8 stays visible as such.

        Raises InvalidInput for more than anything that is read this way may be.
        """
        content = b"" if sys.stdin is None else sys.stdin.buffer.read(LONGEST_INPUT + 1)
        if len(content) > LONGEST_INPUT:
            raise InvalidInput(FieldError(field="input", label="Standard input", reason="it is longer than 2 MB"))
        return content.decode("utf-8", "surrogateescape").removesuffix("\n").removesuffix("\r")

    def close(self) -> None:
        """Give back the link; harmless when repeated."""
        link, self._link = self._link, None
        if link is not None:
            link.close()
