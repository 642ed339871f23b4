"""The two event loops that the engine runs on."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

LoopFactory = Callable[[], asyncio.AbstractEventLoop]

_kept: list[object] = []


def qt_loop() -> asyncio.AbstractEventLoop:
    """The loop that the window runs on, without a screen."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    if not _kept:
        _kept.append(QApplication([]))
    import qasync

    return qasync.QEventLoop(_kept[0])  # type: ignore[no-any-return]


LOOPS: tuple[tuple[str, LoopFactory], ...] = (("stock loop", asyncio.new_event_loop), ("Qt loop", qt_loop))
