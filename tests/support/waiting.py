"""Waiting for something that another process does, with a word about what was seen instead."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_for(what: str | Callable[[], str], test: Callable[[], T | None], *, timeout: float = 30.0) -> T:
    """The first true value that `test` gives; after `timeout` seconds an AssertionError that names `what`.

    `what` may be a callable, for a message that tells the situation at the end.
    """
    end = time.monotonic() + timeout
    while True:
        got = test()
        if got:
            return got
        if time.monotonic() > end:
            told = what if isinstance(what, str) else what()
            raise AssertionError(f"waited {timeout:g} s for {told}; last saw {got!r}")
        time.sleep(0.05)
