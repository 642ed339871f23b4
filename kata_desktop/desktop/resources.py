"""Where the files that are not code are: icons, colours, the style sheet, the logo, prices."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def resources_dir() -> Path:
    """Return the folder of the resources.

    An installed wheel and a frozen build carry it inside the package, a checkout beside it.
    """
    installed = _PACKAGE / "resources"
    return installed if installed.is_dir() else _PACKAGE.parent / "resources"
