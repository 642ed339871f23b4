"""The Browser history plugin: three commands, and the pipeline of them that its manifest schedules."""

from __future__ import annotations

from kata_desktop.plugins.sdk import Plugin


class HistoryPlugin(Plugin):
    """Everything is in the manifest and in the commands ``get``, ``process`` and ``push``."""
