"""A disk that runs full: a tiny file system of its own where we may mount one, else a limit on file sizes."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A folder that takes about that much and no more."""
    folder.mkdir()
    if os.geteuid() == 0 and _mounted(folder, megabytes):
        try:
            yield folder
        finally:
            subprocess.run(["umount", str(folder)], check=True)
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (megabytes << 20, hard))
    try:
        yield folder
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def fill_up(folder: Path, *, leave: int) -> None:
    """Let a small disk take about so many more bytes; where it is a limit, every file so many."""
    if folder.is_mount():
        status = os.statvfs(folder)
        (folder / "ballast").write_bytes(b"x" * max(0, status.f_bavail * status.f_frsize - leave))
    else:
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (leave, hard))


def _mounted(folder: Path, megabytes: int) -> bool:
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0700", "tmpfs", str(folder)]
    return subprocess.run(mount, check=False, capture_output=True).returncode == 0
