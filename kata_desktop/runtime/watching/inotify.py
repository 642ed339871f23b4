"""The Linux kernel's own news about folders (inotify 7), read without waiting."""

from __future__ import annotations

import ctypes
import os
import struct
from dataclasses import dataclass
from enum import IntFlag

_HEAD = struct.Struct("iIII")
_AT_ONCE = 65_536
"""Bytes of one reading: some two thousand notices."""


class Mask(IntFlag):
    """What happened, as the kernel numbers it."""

    MODIFY = 0x2
    ATTRIB = 0x4
    CLOSE_WRITE = 0x8
    """A file that was open for writing was closed; the only news of files written through memory."""
    MOVED_FROM = 0x40
    MOVED_TO = 0x80
    CREATE = 0x100
    DELETE = 0x200
    DELETE_SELF = 0x400
    MOVE_SELF = 0x800
    UNMOUNT = 0x2000
    OVERFLOW = 0x4000
    """The queue was full: notices were thrown away."""
    IGNORED = 0x8000
    """The watch has ended."""
    IS_FOLDER = 0x4000_0000

    ARRIVED = CREATE | MOVED_TO
    WENT = DELETE | MOVED_FROM
    ALL = MODIFY | ATTRIB | CLOSE_WRITE | ARRIVED | WENT | DELETE_SELF | MOVE_SELF


_ONLY_FOLDERS = 0x0100_0000
_NO_LINKS = 0x0200_0000
_ADD_TO_MASK = 0x2000_0000


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """One piece of news."""

    watch: int
    """The number that `Inotify.add` gave; −1 when the queue was full."""
    mask: int
    name: str
    """In the watched folder; empty when it is the folder itself."""


class Inotify:
    """One queue of notices. Raises `OSError` wherever the kernel refuses."""

    def __init__(self) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self.fd: int = self._checked(self._libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC), "inotify")

    def add(self, folder: str) -> int:
        """Watch a folder for everything; the same number when it is watched already."""
        return self._add(folder, Mask.ALL | _NO_LINKS)

    def add_for_arrivals(self, folder: str) -> int:
        """Watch a folder for what is put into it, or go on watching it for everything."""
        return self._add(folder, Mask.ARRIVED | Mask.DELETE_SELF | Mask.MOVE_SELF | _ADD_TO_MASK)

    def remove(self, watch: int) -> None:
        """Watch no more; harmless when the folder is gone."""
        self._libc.inotify_rm_watch(self.fd, watch)

    def read(self) -> list[Notice]:
        """Some of what waits in the queue; empty when nothing does."""
        try:
            data = os.read(self.fd, _AT_ONCE)
        except BlockingIOError:
            return []
        found, at = [], 0
        while at < len(data):
            watch, mask, _, length = _HEAD.unpack_from(data, at)
            at += _HEAD.size
            found.append(Notice(watch=watch, mask=mask, name=os.fsdecode(data[at : at + length].rstrip(b"\0"))))
            at += length
        return found

    def close(self) -> None:
        """Give the queue back; harmless when repeated."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def _add(self, folder: str, mask: int) -> int:
        return self._checked(self._libc.inotify_add_watch(self.fd, os.fsencode(folder), mask | _ONLY_FOLDERS), folder)

    @staticmethod
    def _checked(answer: int, what: str) -> int:
        if answer < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), what)
        return answer
