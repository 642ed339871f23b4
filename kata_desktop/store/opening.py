"""From a path to a connection that may be trusted: private, ours, undamaged and of the present format."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from kata_desktop.runtime.clock import Clock
from kata_desktop.store.backups import backup, backups_folder, repair_backup_modes
from kata_desktop.store.connection import Connection
from kata_desktop.store.errors import StoreCorrupt, StoreNewer, StoreReadOnly, StoreTrouble
from kata_desktop.store.header import APPLICATION_ID, read_header
from kata_desktop.store.migrations.runner import Migration, upgrade, version_of
from kata_desktop.store.private import private_file, private_folder, repair_modes, side_files, sync_file, sync_folder

CHECKED_UP_TO = 16 * 1024 * 1024
"""Bytes up to which every start reads the whole file for damage; a larger one is read only after an unclean end."""

_BACKUPS_BEFORE_MIGRATION = 30
"""More than people keep, so that the copy before a migration never pushes out one they count on."""


def open_store(path: Path, *, patience: float, clock: Clock, migrations: tuple[Migration, ...]) -> Connection:
    """Make the connection that writes; creates the store when there is none. Raises the kinds of `StoreTrouble`."""
    try:
        private_folder(path.parent)
        if not path.exists():
            _refuse_orphans(path)
            _create(path, migrations)
        thorough = _examine_header(path, migrations[-1].number)
        repair_modes(path)
        repair_backup_modes(backups_folder(path))
        return _connect(path, patience=patience, clock=clock, migrations=migrations, thorough=thorough)
    except OSError as error:
        raise _translated(error, path) from error


def _connect(
    path: Path, *, patience: float, clock: Clock, migrations: tuple[Migration, ...], thorough: bool
) -> Connection:
    connection = Connection(path, patience=patience)
    try:
        if connection.value("PRAGMA journal_mode") != "wal":
            connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN IMMEDIATE")  # proves that the file may be written, before anything relies on it
        connection.execute("ROLLBACK")
        if thorough:
            _check(connection)
        if version_of(connection) < migrations[-1].number:
            backup(path, backups_folder(path), keep=_BACKUPS_BEFORE_MIGRATION, at=clock.now())
            upgrade(connection, migrations)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # the file itself now tells its format
        repair_modes(path)
    except BaseException:
        connection.close()
        raise
    return connection


def _examine_header(path: Path, known: int) -> bool:
    """Refuse what is not ours to open, without touching it; returns whether to look for damage in the whole file."""
    try:
        header = read_header(path)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        raise StoreCorrupt(path, "it is not a file") from error
    if header is None:
        raise StoreCorrupt(path, "it is empty" if path.stat().st_size == 0 else "its header is unreadable")
    if header.application_id != APPLICATION_ID:
        raise StoreCorrupt(path, "it is not Kata's")
    if header.user_version > known:
        raise StoreNewer(path, header.user_version, known)
    unclean = any(side.stat().st_size for side in side_files(path) if side.name.endswith("-wal"))
    return unclean or path.stat().st_size <= CHECKED_UP_TO


def _check(connection: Connection) -> None:
    verdict = connection.value("PRAGMA quick_check(1)")
    if verdict != "ok":
        raise StoreCorrupt(connection.path, str(verdict))


def _refuse_orphans(path: Path) -> None:
    """A log without its database would be replayed into a new one."""
    if any(side_files(path)):
        raise StoreCorrupt(path, "the main file is missing while its log is there")


def _create(path: Path, migrations: tuple[Migration, ...]) -> None:
    """Let a complete store appear at once: whoever dies on the way leaves none, never half a one."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    for leftover in (draft, *side_files(draft)):
        leftover.unlink(missing_ok=True)
    private_file(draft)
    try:
        connection = Connection(draft)
        try:
            connection.execute("PRAGMA synchronous = OFF")  # one sync at the end serves a file nobody sees yet
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID:d}")
            upgrade(connection, migrations)
            connection.execute("PRAGMA journal_mode = WAL")
        finally:
            connection.close()
        sync_file(draft)
        _publish(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)


def _publish(draft: Path, path: Path) -> None:
    try:
        path.hardlink_to(draft)  # fails when another process was faster, and then its store is the one
    except FileExistsError:
        return
    except OSError:  # a disk without hard links
        draft.rename(path)


def _translated(error: OSError, path: Path) -> StoreTrouble:
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return StoreReadOnly(path)
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return StoreTrouble("the disk is full")
    return StoreTrouble(f"of an error of the disk ({error.strerror or error})")
