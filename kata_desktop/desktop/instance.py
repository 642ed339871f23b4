"""One instance per data folder: a locked file says who is there, and only its lock is believed."""

from __future__ import annotations

import errno
import json
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from kata_desktop.desktop.paths import FolderRefused
from kata_desktop.desktop.regular_files import open_regular
from kata_desktop.domain.errors import Unavailable

_TRIES = 3
_PAUSE_SECONDS = 0.01
_LOCKED_BYTE = 1 << 30
"""Windows locks bytes and forbids reading them: one far behind the text is used."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Holder:
    """Who holds the lock."""

    pid: int
    """0 when the holder had not written it down yet."""
    role: str
    """``app``, ``headless`` or ``command``."""


class AlreadyRunning(Unavailable):
    """Another process holds the data folder."""

    def __init__(self, holder: Holder) -> None:
        who = f"process {holder.pid}" if holder.pid else "another process"
        if holder.role == "command":
            said = f"Another command is still at work on this data folder ({who}); wait for its end and try again."
        else:
            said = f"Kata Desktop already runs on this data folder ({who}); use that one, or quit it and try again."
        super().__init__(said)
        self.holder = holder


class LockRefused(Unavailable):
    """Something is in the place of the lock's file that cannot be locked."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"The lock “{path}” cannot be used ({why}); remove it and try again.")


class InstanceLock:
    """The lock itself: held from `take` to `release` or to the end of the process, however it ends."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor

    @classmethod
    def take(cls, path: Path, *, role: str) -> Self:
        """Become the one instance.

        Raises:
            AlreadyRunning: another process (or another lock object of this one) holds it.
            LockRefused: what is there is no file of ours.
            FolderRefused: it cannot stand in a folder.
        """
        descriptor = _opened(path, os.O_RDWR | os.O_CREAT)
        # somebody who only looks holds the lock for a moment too, hence more than one try
        for _ in range(_TRIES):
            if _lock(descriptor):
                _write(descriptor, Holder(pid=os.getpid(), role=role))
                return cls(path, descriptor)
            time.sleep(_PAUSE_SECONDS)
        os.close(descriptor)
        raise AlreadyRunning(_read(path))

    def release(self) -> None:
        """Let others in; harmless when repeated. The file stays: removing it would race with the next start."""
        if self._descriptor >= 0:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)  # closing unlocks
            self._descriptor = -1


def holder(path: Path) -> Holder | None:
    """Tell who holds the lock; None when nobody does, whatever the file says. Raises LockRefused."""
    try:
        descriptor = _opened(path, os.O_RDWR)
    except LockRefused as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return None
        raise
    try:
        return None if _lock(descriptor) else _read(path)
    finally:
        os.close(descriptor)


def _opened(path: Path, flags: int) -> int:
    """Open the file itself: through a link, whatever it leads to would be emptied."""
    try:
        return open_regular(path, flags | getattr(os, "O_NOFOLLOW", 0))
    except NotADirectoryError as error:
        raise FolderRefused(path.parent, "it is no folder") from error
    except OSError as error:
        why = "it is a link" if error.errno == errno.ELOOP else (error.strerror or str(error)).lower()
        if error.errno in {errno.EROFS, errno.ENAMETOOLONG}:  # removing what is there would not help
            raise FolderRefused(path.parent, f"of this: {why}") from error
        raise LockRefused(path, why) from error


def _write(descriptor: int, who: Holder) -> None:
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.write(descriptor, json.dumps({"pid": who.pid, "role": who.role}).encode())


def _read(path: Path) -> Holder:
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        return Holder(pid=int(facts["pid"]), role=str(facts["role"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Holder(pid=0, role="app")  # locked but not written yet


def _lock(descriptor: int) -> bool:
    """Lock the open file without waiting; the kernel unlocks it when the process dies, also by SIGKILL."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            # flock belongs to the open file: closing another descriptor of it does not lose the lock, as with lockf
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
