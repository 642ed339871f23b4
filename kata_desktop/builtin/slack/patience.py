"""How long Slack is waited for: what it asked to be spared of, and how long a silent line is borne."""

from __future__ import annotations

import asyncio
from datetime import timedelta


class Patience:
    """Kept by the plugin and shared by the clients of its connections: what Slack asks for outlives each of them.

    Attributes:
        heartbeat: Seconds between pings; a line that does not answer within half of it is dead.
    """

    def __init__(self, *, heartbeat: float = 10.0) -> None:
        self.heartbeat = heartbeat
        self._until: dict[str, float] = {}
        """By method, on the loop's clock."""

    def left(self, method: str) -> timedelta:
        """For how long a method must not be called; zero when it may be."""
        return timedelta(seconds=max(self._until.get(method, 0.0) - asyncio.get_running_loop().time(), 0.0))

    def asked(self, method: str, wait: timedelta) -> None:
        """Slack asked for patience with a method."""
        self._until[method] = asyncio.get_running_loop().time() + wait.total_seconds()
