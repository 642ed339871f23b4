"""Virtual environments of the peers: each has its own under ``build/peers``, so that none changes ours."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parents[2] / "build" / "peers"


def scripts_of(name: str, *packages: str) -> Path:
    """The folder of a peer's programs; the environment is made at the first call, with pip's usual index.

    Raises `CalledProcessError` when it cannot be installed.
    """
    folder = HOME / name
    scripts = folder / ("Scripts" if sys.platform == "win32" else "bin")
    if not (folder / "complete").exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip: list[str | Path] = [scripts / "python", "-m", "pip", "install", "--quiet", *packages]
        subprocess.run(pip, check=True, stdout=sys.stderr)
        (folder / "complete").touch()
    return scripts
