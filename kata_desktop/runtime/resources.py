"""Where the icons and other files that ship with the program are."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parents[1]


def resource(*parts: str) -> Path:
    """The path of a shipped file or folder, for instance `resource("icons", "play.svg")`.

    An installed package carries the resources inside itself; a checkout has them beside the package. Whether the file
    exists is not looked at.
    """
    inside = _PACKAGE / "resources"
    root = inside if inside.is_dir() else _PACKAGE.parent / "resources"
    return root.joinpath(*parts)
