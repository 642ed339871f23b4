"""Counts how often in a row connecting came to nothing: what the wait before the next try follows."""

from __future__ import annotations

from collections.abc import Callable

STEADY = 10.0
"""Seconds after which a connection counts as good, though nothing came. What dies sooner is waited for longer and
longer; the other side ends a good one now and then, several times in a minute when it is started anew.
"""


class Tries:
    """The tries of one channel."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._in_vain = 0
        self._up_at: float | None = None
        self._brought = False

    def begin(self) -> None:
        """A try begins."""
        self._up_at, self._brought = None, False

    def up(self) -> None:
        """The connection stands."""
        self._up_at = self._monotonic()

    def brought(self) -> None:
        """Something came that was not known before."""
        self._brought = True

    def ended(self) -> int:
        """The try is over; returns which one it was, counted from the last good connection."""
        held = self._up_at is not None and self._monotonic() - self._up_at >= STEADY
        self._in_vain = 1 if held or self._brought else self._in_vain + 1
        return self._in_vain

    def forget(self) -> None:
        """A person repaired what was wrong: the next try is the first."""
        self._in_vain = 0
