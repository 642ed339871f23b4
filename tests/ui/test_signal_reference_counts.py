"""The installed PySide6 does not lose references when signals are emitted.

6.12 on Python 3.11 lost one to True at every emit and aborted after about a thousand; pyproject.toml keeps it away.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, Signal


class Bell(QObject):
    """Rings with a value that the interpreter shares."""

    rung = Signal(bool)


def test_emit_keeps_shared_objects() -> None:
    bell = Bell()
    heard: list[int] = []
    bell.rung.connect(lambda _on: heard.append(1))
    shared = (True, False, None)
    before = [sys.getrefcount(value) for value in shared]
    for number in range(200):
        bell.rung.emit(number % 2 == 0)
    after = [sys.getrefcount(value) for value in shared]
    assert len(heard) == 200
    # The interpreter itself takes and gives a few; a loss at every emit would show as hundreds.
    assert all(abs(late - early) < 50 for early, late in zip(before, after, strict=True)), (before, after)
