"""Hangs in register."""

from __future__ import annotations

from kata_desktop.plugins.sdk import Plugin, Registrar
from tests.support.faulty.gate import RELEASE


class FaultyPlugin(Plugin):
    """Never comes back."""

    def register(self, registrar: Registrar) -> None:
        RELEASE.wait()
