"""Verified copies of the store, rotated: each is a complete database that was checked before it counted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from kata_desktop.store.connection import Connection
from kata_desktop.store.errors import StoreCorrupt, StoreNewer, StoreTrouble
from kata_desktop.store.header import APPLICATION_ID, read_header
from kata_desktop.store.private import FILE_MODE, private_file, private_folder, side_files, sync_file, sync_folder

_NAME = re.compile(r"^kata-\d{8}T\d{12}Z\.db$")
_PART = ".part"


def backups_folder(path: Path) -> Path:
    """Where the backups of the store at `path` live."""
    return path.parent / "backups"


def backup(path: Path, folder: Path, *, keep: int, at: datetime) -> Path:
    """Write a verified copy of the live store at `path` into `folder`, then remove all but the newest `keep`.

    Readers and writers go on meanwhile. It takes seconds on a large store: call it off the loop's thread. `at` (aware)
    names the copy. A copy that does not pass its check is removed and `StoreTrouble` raised; older copies stay.
    """
    try:
        return _backup(path, folder, keep, at)
    except OSError as error:
        raise StoreTrouble(f"the backup could not be written ({error.strerror or error})") from error


def _backup(path: Path, folder: Path, keep: int, at: datetime) -> Path:
    private_folder(folder)
    _remove_parts(folder)
    final = folder / f"kata-{at.astimezone(UTC):%Y%m%dT%H%M%S%f}Z.db"
    part = final.with_name(final.name + _PART)
    private_file(part)  # VACUUM INTO fills an existing empty file and so keeps its mode
    try:
        _copy(path, part)
        sync_file(part)
        _require_good(part)
        part.replace(final)
        sync_folder(folder)
    finally:
        _remove(part)
    for old in list(_newest_first(folder))[max(keep, 1) :]:
        _remove(old)
    return final


def newest_good(folder: Path, *, up_to: int) -> Path | None:
    """The newest backup that passes a full check and is not of a newer format than `up_to`; None when there is none."""
    for candidate in _newest_first(folder):
        try:
            if _require_good(candidate) <= up_to:
                return candidate
        except (StoreTrouble, OSError):
            continue
    return None


def check_backup(file: Path, *, up_to: int) -> None:
    """Look at a backup thoroughly; `StoreCorrupt` when it is none, `StoreNewer` for a format above `up_to`."""
    version = _require_good(file)
    if version > up_to:
        raise StoreNewer(file, version, up_to)


def repair_backup_modes(folder: Path) -> None:
    """Close the backups to others."""
    if not folder.is_dir():
        return
    private_folder(folder)
    for file in _newest_first(folder):
        file.chmod(FILE_MODE)


def _copy(path: Path, part: Path) -> None:
    source = Connection(path)
    try:
        source.execute("VACUUM INTO ?", (str(part),))
    finally:
        source.close()


def _require_good(file: Path) -> int:
    """The format of a backup that passes every check; raises `StoreCorrupt` for one that does not."""
    header = read_header(file)
    if header is None or header.application_id != APPLICATION_ID or header.user_version < 1:
        raise StoreCorrupt(file, "it is not a copy of Kata's data")
    connection = Connection(file, read_only=True)
    try:
        verdict = connection.value("PRAGMA integrity_check(1)")
        if verdict != "ok":
            raise StoreCorrupt(file, str(verdict))
    finally:
        connection.close()
    return header.user_version


def _newest_first(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from sorted((file for file in folder.iterdir() if _NAME.match(file.name)), reverse=True)


def _remove_parts(folder: Path) -> None:
    for leftover in folder.glob(f"*{_PART}*"):
        leftover.unlink(missing_ok=True)


def _remove(file: Path) -> None:
    for side in list(side_files(file)):
        side.unlink(missing_ok=True)
    file.unlink(missing_ok=True)
