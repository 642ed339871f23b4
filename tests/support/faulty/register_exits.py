"""Ends the program in register."""

from __future__ import annotations

import sys

from kata_desktop.plugins.sdk import Plugin, Registrar


class FaultyPlugin(Plugin):
    """Thinks it is alone."""

    def register(self, registrar: Registrar) -> None:
        sys.exit(1)
