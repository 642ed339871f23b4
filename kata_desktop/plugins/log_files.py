"""Where plugins' daily logs are, and their last lines."""

from __future__ import annotations

import os
from collections import deque
from pathlib import Path

_MOST_BYTES = 2_000_000
"""Of the end of a file that is looked at."""


class LogFiles:
    """The folder of plugins' logs; asks the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def file(self, plugin_id: str) -> Path:
        """Today's log of a plugin; it may not exist yet."""
        return self._folder / f"{plugin_id}.log"

    def tail(self, plugin_id: str, lines: int) -> list[str]:
        """The last lines of its newest log, oldest first."""
        newest = next((path for path in self._newest_first(plugin_id) if path.is_file()), None)
        if newest is None or lines <= 0:
            return []
        with newest.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _MOST_BYTES))
            text = file.read(_MOST_BYTES).decode("utf-8", "replace")
        return list(deque(text.splitlines(), maxlen=lines))

    def _newest_first(self, plugin_id: str) -> list[Path]:
        """Today's, then those that got a date as a suffix."""
        return [self.file(plugin_id), *sorted(self._folder.glob(f"{plugin_id}.log.*"), reverse=True)]
