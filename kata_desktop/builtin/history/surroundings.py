"""What Kata tells these commands: folders and settings, in the environment."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """Where to work, and what the owner chose."""

    home: Path
    folder: Path
    """The workspace's folder."""
    data: Path
    """This plugin's private folder; the steps hand their work on in it."""
    browsers: tuple[str, ...]
    days: int
    format: str
    subfolder: str
    leave_out: tuple[str, ...]

    @property
    def visits(self) -> Path:
        """What `get` leaves for `process`."""
        return self.data / "visits.json"

    @property
    def pages(self) -> Path:
        """What `process` leaves for `push`."""
        return self.data / "days.json"


def put(file: Path, text: str) -> None:
    """Put a whole file in place of another; two steps at once each put theirs, and the last one stays."""
    new = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        new.write_text(text, encoding="utf-8")
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)


def surroundings() -> Surroundings:
    """Read the environment."""
    settings: dict[str, Any] = json.loads(os.environ.get("KATA_SETTINGS", "{}"))
    return Surroundings(
        home=Path.home(),
        folder=Path(os.environ["KATA_FOLDER"]),
        data=Path(os.environ["KATA_DATA"]),
        browsers=tuple(settings.get("browsers", ("chrome", "chromium", "firefox"))),
        days=int(settings.get("days", 7)),
        format=str(settings.get("format", "markdown")),
        subfolder=str(settings.get("subfolder", "browser-history")),
        leave_out=tuple(settings.get("leave_out", ())),
    )
