"""Hears at once when the computer comes back from sleep, where the system says so."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, Signal, Slot


class SleepWatch(QObject):
    """Listens to logind; without it nothing is heard, and the engine finds out by its own clocks.

    Signals:
        woke: the computer is back.
    """

    woke = Signal()

    def start(self) -> None:
        """Begin to listen; returns at once."""
        if not sys.platform.startswith("linux"):
            return
        from PySide6.QtCore import SLOT
        from PySide6.QtDBus import QDBusConnection

        bus = QDBusConnection.systemBus()
        if bus.isConnected():
            name, path = "org.freedesktop.login1", "/org/freedesktop/login1"
            # WORKAROUND: PySide6's stubs ask for bytes here, at run time it takes a str only.
            slot = SLOT("_prepare(bool)")
            bus.connect(name, path, f"{name}.Manager", "PrepareForSleep", self, slot)  # type: ignore[call-overload]

    @Slot(bool)
    def _prepare(self, begins: bool) -> None:
        if not begins:
            self.woke.emit()
