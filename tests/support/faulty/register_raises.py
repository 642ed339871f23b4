"""Raises in register."""

from __future__ import annotations

from kata_desktop.plugins.sdk import Plugin, Registrar


class FaultyPlugin(Plugin):
    """Stumbles at once."""

    def register(self, registrar: Registrar) -> None:
        raise RuntimeError("the table of handlers is gone")
