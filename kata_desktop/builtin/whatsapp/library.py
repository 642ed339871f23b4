"""Whether the library for WhatsApp is here as it must be; imports nothing of it, so that it downloads nothing."""

from __future__ import annotations

import ctypes
import ctypes.util
import importlib.metadata
import importlib.util
import platform
import sys
from pathlib import Path

PACKAGE = "neonize"
PINNED = "0.5.2"
"""The version that the extra names: another one would download its program part when it is imported."""
_EXTRA = "pip install 'kata-desktop[whatsapp]'"
_AGAIN = f"install Kata with its extra again: {_EXTRA}"
_MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}
_PARTS = {"linux": ("linux", "so"), "darwin": ("darwin", "dylib")}
_MAGIC = {
    "linux": ("libmagic.so.1",),
    "darwin": ("/opt/homebrew/lib/libmagic.dylib", "/usr/local/lib/libmagic.dylib", "/opt/local/lib/libmagic.dylib"),
}


def problem() -> str:
    """What is wrong with it, in a sentence; empty when nothing is. Asks the disk; some 20 milliseconds."""
    try:
        version = importlib.metadata.version(PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        return f"The library for WhatsApp is not installed; install Kata with its extra: {_EXTRA}."
    if version != PINNED:
        return f"Version {version} of the library {PACKAGE} is installed, and Kata works with {PINNED} only; {_AGAIN}."
    if not _program_part().exists():
        return f"The library {PACKAGE} is here without its part for this computer, and nothing is downloaded; {_AGAIN}."
    if not _has_magic():
        package = "libmagic with Homebrew" if sys.platform == "darwin" else "libmagic1 of your system"
        return f"The system library libmagic is missing, which the library for WhatsApp needs; install {package}."
    return ""


def _program_part() -> Path:
    """The shared library that comes in the wheel, named after system and processor."""
    spec = importlib.util.find_spec(PACKAGE)
    folder = Path(spec.origin).parent if spec is not None and spec.origin else Path()
    system, ending = _PARTS.get(sys.platform, (sys.platform, "so"))
    machine = platform.machine().lower()
    return folder / f"{PACKAGE}-{system}-{_MACHINES.get(machine, machine)}.{ending}"


def _has_magic() -> bool:
    names = (*_MAGIC.get(sys.platform, ()), ctypes.util.find_library("magic"))
    return any(_loads(name) for name in names if name)


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
