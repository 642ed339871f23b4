"""Ends the program while it is imported."""

from __future__ import annotations

import sys

from kata_desktop.plugins.sdk import Plugin

sys.exit(3)


class FaultyPlugin(Plugin):  # type: ignore[unreachable]
    """Never comes to be."""
