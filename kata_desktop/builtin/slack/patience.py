"""What Slack asked to be spared of, and for how long: it holds for every message and survives a new connection."""

from __future__ import annotations

import asyncio
from datetime import timedelta


class Patience:
    """Kept by the plugin and shared by the clients of its connections."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}
        """By method, on the loop's clock."""

    def left(self, method: str) -> timedelta:
        """For how long a method must not be called; zero when it may be."""
        return timedelta(seconds=max(self._until.get(method, 0.0) - asyncio.get_running_loop().time(), 0.0))

    def asked(self, method: str, wait: timedelta) -> None:
        """Slack asked for patience with a method."""
        self._until[method] = asyncio.get_running_loop().time() + wait.total_seconds()
