"""What a database file says about itself, read without SQLite: opening it, even to look, would change files beside it.

Offsets are those of SQLite's published file format: database header and write-ahead log.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from kata_desktop.desktop.regular_files import open_regular

APPLICATION_ID = 0x4B617461
"""``Kata`` in the header of every store."""

_MAGIC = b"SQLite format 3\x00"
_PAGE_HEADER = 100
_WAL_HEADER = 32
_FRAME_HEADER = 24


@dataclass(frozen=True, kw_only=True, slots=True)
class Header:
    """The parts of the first page that we look at."""

    user_version: int
    application_id: int


def read_header(path: Path) -> Header | None:
    """The header as the last commit left it, the write-ahead log included; None when it is no SQLite database."""
    wal = path.with_name(path.name + "-wal")
    page = _first_page_in_log(wal) if wal.exists() else b""
    if not page:
        with _opened(path) as file:
            page = file.read(_PAGE_HEADER)
    if len(page) < _PAGE_HEADER or not page.startswith(_MAGIC):
        return None
    (version,) = struct.unpack_from(">i", page, 60)
    (application,) = struct.unpack_from(">I", page, 68)
    return Header(user_version=version, application_id=application)


def _opened(path: Path) -> BinaryIO:
    """A pipe or a device in the place of the file is an error, not something to wait for."""
    return os.fdopen(open_regular(path, os.O_RDONLY), "rb")


def _first_page_in_log(wal: Path) -> bytes:
    with _opened(wal) as file:
        header = file.read(_WAL_HEADER)
        if len(header) < _WAL_HEADER:
            return b""
        size, salt = struct.unpack_from(">I", header, 8)[0], header[16:24]
        offset = _last_committed_first_page(file, size, salt)
        if not offset:
            return b""
        file.seek(offset)
        return file.read(_PAGE_HEADER)


def _last_committed_first_page(file: BinaryIO, page_size: int, salt: bytes) -> int:
    """Offset of the newest committed copy of page 1; 0 when the log holds none."""
    offset, candidate, committed = _WAL_HEADER, 0, 0
    end = os.fstat(file.fileno()).st_size
    while offset + _FRAME_HEADER + page_size <= end:
        file.seek(offset)
        frame = file.read(_FRAME_HEADER)
        page, pages_after_commit = struct.unpack_from(">II", frame)
        if frame[8:16] != salt:  # left over from before the log was last restarted
            break
        if page == 1:
            candidate = offset + _FRAME_HEADER
        if pages_after_commit:
            committed = candidate
        offset += _FRAME_HEADER + page_size
    return committed
