"""Reading and writing files that somebody may have replaced: a pipe, a device or an endless file holds nobody up."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

_NO_WAIT = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


def read_regular(path: Path, *, most: int) -> bytes:
    """Return the content of a regular file of at most `most` bytes; links to one are followed.

    Raises:
        OSError: it cannot be read, is no regular file (`errno.EINVAL`) or is larger (`errno.EFBIG`).
    """
    handle = open_regular(path, os.O_RDONLY)
    with os.fdopen(handle, "rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, f"larger than {most:,} bytes", str(path))
    return content


def open_regular(path: Path, flags: int, mode: int = 0o600) -> int:
    """Open a regular file without waiting for whoever is at the other end of something else; returns the descriptor.

    Raises:
        OSError: as `os.open`; something that is no regular file is refused with `errno.EINVAL`.
    """
    try:
        handle = os.open(path, flags | _NO_WAIT, mode)
    except OSError as error:
        if error.errno == errno.ENXIO:  # a pipe that nobody reads, or a socket
            raise OSError(errno.EINVAL, "not a regular file", str(path)) from error
        raise
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    return handle


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, also when others could read what was there before.

    A pipe or a terminal is written to as it is, if somebody reads it.

    Raises:
        OSError: it cannot be written.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | _NO_WAIT, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        if stat.S_ISREG(os.fstat(handle).st_mode):
            if hasattr(os, "fchmod"):
                os.fchmod(handle, 0o600)
            os.ftruncate(handle, 0)
        elif hasattr(os, "set_blocking"):
            os.set_blocking(handle, True)
        file.write(text)
