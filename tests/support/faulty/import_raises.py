"""Raises while it is imported."""

from __future__ import annotations

from kata_desktop.plugins.sdk import Plugin

TABLE: dict[str, int] = {}
FIRST = TABLE["no such entry"]


class FaultyPlugin(Plugin):
    """Never comes to be."""
