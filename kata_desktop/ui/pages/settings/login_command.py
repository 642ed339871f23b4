"""How this very program is started, for the entry that starts it at login."""

from __future__ import annotations

import shutil
import sys

_HIDDEN = "--hidden"


def login_command() -> tuple[str, ...]:
    """Return the command: a frozen build itself, the installed command, or this interpreter with the package."""
    if getattr(sys, "frozen", False):
        return sys.executable, _HIDDEN
    installed = shutil.which("kata-desktop")
    if installed is not None:
        return installed, _HIDDEN
    return sys.executable, "-m", "kata_desktop", _HIDDEN
