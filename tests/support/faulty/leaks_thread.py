"""Leaves a thread behind."""

from __future__ import annotations

import threading

from kata_desktop.plugins.sdk import Plugin, PluginContext
from tests.support.faulty.gate import RELEASE


class FaultyPlugin(Plugin):
    """Does not tidy up."""

    async def initialize(self, context: PluginContext) -> None:
        threading.Thread(target=self.watch, name="a leaked watcher", daemon=True).start()

    def watch(self) -> None:
        """Go on for ever."""
        RELEASE.wait()
