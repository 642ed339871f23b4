"""Whether anybody changed the store, told by its files alone: no thread is woken and nothing is read for it."""

from __future__ import annotations

import sys
import time
from pathlib import Path

Footprint = tuple[int, ...]

_COARSEST = 3.0
"""Seconds; no file system notes the times of changes in larger steps than two."""


def footprint(path: Path) -> Footprint | None:
    """How the store's files stand on the disk: another value after every commit of any process.

    None where that cannot be told: they changed a moment ago, so that one more change may bear the same time; and on
    Windows, which notes the time of a change only later.
    """
    if sys.platform == "win32":
        return None
    try:
        facts = [file.stat() for file in (path, path.with_name(f"{path.name}-wal"))]
    except OSError:
        return None
    age = time.time() - max(fact.st_mtime for fact in facts)  # noqa: TID251 - the clock that files are stamped with
    if age < _COARSEST:
        return None
    return tuple(number for fact in facts for number in (fact.st_ino, fact.st_size, fact.st_mtime_ns))
