"""Variables in prompts: ``{date}``, ``{time}``, ``{last_result}``, ``{workspace}``, ``{changed_files}`` and
``{event}``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

NAMES = ("date", "time", "last_result", "workspace", "changed_files", "event")
_VARIABLE = re.compile(r"\{(" + "|".join(NAMES) + r")\}")
_MOST_FILES = 200
_LONGEST_NAME = 300
_MOST_LOOKED_AT = 20_000


def used_in(prompt: str) -> frozenset[str]:
    """Return the names of the variables that a prompt uses."""
    return frozenset(_VARIABLE.findall(prompt))


def fill(prompt: str, values: Mapping[str, str]) -> str:
    """Put the values in; every other brace stays as it was typed, and what a value holds is not looked into."""
    return _VARIABLE.sub(lambda found: values.get(found[1], found[0]), prompt)


def date_and_time(now: datetime, zone: str) -> dict[str, str]:
    """Return ``date`` and ``time`` of an instant as a wall clock in the zone shows them."""
    local = now.astimezone(ZoneInfo(zone))
    return {"date": f"{local:%A}, {local:%Y-%m-%d}", "time": f"{local:%H:%M}"}


def changed_since(folder: Path, since: datetime | None) -> str:
    """List the files in a folder that changed since an instant, one a line, newest first; hidden ones are left out.

    Follows no links. Blocks while it looks, so call it in a thread.
    """
    threshold = since.timestamp() if since else 0.0
    found: list[tuple[float, str]] = []
    looked_at = 0
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            looked_at += 1
            path = Path(parent, name)
            changed = -1.0 if name.startswith(".") else _changed_at(path)
            if changed > threshold:
                found.append((changed, _one_line(path.relative_to(folder).as_posix())))
        if looked_at > _MOST_LOOKED_AT:
            break
    lines = [name for _, name in sorted(found, reverse=True)]
    more = [f"… and {len(lines) - _MOST_FILES} more"] if len(lines) > _MOST_FILES else []
    return "\n".join(lines[:_MOST_FILES] + more) or "(none)"


def _one_line(name: str) -> str:
    """Return a file's name as one line of text: whoever named it may have put a line of a prompt into it."""
    text = os.fsencode(name).decode("utf-8", "replace")
    shown = "".join(character if character.isprintable() else "�" for character in text)
    return shown if len(shown) <= _LONGEST_NAME else shown[: _LONGEST_NAME - 1] + "…"


def _changed_at(path: Path) -> float:
    try:
        return path.lstat().st_mtime
    except OSError:
        return -1.0  # gone meanwhile
