"""Notices a simulated life that hangs: real time passes and it does not end."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_AGAIN = 1.0


class Hung(BaseException):
    """It took too long in real time. No error of the program, so nothing in it may catch it."""


@contextmanager
def watchdog(seconds: float) -> Iterator[None]:
    """Raise `Hung`, wherever the main thread is, once so many real seconds have passed.

    It barks again every second: what is thrown into one task of many may stay there, and closing a loop may hang, too.
    """
    barked = False

    def bark(_number: int, frame: FrameType | None) -> None:
        nonlocal barked
        barked = True
        where = f"{frame.f_code.co_filename}:{frame.f_lineno}" if frame else "nowhere"
        raise Hung(f"hangs for {seconds:g} s, at {where}")

    before = signal.signal(signal.SIGALRM, bark)
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    if barked:
        raise Hung(f"hung for {seconds:g} s and went on")
