"""A plugin's log in one workspace: names the workspace in every line, and does not let a flood fill the disk."""

from __future__ import annotations

import logging
from collections.abc import Callable, MutableMapping
from typing import Any

from kata_desktop.runtime.clock import Clock

BURST = 300
"""Lines at once."""
STEADY = 5.0
"""Lines a second beyond that, in the long run."""
LONGEST = 10_000


class WorkspaceLog(logging.LoggerAdapter[logging.Logger]):
    """What plugins write to. Beyond a burst lines are counted instead; the count is told when there is room again."""

    def __init__(self, logger: logging.Logger, *, clock: Clock, workspace: Callable[[], str]) -> None:
        super().__init__(logger, {})
        self._clock = clock
        self._workspace = workspace
        self._room = float(BURST)
        self._seen = clock.monotonic()
        self._dropped = 0

    def log(self, level: int, msg: object, *args: Any, **kwargs: Any) -> None:
        """Write a line, unless there are too many."""
        if not self.isEnabledFor(level):
            return
        now = self._clock.monotonic()
        self._room = min(float(BURST), self._room + (now - self._seen) * STEADY)
        self._seen = now
        if self._room < 1.0:
            self._dropped += 1
            return
        self._room -= 1.0
        if self._dropped:
            dropped, self._dropped = self._dropped, 0
            super().log(logging.WARNING, "%d lines were left out: it writes too many", dropped)
        super().log(level, msg, *args, **kwargs)

    def process(self, msg: object, kwargs: MutableMapping[str, Any]) -> tuple[object, MutableMapping[str, Any]]:
        """Say which workspace it is about."""
        text = str(msg)
        cut = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
        return f"[{self._workspace().replace('%', '%%')}] {cut}", kwargs
