"""Who may read the store's files: their owner, nobody else."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

FILE_MODE = 0o600
FOLDER_MODE = 0o700
SIDE_FILES = ("-wal", "-shm", "-journal")


def side_files(path: Path) -> Iterator[Path]:
    """The files SQLite keeps beside a database that exist now."""
    for suffix in SIDE_FILES:
        side = path.with_name(path.name + suffix)
        if side.exists():
            yield side


def private_folder(folder: Path) -> None:
    """Make the folder if need be and close it to others.

    A folder that is not ours or that everybody shares (sticky, such as a temporary folder) keeps its mode.
    """
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    status = folder.stat()
    shared = bool(status.st_mode & stat.S_ISVTX) or (hasattr(os, "geteuid") and status.st_uid != os.geteuid())
    if not shared:
        _close_to_others(folder, status.st_mode, FOLDER_MODE)


def private_file(path: Path) -> None:
    """Create an empty file with mode 0600, whatever the umask, so that what is written is never readable by others."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, FILE_MODE))


def repair_modes(path: Path) -> None:
    """Close a database and the files beside it to others; SQLite gives new side files the database's own mode."""
    for file in (path, *side_files(path)):
        if file.exists():
            _close_to_others(file, file.stat().st_mode, FILE_MODE)


def _close_to_others(path: Path, mode: int, wanted: int) -> None:
    if stat.S_IMODE(mode) != wanted:
        path.chmod(wanted)


def sync_file(path: Path) -> None:
    """Return when the file's bytes are on the disk."""
    _sync(path, os.O_RDWR)


def sync_folder(folder: Path) -> None:
    """Return when renames in the folder are on the disk, where the system can tell (not on Windows)."""
    if os.name == "posix":
        _sync(folder, os.O_RDONLY)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
