"""Never finishes being imported."""

from __future__ import annotations

from kata_desktop.plugins.sdk import Plugin
from tests.support.faulty.gate import RELEASE

RELEASE.wait()


class FaultyPlugin(Plugin):
    """Comes too late."""
