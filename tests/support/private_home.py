"""The environment of a program that must see nothing of the person who runs the tests."""

from __future__ import annotations

import os
from pathlib import Path

KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "PYTHONDONTWRITEBYTECODE", "COVERAGE_PROCESS_START")


def private_environment(home: Path) -> dict[str, str]:
    """Variables for a program without display, session bus or keyring, whose files all stand below `home`."""
    places = {
        "HOME": home,
        "XDG_CONFIG_HOME": home / ".config",
        "XDG_DATA_HOME": home / ".local/share",
        "XDG_CACHE_HOME": home / ".cache",
        "XDG_STATE_HOME": home / ".local/state",
        "XDG_RUNTIME_DIR": home / "run",
    }
    for place in places.values():
        place.mkdir(parents=True, exist_ok=True)
    places["XDG_RUNTIME_DIR"].chmod(0o700)
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    # No system bus either: what the machine's own says must not reach the tests.
    nowhere = {"DBUS_SESSION_BUS_ADDRESS": "disabled:", "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={home}/run/system-bus"}
    return {**kept, **{name: str(place) for name, place in places.items()}, **nowhere}
